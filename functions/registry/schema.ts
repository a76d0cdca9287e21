/** Tolerant readers of what registries answer: only the fields used, bad members dropped, everything else passes. */
import * as z from 'zod/mini';

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes, and the forms token services use. */
const errorSchema = z.looseObject({ code: z.catch(z.string(), ''), message: z.catch(z.string(), '') });
const errorsSchema = z.looseObject({
  errors: z.catch(z.array(z.catch(errorSchema, { code: '', message: '' })), []),
  details: z.catch(z.string(), ''),
  message: z.catch(z.string(), ''),
  error: z.catch(z.string(), ''),
});

export interface ReportedError {
  /** As the distribution spec names it, e.g. `MANIFEST_UNKNOWN`; often empty. */
  readonly code: string;
  readonly message: string;
}

/** Errors in the body of an answer that is not 200; none when it is not JSON. */
export function readErrors(body: Uint8Array): readonly ReportedError[] {
  const read = errorsSchema.safeParse(parseJson(body));
  if (!read.success) return [];
  const { errors, details, message, error } = read.data;
  if (errors.length > 0) return errors;
  const text = [details, message, error].find((part) => part !== '');
  return text === undefined ? [] : [{ code: '', message: text }];
}

const lifetime = z.catch(z.number().check(z.positive()), 60);
/** https://distribution.github.io/distribution/spec/auth/token/#token-response-fields; `access_token` is OAuth2's name. */
const tokenSchema = z.looseObject({
  token: z.catch(z.string(), ''),
  access_token: z.catch(z.string(), ''),
  expires_in: lifetime,
});

export interface IssuedToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Null when the body holds no token. */
export function readToken(body: Uint8Array): IssuedToken | null {
  const read = tokenSchema.safeParse(parseJson(body));
  if (!read.success) return null;
  const token = read.data.token || read.data.access_token;
  return token === '' ? null : { token, expiresIn: read.data.expires_in };
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags; Distribution answers `null` for none. */
const tagsSchema = z.looseObject({ tags: z.nullish(z.array(z.catch(z.string(), ''))) });

/** Null when the body is no list of tags. */
export function readTags(body: Uint8Array): readonly string[] | null {
  const read = tagsSchema.safeParse(parseJson(body));
  return read.success ? (read.data.tags ?? []).filter((tag) => tag !== '') : null;
}

/** What tells the kinds of manifests apart, whatever the content type says. */
const manifestSchema = z.looseObject({
  schemaVersion: z.catch(z.number(), 0),
  mediaType: z.catch(z.string(), ''),
  signatures: z.optional(z.unknown()),
  config: z.optional(z.unknown()),
  layers: z.optional(z.unknown()),
  fsLayers: z.optional(z.unknown()),
  manifests: z.optional(z.unknown()),
});
export type ManifestOutline = z.infer<typeof manifestSchema>;

/** Null when the body is no JSON object. */
export function readManifestOutline(body: Uint8Array): ManifestOutline | null {
  const read = manifestSchema.safeParse(parseJson(body));
  return read.success ? read.data : null;
}

/** The signature block of a signed schema 1 manifest; `protected` is base64url JSON. */
const signedSchema = z.looseObject({ signatures: z.array(z.looseObject({ protected: z.string() })) });
const protectedSchema = z.looseObject({ formatLength: z.number(), formatTail: z.string() });

export interface SignedFormat {
  /** Bytes of the signed text that belong to the payload. */
  readonly formatLength: number;
  readonly formatTail: Uint8Array;
}

/** Null when the body is not signed the way schema 1 is. */
export function readSignedFormat(body: Uint8Array): SignedFormat | null {
  const signed = signedSchema.safeParse(parseJson(body));
  const header = signed.success ? signed.data.signatures[0]?.protected : undefined;
  if (header === undefined) return null;
  const read = protectedSchema.safeParse(parseJson(Buffer.from(header, 'base64url')));
  if (!read.success) return null;
  return { formatLength: read.data.formatLength, formatTail: Buffer.from(read.data.formatTail, 'base64url') };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}
