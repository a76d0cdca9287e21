import { headIsUnchanged } from './conditions.ts';
import { type Database, openDatabase } from './database.ts';
import { PAGE_SIZE, type SweepResult } from './delete-range.ts';
import { decodeHead, encodeHeadTombstone, toStreamState } from './head-item.ts';
import type { Item } from './item-size.ts';
import { headKey, type Key, type KeyRange } from './keys.ts';
import { namespaceKey, otherContents } from './object-keys.ts';
import { mapParallel } from './parallel.ts';
import { queryPages, readItem } from './reading.ts';
import { nextRevision } from './revision.ts';
import { createStreamHeadReader } from './stream-heads.ts';
import type { SweeperOptions } from './sweep.ts';
import { burial, isTombstone, type ObjectItem } from './tombstone.ts';
import { deleteItems, putItem } from './writing.ts';

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
   * Empties a namespace that was deleted, then removes it. Its streams become tombstones, each swept by itself, and so do the other objects
   * that clients watch; everything else is deleted.
   * Answers `more` also when it is done for the first time: a request that saw the namespace alive may still write, so that it wants to be
   * looked at once more later. Idempotent. Leaves a namespace alone that was made anew.
   */
  sweepNamespace(namespace: SweptNamespace): Promise<SweepResult>;
}

const PARALLEL_STREAMS = 16;
const PARALLEL_BURIALS = 16;

type State = 'doomed' | 'gone' | 'anew';

export function createNamespaceSweeper(options: NamespaceSweeperOptions): NamespaceSweeper {
  const db = openDatabase(options);
  const secrets = { ...db, table: options.secretsTable };
  return {
    async sweepNamespace(swept) {
      const deadline = db.clock() + options.budgetMs;
      const before = await readState(db, swept);
      if (before === 'anew') return 'done';
      if ((await empty(db, secrets, swept, deadline)) === 'more') return 'more';
      if (before === 'gone') return 'done';
      await bury(db, await readItem(db, namespaceKey(swept.namespace)));
      return 'more';
    },
  };
}

async function readState(db: Database, { namespace, uid }: SweptNamespace): Promise<State> {
  const item = await readItem(db, namespaceKey(namespace));
  if (item === null || (isTombstone(item) && item['uid'] === uid)) return 'gone';
  return item['uid'] === uid && item['deletionTimestamp'] !== undefined ? 'doomed' : 'anew';
}

async function empty(db: Database, secrets: Database, swept: SweptNamespace, deadline: number): Promise<SweepResult> {
  // Asked before every page: a name that is free may be taken while the last sweep looks for stragglers.
  const isAllowed = async () => (await readState(db, swept)) !== 'anew';
  if ((await deleteStreams(db, swept, deadline, isAllowed)) === 'more') return 'more';
  for (const database of [db, secrets]) {
    for (const range of otherContents(swept.namespace)) {
      if ((await emptyRange(database, range, deadline, isAllowed)) === 'more') return 'more';
    }
  }
  return 'done';
}

/** Objects leave a tombstone, which watches tell of; everything else goes. */
async function emptyRange(db: Database, range: KeyRange, deadline: number, isAllowed: () => Promise<boolean>): Promise<SweepResult> {
  for await (const page of queryPages(db, range, { pageSize: PAGE_SIZE })) {
    if (!(await isAllowed())) return 'done';
    const alive = page.filter((item) => !isTombstone(item));
    await mapParallel(alive.filter(isObject), PARALLEL_BURIALS, (item) => bury(db, item));
    await deleteItems(
      db,
      alive.filter((item) => !isObject(item)).map(({ pk, sk }) => ({ pk, sk }) as Key),
    );
    if (alive.length > 0 && db.clock() >= deadline) return 'more';
  }
  return 'done';
}

/** Other items are rows that belong to one. */
function isObject({ name, uid, revision }: Item): boolean {
  return typeof name === 'string' && typeof uid === 'string' && typeof revision === 'number';
}

/** One attempt; what is written meanwhile stays for the next sweep. */
async function bury(db: Database, item: Item | null): Promise<void> {
  if (item === null) return;
  const { put, condition } = burial(item as unknown as ObjectItem, db.clock());
  await putItem(db, put, condition);
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
