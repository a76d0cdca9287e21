/** What the limit ranges of a namespace allow its image streams, remembered for seconds: most writes ask, few namespaces have any. */
import type { Limit, NamespaceLimits } from '../../image/namespace-limits.ts';
import { floorQuantity, parseQuantity } from '../../kubernetes/quantity.ts';
import type { Clock, LimitReader } from '../../resources/ports.ts';
import { createBoundedMemory } from '../bounded-memory.ts';
import type { LimitRangeStore, StoredLimitRange } from '../ports.ts';

/** Upstream is late by as long as its informer needs. Milliseconds. */
const KEEP_MS = 5_000;
const MOST_NAMESPACES = 1_000;

export interface LimitReaderOptions {
  readonly ranges: Pick<LimitRangeStore, 'list'>;
  readonly clock: Clock;
}

/** A new limit counts after five seconds at the latest. */
export function createLimitReader({ ranges, clock }: LimitReaderOptions): LimitReader {
  const memory = createBoundedMemory<NamespaceLimits>({ most: MOST_NAMESPACES, keepMs: KEEP_MS });
  return {
    async readLimits(namespace) {
      const known = memory.recall(namespace, clock());
      if (known !== undefined) return known;
      const limits = limitsOf((await ranges.list(namespace, {})).items);
      memory.remember(namespace, limits, clock());
      return limits;
    },
  };
}

/** The smallest maximum of each kind; a namespace without ranges has none. */
export function limitsOf(ranges: readonly Pick<StoredLimitRange, 'limits'>[]): NamespaceLimits {
  const smallest = (type: string, resource: string): Limit | undefined => {
    const found = ranges
      .flatMap(({ limits }) => limits)
      .filter((item) => item.type === type)
      .flatMap(({ max = {} }) => (Object.hasOwn(max, resource) ? [limitOf(max[resource] ?? '')] : []));
    return found.sort((a, b) => (a.most < b.most ? -1 : 1))[0];
  };
  const [images, imageTags, imageSize] = [
    smallest('openshift.io/ImageStream', 'openshift.io/images'),
    smallest('openshift.io/ImageStream', 'openshift.io/image-tags'),
    smallest('openshift.io/Image', 'storage'),
  ];
  return { ...(images && { images }), ...(imageTags && { imageTags }), ...(imageSize && { imageSize }) };
}

/** What is counted is whole: a fraction of a maximum is as good as none. */
function limitOf(text: string): Limit {
  const parsed = parseQuantity(text);
  if (!parsed.ok) throw new Error(`stored amount ${text}: ${parsed.message}`);
  return { most: floorQuantity(parsed.quantity), text };
}
