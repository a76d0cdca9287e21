/**
 * GET of a collection with watch=true: a bounded poll of heads, since the gateway cannot stream and waits 30 s at most
 * (clients-on-the-wire.md §4, docs/decisions/0021-watch-is-a-bounded-poll.md).
 */
import type { RequestContext, ResourceHandlers, WatchAnswer, WatchOptions } from '../../kubernetes/handlers.ts';
import { expired } from '../../kubernetes/status.ts';
import type { Identity, KubernetesObject } from '../../kubernetes/types.ts';
import { checkFieldSelector } from '../field-selection.ts';
import { isJustWritten, isTooOld, listRevision, settledRevision, type WatchStart, watchStart } from '../list-revision.ts';
import type { Clock, ObjectHead } from '../ports.ts';
import { byKey, firstChanges, type HeadChange, headKey, type HeadsByKey, laterChanges, mergeChanges } from './changed-heads.ts';
import { NOTHING, tellChanges, type Told } from './tell-changes.ts';
import type { WatchedKind } from './watched-kind.ts';

/** What all watches of a process share. */
export interface Watching {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Runs a watch unless the identity holds too many: ApiError 429. */
  readonly limited: <T>(identity: Identity, watch: () => Promise<T>) => Promise<T>;
}

/** How long an answer is held while nothing changes. Clients ask again at once, so this is what an idle watch costs requests. Milliseconds. */
const HOLD = 4_000;
/** The same right after an event. Clients complain about watches that last less than a second. Milliseconds. */
const HOLD_AFTER_EVENT = 1_500;
/** Between two polls. Milliseconds. */
const PAUSE = 500;
/** A poll that takes much capacity is followed by a longer pause: at most 50 read units a second for one watch. Milliseconds per unit. */
const PAUSE_PER_UNIT = 20;

export function createWatch<O extends KubernetesObject>(kind: WatchedKind<O>, watching: Watching): Required<ResourceHandlers<O>>['watch'] {
  return (context, options) => watching.limited(context.identity, () => watchCollection(kind, watching, context, options));
}

/** Gives resources of one function the verb watch: all of them count against the same limit. */
export function watchedBy(watching: Watching) {
  return <O extends KubernetesObject>(
    handlers: ResourceHandlers<O>,
    /** Or what each identity sees of it. */
    kind: WatchedKind<O> | ((identity: Identity) => WatchedKind<O>),
  ): ResourceHandlers<O> => ({
    ...handlers,
    watch: (context, options) => createWatch(typeof kind === 'function' ? kind(context.identity) : kind, watching)(context, options),
  });
}

/** Answers ERROR 410 for a revision from which deletions may be forgotten. Throws ApiError 400 for fields that the kind does not offer. */
async function watchCollection<O extends KubernetesObject>(
  kind: WatchedKind<O>,
  { clock, sleep }: Watching,
  context: RequestContext,
  options: WatchOptions,
): Promise<WatchAnswer<O>> {
  checkFieldSelector(options, Object.keys(kind.fields));
  const { since } = options;
  const began = clock();
  if (since !== null && isTooOld(since, began)) return tooOld(since, began);
  const { namespace, name } = scopeOf(kind, context, options);
  const start = startOf(since, name);
  const deadline = began + holdOf(options, began);
  const changes = new Map<string, HeadChange>();
  let initial: Told<O> = NOTHING;
  let before: HeadsByKey | null = null;
  for (;;) {
    const polledAt = clock();
    const { heads: read, units } = await kind.heads.readHeads(namespace, name, aboveOf(start, before === null ? null : polledAt));
    const heads = read.filter((head) => isSelected(head, options));
    const found = before === null ? firstChanges(heads, start) : laterChanges(before, heads, start, options);
    if (before === null && since === null) {
      // Told as they are now, apart from what changes while this watch lasts: `kubectl get is/x -w` drops the first event.
      initial = await tellChanges(kind, NOTHING, found, options);
      if (initial.isCut) return answer(initial, since, polledAt);
    } else {
      for (const change of found) changes.set(headKey(change.head), mergeChanges(changes.get(headKey(change.head)), change));
    }
    const isOver = polledAt >= deadline;
    if (isOver || found.some(({ isNews }) => isNews)) {
      const told = await tellChanges(kind, initial, [...changes.values()], options);
      if (isOver || told.hasNews) return answer(told, since, polledAt);
    }
    before = byKey(heads, before);
    await sleep(Math.max(0, Math.min(deadline - clock(), Math.max(PAUSE, units * PAUSE_PER_UNIT))));
  }
}

/** What a poll has to read: one object where the request names it, else a namespace's or (null) all. */
function scopeOf(
  { isClusterScoped }: { readonly isClusterScoped?: true },
  { info }: RequestContext,
  { fieldRequirements }: WatchOptions,
): { readonly namespace: string | null; readonly name: string | undefined } {
  const selected = fieldRequirements.find(({ field, operator }) => field === 'metadata.name' && operator === '=')?.value;
  if (isClusterScoped === true) return { namespace: '', name: selected };
  return info.namespace === '' ? { namespace: null, name: undefined } : { namespace: info.namespace, name: selected };
}

function startOf(since: number | null, name: string | undefined): WatchStart | null {
  return since === null ? null : watchStart(since, name !== undefined);
}

/** The first poll sees all that came since the start, later ones what may have come since the one before. `polledAt` null: the first. */
function aboveOf(start: WatchStart | null, polledAt: number | null): number {
  const begin = start?.above ?? 0;
  return polledAt === null ? begin : Math.max(begin, settledRevision(polledAt));
}

/** Milliseconds. `kubectl wait` asks once more after the event it waited for and ends only with that answer. */
function holdOf({ since, timeoutSeconds = Infinity }: WatchOptions, now: number): number {
  const hold = since !== null && isJustWritten(since, now) ? HOLD_AFTER_EVENT : HOLD;
  return Math.min(hold, timeoutSeconds * 1000);
}

/** By what never changes of an object; the rest is looked at once it is read. */
function isSelected({ namespace, name }: ObjectHead, { fieldRequirements }: WatchOptions): boolean {
  const fields: Readonly<Record<string, string>> = { 'metadata.name': name, 'metadata.namespace': namespace };
  return fieldRequirements.every(
    ({ field, operator, value }) => fields[field] === undefined || (operator === '=') === (fields[field] === value),
  );
}

/** What did not fit is told from the last event on; otherwise everything up to now but for what may still be under way. */
function answer<O extends KubernetesObject>({ events, isCut }: Told<O>, since: number | null, polledAt: number): WatchAnswer<O> {
  const last = events.reduce((largest, { object }) => Math.max(largest, Number(object.metadata?.resourceVersion)), 0);
  const known = isCut ? last : Math.max(since ?? 0, last, newestList(polledAt));
  return { events, resourceVersion: String(known) };
}

function tooOld(since: number, now: number): WatchAnswer<never> {
  const status = expired(`too old resource version: ${since} (${newestList(now)})`);
  return { events: [{ type: 'ERROR', object: status }], resourceVersion: String(since) };
}

/** As a list tells it in which something has just changed. */
function newestList(now: number): number {
  return listRevision(Infinity, now);
}
