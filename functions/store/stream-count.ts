/**
 * How many streams a namespace holds, exactly, for quotas: whoever creates one under a quota names the count it was allowed by, and only one
 * creation goes on from each (docs/decisions/0055-quotas-are-exact.md). Namespaces without a quota never get the item.
 */
import type { CountPermit, StreamCount } from '../resources/ports.ts';
import { decode, tagged, tombstoneTtl } from './codec.ts';
import { itemIsUnchanged } from './conditions.ts';
import type { WriteGroup } from './commit-plan.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import type { ItemBase } from './items.ts';
import { streamCountKey } from './object-keys.ts';
import { readItem } from './reading.ts';
import { nextRevision, revisionAge } from './revision.ts';
import { createStreamHeadReader } from './stream-heads.ts';

interface CountItem extends ItemBase {
  readonly entity: 'stream-count';
  readonly revision: number;
  /** The stream that was created last. */
  readonly last: string;
}

/** A transaction of this age (ms) is applied everywhere, and its stream may have gone again. */
const SETTLED_AFTER_MS = 60_000;

/** Reads every head of the namespace. Throws ERR_STORE_CONFLICT while the last creation is still being applied. */
export async function countStreams(db: Database, namespace: string): Promise<StreamCount> {
  const item = await readItem(db, streamCountKey(namespace));
  const last = item === null ? null : decode<CountItem>(item, 'stream-count');
  const { heads } = await createStreamHeadReader(db).readHeads(namespace);
  // A query may see half of a transaction: the count without its stream (aws-facts.md §3).
  const isApplied = last === null || heads.some(({ name }) => name === last.last);
  if (!isApplied && revisionAge(last.revision, db.clock()) < SETTLED_AFTER_MS) {
    throw new StoreError('ERR_STORE_CONFLICT', 'a stream is just being created');
  }
  return { count: heads.filter(({ isDeleted }) => !isDeleted).length, permit: { seen: last?.revision ?? null } };
}

/** What a creation writes besides its stream. Refused when another one was permitted by the same count. */
export function countAction(db: Database, namespace: string, stream: string, { seen }: CountPermit): WriteGroup {
  const put: CountItem = {
    ...streamCountKey(namespace),
    ...tagged('stream-count'),
    last: stream,
    revision: nextRevision(seen ?? 0, db.clock()),
    ttl: tombstoneTtl(db.clock()),
  };
  return { ahead: [], core: [{ put, condition: itemIsUnchanged(seen) }] };
}
