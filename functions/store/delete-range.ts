import type { Database } from './database.ts';
import type { Item } from './item-size.ts';
import type { Key, KeyRange } from './keys.ts';
import { queryPages } from './reading.ts';
import { deleteItems } from './writing.ts';

/** `more`: time was up; the same call goes on where it stopped. */
export type SweepResult = 'done' | 'more';

/** Items deleted between two looks at the clock. */
export const PAGE_SIZE = 200;

/** Deletes everything in the range, until `deadline` (ms). */
export async function deleteRange(db: Database, range: KeyRange, deadline: number): Promise<SweepResult> {
  for await (const page of queryPages(db, range, { attributes: ['pk', 'sk'], pageSize: PAGE_SIZE })) {
    await deleteItems(db, keysOf(page));
    if (db.clock() >= deadline) return 'more';
  }
  return 'done';
}

/** Of items that were read with their keys. */
export function keysOf(items: readonly Item[]): Key[] {
  return items as unknown as Key[];
}
