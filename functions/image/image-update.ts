/** What a PUT or PATCH may change of an Image: nothing that its digest says otherwise (openshift-semantics.md §4.5 Update, §11b.7). Pure. */
import { MEDIA_TYPE, parseManifest } from './manifest.ts';
import { readText, stringOf, objectsOf } from './tolerant-reader.ts';
import type { Digest, Image } from './types.ts';

/** Whether the bytes have this digest; false for a digest of an unknown algorithm. */
export type DigestCheck = (bytes: Uint8Array, digest: Digest) => boolean;

const SIGNED = new Set<string>([MEDIA_TYPE.schema1, MEDIA_TYPE.signedSchema1, '']);
const PLAIN = new Set<string>([MEDIA_TYPE.schema2, MEDIA_TYPE.manifest]);

/**
 * The wanted image with everything restored that a client may not set. Reference, labels, annotations and signatures are the client's; manifest
 * and config are taken when they are empty or have the right digest, else the stored ones stay.
 */
export function replaceImage(stored: Image, wanted: Image, hasDigest: DigestCheck): Image {
  const { labels, annotations } = wanted.metadata;
  const { name, uid, resourceVersion, creationTimestamp } = stored.metadata;
  const manifest = isManifestOf(stored, wanted.dockerImageManifest ?? '', hasDigest) ? wanted : stored;
  const replaced: Image = { ...wanted, ...only(manifest, 'dockerImageManifest') };
  const config = isConfigOf(stored, replaced, hasDigest) ? wanted : stored;
  return {
    ...replaced,
    metadata: { name, uid, resourceVersion, creationTimestamp, ...filled('labels', labels), ...filled('annotations', annotations) },
    ...only(config, 'dockerImageConfig'),
    ...only(stored, 'dockerImageMetadata'),
    ...only(stored, 'dockerImageMetadataVersion'),
    ...only(stored, 'dockerImageLayers'),
    ...(stored.dockerImageSignatures === undefined ? {} : only(stored, 'dockerImageSignatures')),
  };
}

function isManifestOf(stored: Image, text: string, hasDigest: DigestCheck): boolean {
  if (text === (stored.dockerImageManifest ?? '') || text === '') return true;
  const canonical = canonicalBytes(text, stored.dockerImageManifestMediaType ?? '');
  return canonical !== null && hasDigest(canonical, stored.metadata.name ?? '');
}

/** Manifests of which nobody knows the canonical form (lists among them) are null. */
function canonicalBytes(text: string, mediaType: string): Uint8Array | null {
  const bytes = new TextEncoder().encode(text);
  if (PLAIN.has(mediaType)) return bytes;
  return SIGNED.has(mediaType) ? signedBytes(text, bytes) : null;
}

/** What was signed of a schema 1 manifest: the text up to its signatures and its original end, which each signature carries along. */
function signedBytes(text: string, bytes: Uint8Array): Uint8Array | null {
  const [signature] = objectsOf(readText(text)?.signatures);
  const header = readText(Buffer.from(stringOf(signature?.protected), 'base64url').toString());
  const length = header?.formatLength;
  if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || length > bytes.length) return null;
  return Buffer.concat([bytes.subarray(0, length), Buffer.from(stringOf(header?.formatTail), 'base64url')]);
}

function isConfigOf(stored: Image, wanted: Image, hasDigest: DigestCheck): boolean {
  const text = wanted.dockerImageConfig ?? '';
  if (text === (stored.dockerImageConfig ?? '') || text === '') return true;
  const mediaType = wanted.dockerImageManifestMediaType ?? '';
  if (!PLAIN.has(mediaType)) return false;
  const encoder = new TextEncoder();
  const read = parseManifest(encoder.encode(wanted.dockerImageManifest ?? ''), mediaType);
  return read.ok && read.manifest.kind === 'image' && hasDigest(encoder.encode(text), read.manifest.config.digest);
}

/** The field alone, undefined where the image does not have it: it replaces another image's. */
function only<F extends keyof Image>(image: Image, field: F): Pick<Image, F> {
  return { [field]: image[field] } as Pick<Image, F>;
}

function filled(field: 'labels' | 'annotations', map: Image['metadata']['labels']): Partial<Image['metadata']> {
  return map === undefined || map === null || Object.keys(map).length === 0 ? {} : { [field]: map };
}
