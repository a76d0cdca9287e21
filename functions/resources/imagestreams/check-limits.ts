/**
 * What a write of a stream exceeds of its namespace's limit ranges (openshift-semantics.md §10 "Limits and quota"). A limit is asked only about
 * what a write adds: removals, rollbacks and retags of images the stream holds pass however full it is
 * (docs/decisions/0030-limits-count-what-is-added.md).
 */
import type { Limit, NamespaceLimits } from '../../image/namespace-limits.ts';
import { eventImages, specReferences } from '../../image/stream-usage.ts';
import type { StreamState } from '../../image/stream-state.ts';
import type { TagReference } from '../../image/types.ts';
import { formatQuantity, quantityOf } from '../../kubernetes/quantity.ts';
import type { ImageApi } from '../image-api.ts';

export interface Excess {
  /** Field that holds too much. */
  readonly field: 'status.tags' | 'spec.tags';
  /** Upstream's words. */
  readonly message: string;
}

export type LimitApi = Pick<ImageApi, 'streams' | 'limits'>;

/** Costs one read of the namespace's ranges every few seconds, and nothing more where there are none. */
export async function findExcess(api: LimitApi, before: StreamState | null, after: StreamState): Promise<readonly Excess[]> {
  const limits: NamespaceLimits = await api.limits.readLimits(after.namespace);
  const [images, tags] = await Promise.all([
    limits.images && countImages(api, before, after),
    limits.imageTags && countReferences(api, before, after),
  ]);
  return [
    ...excess('status.tags', 'openshift.io/images', images, limits.images),
    ...excess('spec.tags', 'openshift.io/image-tags', tags, limits.imageTags),
  ];
}

/** `requested` in the form that upstream gives the limit's own unit. */
export function limitExceeded(resource: string, type: string, requested: string, limit: Limit): string {
  return `requested usage of ${resource} exceeds the maximum limit per ${type} (${requested} > ${limit.text})`;
}

function excess(field: Excess['field'], resource: string, count: number | null | undefined, limit: Limit | undefined): readonly Excess[] {
  if (count === null || count === undefined || limit === undefined || BigInt(count) <= limit.most) return [];
  const requested = formatQuantity(quantityOf(count, 'DecimalSI'));
  return [{ field, message: limitExceeded(resource, 'openshift.io/ImageStream', requested, limit) }];
}

/**
 * Distinct images of the whole history after the write; null when it brings none. Members stand for the history, so that an image which
 * was replaced in place still counts, and of what a write of the status drops only that which is loaded counts as gone.
 */
async function countImages({ streams }: LimitApi, before: StreamState | null, after: StreamState): Promise<number | null> {
  const [was, is] = [eventImages(before), eventImages(after)];
  const added = [...is].filter((image) => !was.has(image));
  if (added.length === 0) return null;
  if (before === null) return is.size;
  const isKnown = await Promise.all(
    added.map(async (image) => (await streams.findMembers(before, image)).some(({ digest, inHistory }) => inHistory && digest === image)),
  );
  if (isKnown.every(Boolean)) return null;
  const members = (await streams.listMembers(before)).filter(({ inHistory }) => inHistory);
  const images = new Set([...members.map(({ digest }) => digest), ...is]);
  if (isWhole(before)) for (const image of was) if (!is.has(image)) images.delete(image);
  return images.size;
}

/** Distinct sources of all spec tags after the write; null when it brings none. */
async function countReferences({ streams }: LimitApi, before: StreamState | null, after: StreamState): Promise<number | null> {
  const stored = before === null || isWhole(before) ? specsOf(before) : await addedOrAll(streams, before, after);
  if (stored === null) return null;
  const others = stored.filter(({ name }) => !after.tags.has(name) && before?.tags.has(name) !== true);
  const was = specReferences(after, stored);
  const is = specReferences(after, [...others, ...specsOf(after)]);
  return [...is].some((reference) => !was.has(reference)) ? is.size : null;
}

/** Spec tags that were not loaded are read only if those that were do not answer the question: null when nothing is added to them. */
async function addedOrAll(streams: LimitApi['streams'], before: StreamState, after: StreamState): Promise<readonly TagReference[] | null> {
  const was = specReferences(before, specsOf(before));
  const isAdded = [...specReferences(after, specsOf(after))].some((reference) => !was.has(reference));
  return isAdded ? streams.listSpecTags(before) : null;
}

/** Only reads of whole streams load annotations. */
function isWhole(stream: StreamState): boolean {
  return stream.annotations !== null;
}

function specsOf(stream: StreamState | null): readonly TagReference[] {
  return [...(stream?.tags.values() ?? [])].flatMap(({ spec }) => (spec === null ? [] : [spec]));
}
