import { decode, tombstoneTtl } from './codec.ts';
import { headIsUnchanged, objectIs } from './conditions.ts';
import { type Database, openDatabase } from './database.ts';
import { deleteRange, type SweepResult } from './delete-range.ts';
import { decodeHead, encodeHeadTombstone, toStreamState } from './head-item.ts';
import type { NamespaceItem } from './items.ts';
import { headKey, namespaceKey, otherContents } from './keys.ts';
import { mapParallel } from './parallel.ts';
import { readItem } from './reading.ts';
import { nextRevision } from './revision.ts';
import { createStreamHeadReader } from './stream-heads.ts';
import type { SweeperOptions } from './sweep.ts';
import { putItem } from './writing.ts';

export interface SweptNamespace {
  readonly namespace: string;
  readonly uid: string;
  /** Who deleted it, and when (ms). */
  readonly actor: string;
  readonly now: number;
}

export interface NamespaceSweeperOptions extends SweeperOptions {
  /** Name of table `secrets`. */
  readonly secretsTable: string;
}

export interface NamespaceSweeper {
  /**
   * Empties a namespace that was deleted, then makes it a tombstone. Its streams become tombstones, each swept by itself; everything else is
   * deleted.
   * Answers `more` also when it is done for the first time: a request that saw the namespace alive may still write, so that it wants to be
   * looked at once more later. Idempotent. Leaves a namespace alone that was made anew.
   */
  sweepNamespace(namespace: SweptNamespace): Promise<SweepResult>;
}

const PARALLEL_STREAMS = 16;

export function createNamespaceSweeper(options: NamespaceSweeperOptions): NamespaceSweeper {
  const db = openDatabase(options);
  const secrets = { ...db, table: options.secretsTable };
  return {
    async sweepNamespace(swept) {
      const deadline = db.clock() + options.budgetMs;
      const item = await readDoomed(db, swept);
      if (item === 'anew') return 'done';
      if ((await empty(db, secrets, swept, deadline)) === 'more') return 'more';
      if (item === 'gone') return 'done';
      await putItem(db, tombstone(item, db.clock()), objectIs(swept.uid));
      return 'more';
    },
  };
}

/** The namespace that is being deleted; `anew`: another one, or it is not deleted after all. */
async function readDoomed(db: Database, { namespace, uid }: SweptNamespace): Promise<NamespaceItem | 'gone' | 'anew'> {
  const item = await readItem(db, namespaceKey(namespace));
  if (item === null || item['deleted'] === true) return 'gone';
  const found = decode<NamespaceItem>(item, 'namespace');
  return found.uid === uid && found.deletionTimestamp !== undefined ? found : 'anew';
}

function tombstone(item: NamespaceItem, now: number): NamespaceItem {
  return { ...item, revision: nextRevision(item.revision, now), deleted: true, ttl: tombstoneTtl(now) };
}

async function empty(db: Database, secrets: Database, swept: SweptNamespace, deadline: number): Promise<SweepResult> {
  // Asked before every page: a name that is free may be taken while the last sweep looks for stragglers.
  const isAllowed = async () => (await readDoomed(db, swept)) !== 'anew';
  if ((await deleteStreams(db, swept, deadline, isAllowed)) === 'more') return 'more';
  for (const database of [db, secrets]) {
    for (const range of otherContents(swept.namespace)) {
      if ((await deleteRange(database, range, deadline, isAllowed)) === 'more') return 'more';
    }
  }
  return 'done';
}

/** Until a look at them finds none alive: those that were just being written are tried again. */
async function deleteStreams(
  db: Database,
  swept: SweptNamespace,
  deadline: number,
  isAllowed: () => Promise<boolean>,
): Promise<SweepResult> {
  const reader = createStreamHeadReader(db);
  for (;;) {
    const { heads } = await reader.readHeads(swept.namespace);
    const alive = heads.filter(({ isDeleted }) => !isDeleted);
    if (alive.length === 0 || !(await isAllowed())) return 'done';
    await mapParallel(alive, PARALLEL_STREAMS, ({ name }) => deleteStream(db, swept, name));
    if (db.clock() >= deadline) return 'more';
  }
}

/** One attempt. */
async function deleteStream(db: Database, { namespace, actor, now }: SweptNamespace, stream: string): Promise<void> {
  const item = await readItem(db, headKey({ namespace, stream }));
  if (item === null || item['deleted'] === true) return;
  const head = decodeHead(item);
  const revision = nextRevision(head.revision, db.clock());
  const tombstone = encodeHeadTombstone(toStreamState(head, { annotations: {} }, new Map()), revision, { actor, now });
  await putItem(db, tombstone, headIsUnchanged(head.revision, head.incarnation));
}
