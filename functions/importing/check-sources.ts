/** Whether a scheduled tag moved, by one HEAD of its source (openshift-semantics.md §12; performance.md §6 row 1). */
import { observedGeneration } from '../image/import-due.ts';
import { formatPlatform, type Platform } from '../image/platform.ts';
import type { TagState } from '../image/stream-state.ts';
import type { Digest } from '../image/types.ts';
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

/** One HEAD; `registry` shares requests, so that tags with the same source cost one together. */
export async function checkSource(registry: RegistryClient, source: Pick<ImageSource, 'reference' | 'insecure'>): Promise<SourceCheck> {
  const { repository, key } = locateSource(source);
  try {
    const { digest } = await registry.headManifest(repository, key);
    return { kind: 'digest', digest };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return UNAVAILABLE.has(error.code) ? { kind: 'unavailable', error } : { kind: 'unclear' };
  }
}

/**
 * True when the tag already shows what its source has: then nothing is fetched and nothing is written. A tag whose last import failed, or whose spec
 * was not imported yet, is never up to date.
 */
export function isUpToDate(tag: TagState, digest: Digest, platform: Platform): boolean {
  const [newest] = tag.items;
  if (newest === undefined || tag.spec === null || tag.conditions.length > 0) return false;
  if ((tag.spec.generation ?? 0) > observedGeneration(tag)) return false;
  return newest.image === digest || isUnchangedIndex(tag, newest.image, digest, platform);
}

function isUnchangedIndex({ chosenFrom, spec }: TagState, image: Digest, digest: Digest, platform: Platform): boolean {
  if (spec?.importPolicy.importMode === 'PreserveOriginal') return false;
  return chosenFrom?.index === digest && chosenFrom.child === image && chosenFrom.platform === formatPlatform(platform);
}
