/** Brings one image from its registry: manifest and config, or the child (Legacy) or all children (PreserveOriginal) of an index (openshift-semantics.md §6.2). */
import { describeParsed } from '../image/image-metadata.ts';
import { type Manifest, parseManifest } from '../image/manifest.ts';
import { chooseManifest, formatPlatform, type Platform } from '../image/platform.ts';
import { type DockerImageReference, dockerClientDefaults, formatReference, registryAddress } from '../image/reference.ts';
import type { IndexChoice } from '../image/stream-state.ts';
import type { Digest, Image, ImportMode } from '../image/types.ts';
import { RegistryError, type RegistryErrorCode } from '../registry/errors.ts';
import type { RegistryClient, RegistryManifest, RegistryRepository } from './ports.ts';

/** Configs are a few KB; one that is not would not fit into an Image either. */
const MAX_CONFIG_BYTES = 1024 * 1024;

export interface ImageSource {
  readonly reference: DockerImageReference;
  readonly insecure: boolean;
  readonly importMode: ImportMode;
  readonly platform: Platform;
}

export interface FetchedImage {
  /** Named by its digest; its reference is the source as typed, the digest in place of the tag. Holds manifest and config. */
  readonly image: Image;
  /** The images of an index that was preserved. */
  readonly children: readonly Image[];
  /** Tag that was fetched; '' when the source is a digest. */
  readonly tag: string;
  /** Set when the image is the child of an index. */
  readonly chosenFrom?: IndexChoice;
}

/** Where a source lives, and the tag or digest to ask for there; a tag beside a digest is ignored. */
export function locateSource({ reference, insecure }: Pick<ImageSource, 'reference' | 'insecure'>): {
  readonly repository: RegistryRepository;
  readonly key: string;
  readonly tag: string;
} {
  const full = dockerClientDefaults(reference);
  const tag = full.id === '' ? full.tag : '';
  return { repository: { ...registryAddress(reference), insecure }, key: full.id === '' ? full.tag : full.id, tag };
}

/** Two dependent rounds (manifest, config), three through an index. Throws RegistryError. `now`: RFC 3339. */
export async function fetchImage(registry: RegistryClient, source: ImageSource, now: string): Promise<FetchedImage> {
  const { repository, key, tag } = locateSource(source);
  const from: Origin = { registry, repository, reference: source.reference, now };
  const found = await getManifest(from, key);
  if (found.manifest.kind !== 'index') return { image: await buildImage(from, found), children: [], tag };
  if (source.importMode === 'PreserveOriginal') {
    const [image, ...children] = await Promise.all([
      buildImage(from, found),
      ...found.manifest.manifests.map((child) => getChild(from, child.digest)),
    ]);
    return { image, children, tag };
  }
  const chosen = chooseManifest(found.manifest.manifests, source.platform);
  if (chosen === undefined) throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'no manifests in manifest list');
  const child = await getManifest(from, chosen.digest);
  if (child.manifest.kind === 'index') throw unsupported('an index inside an index');
  const image = await buildImage(from, child);
  return { image, children: [], tag, chosenFrom: { index: found.digest, child: chosen.digest, platform: formatPlatform(source.platform) } };
}

interface Origin {
  readonly registry: RegistryClient;
  readonly repository: RegistryRepository;
  readonly reference: DockerImageReference;
  readonly now: string;
}

interface ParsedManifest extends RegistryManifest {
  readonly manifest: Manifest;
}

async function getManifest({ registry, repository }: Origin, key: string): Promise<ParsedManifest> {
  const answer = await registry.getManifest(repository, key);
  const read = parseManifest(answer.bytes, answer.mediaType);
  if (!read.ok) throw invalidResponse(read.message);
  return { ...answer, manifest: read.manifest };
}

/** Children may be anything an index lists, signatures and attestations included: they are kept, not run. */
async function getChild(from: Origin, digest: Digest): Promise<Image> {
  const child = await getManifest(from, digest);
  if (child.manifest.kind === 'index') throw unsupported('an index inside an index');
  const isArtifact = child.manifest.kind === 'image' && child.manifest.artifactType !== null;
  return isArtifact ? describeImage(from, child, undefined) : buildImage(from, child);
}

async function buildImage(from: Origin, found: ParsedManifest): Promise<Image> {
  const { manifest } = found;
  if (manifest.kind !== 'image') return describeImage(from, found, undefined);
  if (manifest.artifactType !== null) throw unsupported(`an artifact of type ${manifest.artifactType}`);
  return describeImage(from, found, await getConfig(from, manifest.config.digest));
}

async function getConfig({ registry, repository }: Origin, digest: Digest): Promise<Uint8Array> {
  try {
    return await registry.getBlob(repository, digest, MAX_CONFIG_BYTES);
  } catch (error) {
    // The tag is there, so "not found" would send the user looking for the wrong thing.
    if (error instanceof RegistryError && isNotFound(error.code)) throw invalidResponse(`the image config ${digest} is missing`, error);
    throw error;
  }
}

function isNotFound(code: RegistryErrorCode): boolean {
  return code === 'ERR_REGISTRY_NOT_FOUND' || code === 'ERR_REGISTRY_REPOSITORY_NOT_FOUND';
}

function describeImage({ reference, now }: Origin, found: ParsedManifest, config: Uint8Array | undefined): Image {
  const description = describeParsed(found.manifest, { digest: found.digest, config, now });
  if (!description.ok) throw invalidResponse(description.message);
  const { annotations, ...fields } = description.fields;
  const hasText = found.manifest.kind !== 'index';
  return {
    metadata: { name: found.digest, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    dockerImageReference: formatReference({ ...reference, tag: '', id: found.digest }),
    ...fields,
    ...(hasText ? { dockerImageManifest: new TextDecoder().decode(found.bytes) } : {}),
    ...(config === undefined ? {} : { dockerImageConfig: new TextDecoder().decode(config) }),
  };
}

function unsupported(what: string): RegistryError {
  return new RegistryError('ERR_REGISTRY_UNSUPPORTED_MEDIA_TYPE', `unsupported image manifest type: ${what} is not a container image`);
}

function invalidResponse(message: string, cause?: unknown): RegistryError {
  return new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', message, { cause });
}
