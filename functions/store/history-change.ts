import type { TagState } from '../image/stream-state.ts';
import type { TagEvent } from '../image/types.ts';
import type { TagItem } from './items.ts';
import { sameJson } from '../image/same-json.ts';

/** What becomes of a tag's history: numbers for the tag item, event items to write beside it. */
export interface HistoryChange {
  readonly sequence: number;
  readonly base: number;
  /** Events that are not the newest and have no item yet. */
  readonly events: readonly { readonly sequence: number; readonly event: TagEvent }[];
  /** Events that were not part of this tag's history, the newest included: their images become members. */
  readonly added: readonly TagEvent[];
}

/** Pure. `stored` is the tag's item, a tombstone included: numbers go on behind it. */
export function changeHistory(stored: Pick<TagItem, 'sequence' | 'base'> | null, before: TagState | null, after: TagState): HistoryChange {
  const sequence = stored?.sequence ?? 0;
  const base = stored?.base ?? 0;
  if (before !== null && stored !== null) {
    if (isExtension(before, after)) return extend(sequence, base, before, after);
    if (isTrimmed(before, after)) return { sequence, base: sequence - after.total, events: [], added: [] };
  }
  return replace(sequence, after);
}

/** New events in front of what was there; the event that was newest may also have been changed in place (openshift-semantics.md §3). */
function isExtension(before: TagState, after: TagState): boolean {
  const count = after.total - before.total;
  if (count < 0 || count > after.items.length) return false;
  const rest = after.items.slice(count);
  // Fewer events than were read are fine (they are still counted), but the one that was newest has to be there.
  const continues = rest.length <= before.items.length && (rest.length > 0 || before.items.length === 0);
  return continues && rest.every((event, index) => (index === 0 ? isCorrected : sameJson)(event, before.items[index]));
}

/** Changed in place at most: an event with another image and another reference is another event. */
function isCorrected(event: TagEvent, stored: TagEvent | undefined): boolean {
  return event.image === stored?.image || event.dockerImageReference === stored?.dockerImageReference;
}

/** Only the oldest events are gone, as pruning leaves it: nothing has to be renumbered. */
function isTrimmed(before: TagState, after: TagState): boolean {
  const { items, total } = after;
  return total === items.length && total < before.total && items.every((event, index) => sameJson(event, before.items[index]));
}

function extend(sequence: number, base: number, before: TagState, after: TagState): HistoryChange {
  const count = after.total - before.total;
  const newest = sequence + count;
  const displaced = after.items.slice(1, count + 1).map((event, index) => ({ sequence: newest - 1 - index, event }));
  const changedInPlace = after.items.slice(count, count + 1).filter((event) => !sameJson(event, before.items[0]));
  return {
    sequence: newest,
    base,
    events: count === 0 ? [] : displaced,
    added: [...after.items.slice(0, count), ...changedInPlace],
  };
}

/** The old numbers are given up, so that no leftover of the old history can pass for the new one. */
function replace(sequence: number, after: TagState): HistoryChange {
  const newest = sequence + after.items.length;
  const events = after.items.slice(1).map((event, index) => ({ sequence: newest - 1 - index, event }));
  return { sequence: newest, base: sequence, events, added: after.items };
}
