/** Media types of manifests, and how to tell one when the registry does not. */
import type { ManifestOutline } from './schema.ts';

export const MANIFEST_TYPE = {
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  schema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  schema1: 'application/vnd.docker.distribution.manifest.v1+json',
} as const;

export type ManifestType = (typeof MANIFEST_TYPE)[keyof typeof MANIFEST_TYPE];

const TYPES: ReadonlySet<string> = new Set(Object.values(MANIFEST_TYPE));

/**
 * Sent with every manifest request, GET and HEAD alike: registries choose (and digest) by it, and Distribution answers 404 for an index nobody said
 * to accept. Schema 1 comes last; a registry that converts does so only for those who want nothing else.
 */
export const ACCEPT_MANIFESTS = Object.values(MANIFEST_TYPE).join(', ');

export function isManifestType(mediaType: string): mediaType is ManifestType {
  return TYPES.has(mediaType);
}

/** Content-Type without parameters, lower case; empty when missing. */
export function readContentType(header: string | undefined): string {
  return (header ?? '').split(';', 1).join('').trim().toLowerCase();
}

/** The kind of a manifest by its content; null when it is none. */
export function detectManifestType(outline: ManifestOutline): ManifestType | null {
  if (outline.schemaVersion === 1) return outline.signatures === undefined ? MANIFEST_TYPE.schema1 : MANIFEST_TYPE.schema1Signed;
  if (isManifestType(outline.mediaType)) return outline.mediaType;
  if (Array.isArray(outline.manifests)) return MANIFEST_TYPE.ociIndex;
  return outline.config === undefined ? null : MANIFEST_TYPE.ociManifest;
}

/**
 * A document that is an index to one reader and an image to another lets a digest stand for two things (CVE-2021-41190).
 * https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh
 */
export function isAmbiguous(mediaType: ManifestType, outline: ManifestOutline): boolean {
  const isIndex = mediaType === MANIFEST_TYPE.ociIndex || mediaType === MANIFEST_TYPE.dockerList;
  const isSchema1 = mediaType === MANIFEST_TYPE.schema1 || mediaType === MANIFEST_TYPE.schema1Signed;
  if (isIndex) return outline.layers !== undefined || outline.config !== undefined || outline.fsLayers !== undefined;
  return outline.manifests !== undefined || (!isSchema1 && outline.fsLayers !== undefined);
}
