import type { StreamState, TagState } from '../image/stream-state.ts';
import type { ManagedFieldsEntry } from '../kubernetes/types.ts';
import { sameJson } from '../image/same-json.ts';

/** A tag that is not what it was; null: not there. */
export interface TagChange {
  readonly name: string;
  readonly before: TagState | null;
  readonly after: TagState | null;
}

export interface StreamChange {
  /** null: leave the stored ones alone. */
  readonly annotations: Readonly<Record<string, string>> | null;
  /** As annotations. */
  readonly managers: readonly ManagedFieldsEntry[] | null;
  readonly tags: readonly TagChange[];
}

/** What a commit has to write; null when nothing differs. Pure. */
export function diffStream(before: StreamState | null, after: StreamState): StreamChange | null {
  const annotations = changedPart(before === null ? {} : before.annotations, after.annotations);
  const managers = changedPart(before === null ? [] : (before.managers ?? null), after.managers ?? null);
  const tags = changedTags(before?.tags ?? new Map<string, TagState>(), after.tags);
  const same =
    before !== null && annotations === null && managers === null && tags.length === 0 && sameJson(headFields(before), headFields(after));
  return same ? null : { annotations, managers, tags };
}

/** null for what was not loaded, and for what stays as it is. */
function changedPart<T>(before: T | null, after: T | null): T | null {
  return after === null || sameJson(before, after) ? null : after;
}

function changedTags(before: ReadonlyMap<string, TagState>, after: ReadonlyMap<string, TagState>): TagChange[] {
  const written = [...after.values()].flatMap((tag) => {
    const old = before.get(tag.name) ?? null;
    return old === tag || (old !== null && sameTag(old, tag)) ? [] : [{ name: tag.name, before: old, after: tag }];
  });
  const removed = [...before.values()].filter((tag) => !after.has(tag.name)).map((tag) => ({ name: tag.name, before: tag, after: null }));
  return [...written, ...removed];
}

function sameTag(a: TagState, b: TagState): boolean {
  const written = ({ spec, items, conditions, chosenFrom, pending, missing, continued, owners = [] }: TagState) => [
    spec,
    items,
    conditions,
    chosenFrom,
    pending,
    missing,
    continued,
    owners,
  ];
  return a.total === b.total && sameJson(written(a), written(b));
}

function headFields({ generation, labels, lookupPolicy, dockerImageRepository, repositoryCheck, deniedImages = [] }: StreamState): unknown {
  return { generation, labels, local: lookupPolicy.local, dockerImageRepository, repositoryCheck, deniedImages };
}
