import type { StreamState, TagState } from '../image/stream-state.ts';
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
  readonly tags: readonly TagChange[];
}

/** What a commit has to write; null when nothing differs. Pure. */
export function diffStream(before: StreamState | null, after: StreamState): StreamChange | null {
  const annotations = changedAnnotations(before, after);
  const tags = changedTags(before?.tags ?? new Map<string, TagState>(), after.tags);
  const same = before !== null && annotations === null && tags.length === 0 && sameJson(headFields(before), headFields(after));
  return same ? null : { annotations, tags };
}

function changedAnnotations(before: StreamState | null, after: StreamState): StreamChange['annotations'] {
  if (after.annotations === null) return null;
  const stored = before === null ? {} : before.annotations;
  return sameJson(stored, after.annotations) ? null : after.annotations;
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
  return a.total === b.total && sameJson([a.spec, a.items, a.conditions, a.chosenFrom], [b.spec, b.items, b.conditions, b.chosenFrom]);
}

function headFields({ generation, labels, lookupPolicy, dockerImageRepository, repositoryCheck }: StreamState): unknown {
  return { generation, labels, local: lookupPolicy.local, dockerImageRepository, repositoryCheck };
}
