/** From a decoded JSON body to an ImageStreamImport with its defaults (openshift-semantics.md §6.1). */
import * as z from 'zod/mini';
import { parseReference } from '../../image/reference.ts';
import type { ImageImportSpec, ImageStreamImport, RepositoryImportSpec } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import { badRequest } from '../../kubernetes/status.ts';

/** Go reads null as the zero value; so does this. */
function optional<T extends z.core.$ZodType>(schema: T) {
  return z.optional(z.nullable(schema));
}

const source = {
  from: optional(z.looseObject({ kind: optional(z.string()), name: optional(z.string()), namespace: optional(z.string()) })),
  importPolicy: optional(
    z.looseObject({ insecure: optional(z.boolean()), scheduled: optional(z.boolean()), importMode: optional(z.string()) }),
  ),
  referencePolicy: optional(z.looseObject({ type: optional(z.string()) })),
  includeManifest: optional(z.boolean()),
};

const schema = z.looseObject({
  kind: optional(z.string()),
  apiVersion: optional(z.string()),
  metadata: optional(z.looseObject({ name: optional(z.string()), namespace: optional(z.string()), resourceVersion: optional(z.string()) })),
  spec: optional(
    z.looseObject({
      import: optional(z.boolean()),
      repository: optional(z.looseObject(source)),
      images: optional(z.array(z.looseObject({ ...source, to: optional(z.looseObject({ name: optional(z.string()) })) }))),
    }),
  ),
});

type Wire = z.infer<typeof schema>;
type WireSpec = NonNullable<Wire['spec']>;
type WireImage = NonNullable<WireSpec['images']>[number];
type WireRepository = NonNullable<WireSpec['repository']>;

/** Throws ApiError 400 naming the first field of a wrong type. The status a client sends is dropped. */
export function decodeImport(body: unknown): ImageStreamImport {
  const read = z.safeParse(schema, body);
  if (!read.success) throw new ApiError(badRequest(wrongType(read.error)));
  const { metadata, spec } = read.data;
  const { repository, images } = spec ?? {};
  return {
    kind: 'ImageStreamImport',
    apiVersion: 'image.openshift.io/v1',
    metadata: withoutNull(metadata ?? {}),
    spec: {
      import: spec?.import ?? false,
      ...(repository === undefined || repository === null ? {} : { repository: readSource(repository) }),
      ...(images === undefined || images === null ? {} : { images: images.map(readImage) }),
    },
    status: {},
  };
}

function wrongType(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  const path = issue === undefined || issue.path.length === 0 ? 'the object' : issue.path.join('.');
  return `ImageStreamImport in version "v1" cannot be handled as a ImageStreamImport: ${path}: ${issue?.message ?? 'invalid'}`;
}

/** A tag that was typed is where the image goes; `mysql` and `mysql@sha256:…` name none, and the image is then only looked at. */
function readImage(image: WireImage): ImageImportSpec {
  const read = readSource(image);
  const to = image.to === undefined || image.to === null ? typedTag(read.from.name ?? '') : { name: image.to.name ?? '' };
  return to === null ? read : { ...read, to };
}

function typedTag(from: string): { readonly name: string } | null {
  const parsed = parseReference(from);
  return parsed.ok && parsed.reference.tag !== '' ? { name: parsed.reference.tag } : null;
}

/** Modes and policies that do not exist are left for validation to name. */
function readSource({ from, importPolicy, referencePolicy, includeManifest }: WireRepository): RepositoryImportSpec {
  const { insecure, scheduled, importMode } = importPolicy ?? {};
  return {
    from: withoutNull(from ?? {}),
    importPolicy: {
      ...(insecure === true ? { insecure } : {}),
      ...(scheduled === true ? { scheduled } : {}),
      importMode: (importMode || 'Legacy') as RepositoryImportSpec['importPolicy']['importMode'],
    },
    referencePolicy: { type: (referencePolicy?.type || 'Source') as RepositoryImportSpec['referencePolicy']['type'] },
    ...(includeManifest === true ? { includeManifest } : {}),
  };
}

type WithoutNull<T> = { readonly [K in keyof T]: Exclude<T[K], null> };

function withoutNull<T extends object>(value: T): WithoutNull<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as WithoutNull<T>;
}
