/** Answers of `/v2/<name>/manifests/<reference>`: pure validation, no IO. */
import type { Digest } from '../image/types.ts';
import type { ManifestDescriptor, RegistryManifest } from '../importing/ports.ts';
import { computeDigest, parseDigest, requireDigest, requireSameDigest } from './digest.ts';
import { RegistryError } from './errors.ts';
import { detectManifestType, isAmbiguous, isManifestType, MANIFEST_TYPE, readContentType, type ManifestType } from './manifest-types.ts';
import { readRateLimit } from './rate-limit.ts';
import { sanitize } from './redact.ts';
import { readManifestOutline } from './schema.ts';
import { signedPayload } from './schema1.ts';
import type { TransportResponse } from './transport.ts';

/** Content types that say nothing about the kind of manifest. */
const UNSPECIFIC = new Set(['', 'application/json', 'application/octet-stream', 'text/plain', 'binary/octet-stream']);

/**
 * Reads the answer to a HEAD. Null when it does not tell the digest: then only a GET does. `mediaType` is empty and `size` 0 when not told.
 * @throws RegistryError ERR_REGISTRY_DIGEST_MISMATCH when another digest was asked for
 */
export function processManifestHead({ headers }: TransportResponse, reference: string): ManifestDescriptor | null {
  const digest = digestHeader(headers['docker-content-digest']);
  if (digest === null) return null;
  if (isDigest(reference)) requireSameAlgorithm(digest, reference);
  const length = Number(headers['content-length'] ?? 0);
  const mediaType = readContentType(headers['content-type']);
  return { digest, mediaType, size: Number.isSafeInteger(length) ? length : 0, ...told(headers) };
}

/**
 * Reads the answer to a GET. The bytes must have the digest that was asked for and the one the registry names in Docker-Content-Digest. For a signed
 * schema 1 manifest, that is the digest of the payload without its signatures; `bytes` holds all of it all the same.
 * @throws RegistryError
 */
export function processManifest({ headers, body }: TransportResponse, reference: string): RegistryManifest {
  const mediaType = readMediaType(headers['content-type'], body);
  const content = mediaType === MANIFEST_TYPE.schema1Signed ? signedPayload(body) : body;
  const named = digestHeader(headers['docker-content-digest']);
  if (named !== null) verify(content, named);
  if (isDigest(reference)) verify(content, reference);
  const digest = isDigest(reference) ? reference : (named ?? computeDigest(content, 'sha256'));
  return { digest, mediaType, size: body.length, bytes: body, ...told(headers) };
}

/**
 * Reads the answer 304 to a GET that said it knows `known`.
 * @throws RegistryError ERR_REGISTRY_DIGEST_MISMATCH when the registry names another digest with it
 */
export function processNotModified({ headers }: TransportResponse, known: Digest): ManifestDescriptor {
  const named = digestHeader(headers['docker-content-digest']);
  if (named !== null) requireSameAlgorithm(named, known);
  return { digest: known, mediaType: '', size: 0, ...told(headers) };
}

function told(headers: TransportResponse['headers']): Pick<ManifestDescriptor, 'rateLimit'> {
  const rateLimit = readRateLimit(headers);
  return rateLimit === undefined ? {} : { rateLimit };
}

function readMediaType(header: string | undefined, body: Uint8Array): ManifestType {
  const told = readContentType(header);
  const outline = readManifestOutline(body);
  if (outline === null)
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'the registry answered with something that is no manifest');
  const mediaType = UNSPECIFIC.has(told) ? detectManifestType(outline) : told;
  if (mediaType === null || !isManifestType(mediaType)) {
    const type = sanitize(mediaType ?? (outline.mediaType || told));
    throw new RegistryError('ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE', `unsupported image manifest type: ${type === '' ? 'unknown' : type}`);
  }
  if (isAmbiguous(mediaType, outline)) {
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'the manifest is an image and an index at once');
  }
  return mediaType;
}

function verify(content: Uint8Array, expected: Digest): void {
  requireSameDigest(computeDigest(content, requireDigest(expected).algorithm), expected);
}

/** A HEAD has no bytes to check; digests of different algorithms cannot be compared. */
function requireSameAlgorithm(actual: Digest, expected: Digest): void {
  if (requireDigest(actual).algorithm === requireDigest(expected).algorithm) requireSameDigest(actual, expected);
}

/** Null when missing, or not a digest that can be computed here: such a header is worth nothing. */
function digestHeader(header: string | string[] | undefined): Digest | null {
  return typeof header === 'string' && parseDigest(header.trim()) !== null ? header.trim() : null;
}

function isDigest(reference: string): boolean {
  return reference.includes(':');
}
