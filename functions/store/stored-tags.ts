import type { StreamState } from '../image/stream-state.ts';
import type { Database } from './database.ts';
import { lifeOf } from './head-item.ts';
import type { TagItem } from './items.ts';
import { tagKey } from './keys.ts';
import { readItems } from './reading.ts';
import { decodeTag } from './tag-item.ts';

/**
 * The tag items a state was made of, tombstones included. A state does not show sequence numbers or tombstones, but a commit needs them;
 * remembering them saves it a second read.
 */
export interface StoredTags {
  /** null: known to be absent. */
  readonly items: ReadonlyMap<string, TagItem | null>;
  /** Whether `items` holds every tag of the stream: then what is not in it is absent. */
  readonly complete: boolean;
}

/** Keyed by the state object itself, so that it is forgotten together with it. */
export type TagMemory = WeakMap<StreamState, StoredTags>;

/** Stored items of the named tags; those that `before` was not read with (a state made by hand) are read now. */
export async function storedTagsOf(
  db: Database,
  memory: TagMemory,
  before: StreamState,
  names: readonly string[],
): Promise<ReadonlyMap<string, TagItem | null>> {
  const known = memory.get(before) ?? { items: new Map<string, TagItem | null>(), complete: false };
  const unknown = known.complete ? [] : names.filter((name) => !known.items.has(name));
  if (unknown.length === 0) return known.items;
  const life = lifeOf(before);
  const found = await readItems(
    db,
    unknown.map((name) => tagKey(life, name)),
  );
  return new Map([...known.items, ...found.map(decodeTag).map((item) => [item.tag, item] as const)]);
}
