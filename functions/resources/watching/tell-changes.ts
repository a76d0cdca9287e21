/** From changed heads to events with whole objects, as many as an answer holds. */
import type { ListOptions } from '../../kubernetes/handlers.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import { matchesReaders } from '../field-selection.ts';
import type { HeadChange } from './changed-heads.ts';
import type { WatchedKind } from './watched-kind.ts';

export interface ObjectEvent<O extends KubernetesObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: O;
}

export interface Told<O extends KubernetesObject> {
  /** In the order of revisions, so that a client can go on from the last one. */
  readonly events: readonly ObjectEvent<O>[];
  /** Not all fit. */
  readonly isCut: boolean;
  readonly hasNews: boolean;
  /** Characters of JSON. */
  readonly size: number;
}

export const NOTHING: Told<never> = { events: [], isCut: false, hasNews: false, size: 0 };

/** Objects read at once. */
const PARALLEL = 8;
/** Lambda ends answers at 6 MB, quotes escaped. Characters of JSON. */
const MOST = 4_000_000;

/**
 * Reads the changed objects until the answer is full, news before possible repeats (which would take the place of the news again and again),
 * older before newer. `told` is what it holds already.
 */
export async function tellChanges<O extends KubernetesObject>(
  kind: WatchedKind<O>,
  told: Told<O>,
  changes: readonly HeadChange[],
  options: ListOptions,
): Promise<Told<O>> {
  const ordered = [...changes].sort((a, b) => Number(b.isNews) - Number(a.isNews) || a.head.revision - b.head.revision);
  const events: ObjectEvent<O>[] = [];
  let { size } = told;
  const all = (fitting: readonly ObjectEvent<O>[]) => [...told.events, ...inOrder(fitting)];
  let hasNews = false;
  for (let first = 0; first < ordered.length; first += PARALLEL) {
    const part = ordered.slice(first, first + PARALLEL);
    const found = await Promise.all(part.map((change) => tellChange(kind, change, options)));
    for (const [index, event] of found.entries()) {
      if (event === null) continue;
      size += JSON.stringify(event).length;
      if (size > MOST && told.events.length + events.length > 0)
        return { events: all(upTo(events, part[index])), isCut: true, hasNews, size };
      events.push(event);
      hasNews ||= part[index]?.isNews === true;
    }
  }
  return { events: all(events), isCut: false, hasNews, size };
}

/** An object that has moved on past the first one left out is left out, too: the client goes on behind the last event. */
function upTo<O extends KubernetesObject>(events: readonly ObjectEvent<O>[], leftOut: HeadChange | undefined): readonly ObjectEvent<O>[] {
  const kept = events.filter((event) => leftOut?.isNews !== true || revisionOf(event) < leftOut.head.revision);
  return kept.length === 0 ? events : kept;
}

/** An object may have moved on since its head was read. */
function inOrder<O extends KubernetesObject>(events: readonly ObjectEvent<O>[]): readonly ObjectEvent<O>[] {
  return [...events].sort((a, b) => revisionOf(a) - revisionOf(b));
}

function revisionOf({ object }: ObjectEvent<KubernetesObject>): number {
  return Number(object.metadata?.resourceVersion);
}

/** null: nothing to tell this client, or gone since; then the next poll tells. */
async function tellChange<O extends KubernetesObject>(
  kind: WatchedKind<O>,
  { head, type, mayBeKnown }: HeadChange,
  options: ListOptions,
): Promise<ObjectEvent<O> | null> {
  if (type === 'DELETED') {
    const object = mayBeKnown ? await kind.readDeleted(head) : null;
    return object === null ? null : { type, object };
  }
  if (!options.matchesLabels(head.labels) && !mayBeKnown) return null;
  const object = await kind.read(head);
  if (object === null) return null;
  const isSelected = options.matchesLabels(object.metadata?.labels) && matchesReaders(options.fieldRequirements, kind.fields, object);
  if (isSelected) return { type, object };
  return mayBeKnown ? { type: 'DELETED', object } : null;
}
