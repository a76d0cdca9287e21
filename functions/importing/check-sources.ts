/** Whether a scheduled tag moved, by one HEAD of its source (openshift-semantics.md §12; performance.md §6 row 1). */
import { observedGeneration } from '../image/import-due.ts';
import { missingImage } from '../image/missing-image.ts';
import { formatPlatform, type Platform } from '../image/platform.ts';
import type { PendingImage, TagState } from '../image/stream-state.ts';
import { candidateOf, type GateOptions, judge } from '../image/tag-gate.ts';
import type { Digest, TagReference } from '../image/types.ts';
import { RegistryError, type RegistryErrorCode } from '../registry/errors.ts';
import { type ImageSource, locateSource } from './fetch-image.ts';
import type { RegistryClient } from './ports.ts';

export type SourceCheck =
  | { readonly kind: 'digest'; readonly digest: Digest }
  /** The registry cannot be asked now: the error is the answer, and asking for the manifest itself would be no better. */
  | { readonly kind: 'unavailable'; readonly error: RegistryError }
  /** A HEAD has no body to tell why: only the GET knows (and some registries refuse HEAD). */
  | { readonly kind: 'unclear' };

const UNAVAILABLE: ReadonlySet<RegistryErrorCode> = new Set([
  'ERR_REGISTRY_RATE_LIMITED',
  'ERR_REGISTRY_UNAVAILABLE',
  'ERR_REGISTRY_TIMEOUT',
  'ERR_REGISTRY_UNREACHABLE',
  'ERR_REGISTRY_FORBIDDEN_ADDRESS',
]);

/** One HEAD; `registry` shares requests, so that tags with the same source cost one together. `known`: see RegistryClient. */
export async function checkSource(
  registry: RegistryClient,
  source: Pick<ImageSource, 'reference' | 'insecure'>,
  known?: Digest,
): Promise<SourceCheck> {
  const { repository, key } = locateSource(source);
  try {
    const { digest } = await registry.headManifest(repository, key, known);
    return { kind: 'digest', digest };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return UNAVAILABLE.has(error.code) ? { kind: 'unavailable', error } : { kind: 'unclear' };
  }
}

export interface CheckOptions extends Pick<GateOptions, 'now' | 'denied'> {
  /** What a Legacy import of the tag takes from an index. */
  readonly platform: Platform;
}

/**
 * True when the tag already shows what its source has, or tells already that it waits: then nothing is fetched and nothing is written. A tag whose last import failed, or whose spec
 * was not imported yet, is never up to date.
 */
export function isUpToDate(tag: TagState, digest: Digest, { platform, now, denied }: CheckOptions): boolean {
  const { spec, pending, items, conditions } = tag;
  if (spec === null || conditions.length > 0) return false;
  if ((spec.generation ?? 0) > observedGeneration(tag)) return false;
  // An image that was missing and is the source again was put back: fetching it tells the tag so.
  if (pending === undefined && missingImage(tag) !== undefined) return false;
  if (pending === undefined) return items[0] !== undefined && isSource(spec, { ...items[0], chosenFrom: tag.chosenFrom }, digest, platform);
  return isSource(spec, pending, digest, platform) && judge(tag, candidateOf(pending), { now, denied }) === pending;
}

/** What the source of an unchanged tag has: its image or the one that waits, or the index that was chosen from. */
export function knownDigest({ items: [newest], chosenFrom, pending }: TagState): Digest | undefined {
  if (pending !== undefined) return pending.chosenFrom?.index ?? pending.image;
  return chosenFrom !== undefined && chosenFrom.child === newest?.image ? chosenFrom.index : newest?.image;
}

type Known = Pick<PendingImage, 'image' | 'chosenFrom'>;

/** Whether a source that answers `digest` has the known image. */
function isSource({ importPolicy }: TagReference, { image, chosenFrom }: Known, digest: Digest, platform: Platform): boolean {
  if (image === digest) return true;
  if (importPolicy.importMode === 'PreserveOriginal') return false;
  return chosenFrom?.index === digest && chosenFrom.child === image && chosenFrom.platform === formatPlatform(platform);
}
