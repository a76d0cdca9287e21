/**
 * GET imagestreams?watch=true: a bounded poll of heads, since the gateway cannot stream and waits 30 s at most
 * (clients-on-the-wire.md §4, docs/decisions/0021-watch-is-a-bounded-poll.md).
 */
import type { RegistryHosts } from '../../image/stream-state.ts';
import type { ImageStream } from '../../image/types.ts';
import type { RequestContext, ResourceHandlers, WatchAnswer, WatchOptions } from '../../kubernetes/handlers.ts';
import { expired } from '../../kubernetes/status.ts';
import { checkFieldSelector } from '../field-selection.ts';
import { isJustWritten, isTooOld, listRevision, type WatchStart, watchStart } from '../list-revision.ts';
import type { Clock, StreamHead, StreamHeadReader, StreamStore } from '../ports.ts';
import { createWatchLimit } from '../watch-limit.ts';
import { byKey, firstChanges, type HeadChange, headKey, type HeadsByKey, laterChanges, mergeChanges } from './changed-heads.ts';
import { STREAM_FIELDS } from './stream-selection.ts';
import { NOTHING, tellChanges, type Told } from './tell-changes.ts';

export interface StreamWatchApi {
  readonly heads: StreamHeadReader;
  readonly streams: Pick<StreamStore, 'readStream'>;
  readonly hosts: RegistryHosts;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** How long an answer is held while nothing changes. Clients ask again at once, so this is what an idle watch costs requests. Milliseconds. */
const HOLD = 4_000;
/** The same right after an event. Clients complain about watches that last less than a second. Milliseconds. */
const HOLD_AFTER_EVENT = 1_500;
/** Between two polls. Milliseconds. */
const PAUSE = 500;
/** A poll that takes much capacity is followed by a longer pause: at most 50 read units a second for one watch. Milliseconds per unit. */
const PAUSE_PER_UNIT = 20;

/** Watches one identity may hold in one process. */
const MOST_WATCHES = 20;

export function createStreamWatch(api: StreamWatchApi): Required<ResourceHandlers<ImageStream>>['watch'] {
  const limited = createWatchLimit(MOST_WATCHES);
  return (context, options) => limited(context.identity, () => watchStreams(api, context, options));
}

/** Answers ERROR 410 for a revision from which deletions may be forgotten. Throws ApiError 400 for fields that streams do not offer. */
export async function watchStreams(api: StreamWatchApi, context: RequestContext, options: WatchOptions): Promise<WatchAnswer<ImageStream>> {
  checkFieldSelector(options, STREAM_FIELDS);
  const { since } = options;
  const began = api.clock();
  if (since !== null && isTooOld(since, began)) return tooOld(since, began);
  const namespace = context.info.namespace === '' ? null : context.info.namespace;
  const name = namespace === null ? undefined : selectedName(options);
  const deadline = began + holdOf(options, began);
  const changes = new Map<string, HeadChange>();
  let initial = NOTHING;
  let before: HeadsByKey | null = null;
  for (;;) {
    const polledAt = api.clock();
    const { heads: read, units } = await api.heads.readHeads(namespace, name);
    const heads = read.filter((head) => isSelected(head, options));
    const found: readonly HeadChange[] = before === null ? firstChanges(heads, start(since, name)) : laterChanges(before, heads, options);
    if (before === null && since === null) {
      // Told as they are now, apart from what changes while this watch lasts: `kubectl get is/x -w` drops the first event.
      initial = await tellChanges(api, NOTHING, found, options);
      if (initial.isCut) return answer(initial, since, polledAt);
    } else {
      for (const change of found) changes.set(headKey(change.head), mergeChanges(changes.get(headKey(change.head)), change));
    }
    const isOver = polledAt >= deadline;
    if (isOver || found.some(({ isNews }) => isNews)) {
      const told = await tellChanges(api, initial, [...changes.values()], options);
      if (isOver || told.hasNews) return answer(told, since, polledAt);
    }
    before = byKey(heads);
    await api.sleep(Math.max(0, Math.min(deadline - api.clock(), Math.max(PAUSE, units * PAUSE_PER_UNIT))));
  }
}

function start(since: number | null, name: string | undefined): WatchStart | null {
  return since === null ? null : watchStart(since, name !== undefined);
}

/** Milliseconds. `kubectl wait` asks once more after the event it waited for and ends only with that answer. */
function holdOf({ since, timeoutSeconds = Infinity }: WatchOptions, now: number): number {
  const hold = since !== null && isJustWritten(since, now) ? HOLD_AFTER_EVENT : HOLD;
  return Math.min(hold, timeoutSeconds * 1000);
}

function selectedName({ fieldRequirements }: WatchOptions): string | undefined {
  return fieldRequirements.find(({ field, operator }) => field === 'metadata.name' && operator === '=')?.value;
}

/** By what never changes of a stream; the rest is looked at once the stream is read. */
function isSelected({ namespace, name }: StreamHead, { fieldRequirements }: WatchOptions): boolean {
  const fields: Readonly<Record<string, string>> = { 'metadata.name': name, 'metadata.namespace': namespace };
  return fieldRequirements.every(
    ({ field, operator, value }) => fields[field] === undefined || (operator === '=') === (fields[field] === value),
  );
}

/** What did not fit is told from the last event on; otherwise everything up to now but for what may still be under way. */
function answer({ events, isCut }: Told, since: number | null, polledAt: number): WatchAnswer<ImageStream> {
  const last = events.reduce((largest, { object }) => Math.max(largest, Number(object.metadata.resourceVersion)), 0);
  const known = isCut ? last : Math.max(since ?? 0, last, newestList(polledAt));
  return { events, resourceVersion: String(known) };
}

function tooOld(since: number, now: number): WatchAnswer<ImageStream> {
  const status = expired(`too old resource version: ${since} (${newestList(now)})`);
  return { events: [{ type: 'ERROR', object: status }], resourceVersion: String(since) };
}

/** As a list tells it in which something has just changed. */
function newestList(now: number): number {
  return listRevision(Infinity, now);
}
