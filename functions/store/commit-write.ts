import type { StreamState } from '../image/stream-state.ts';
import { nameIsFree, headIsUnchanged } from './conditions.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { encodeHead } from './head-item.ts';
import type { Entity, HeadItem, ItemBase, TagItem } from './items.ts';
import { nextRevision } from './revision.ts';
import { type Action, type Refusal, writeTransaction } from './transaction.ts';

export interface PartsRequest {
  readonly before: StreamState | null;
  /** With uid and incarnation. */
  readonly after: StreamState;
  /** Of the first part. */
  readonly revision: number;
  /** Writes per transaction, without the head. */
  readonly parts: readonly (readonly Action[])[];
}

export interface PartResult {
  readonly stream: StreamState;
  /** Of the last part. */
  readonly revision: number;
  /** Tag items as written. */
  readonly tags: ReadonlyMap<string, TagItem>;
}

/** Items whose `revision` is that of the part they travel in, and which `touched` counts. */
const CHILDREN: ReadonlySet<Entity | undefined> = new Set(['metadata', 'managers', 'tag', 'follower']);

/**
 * Sends the parts one after another, each on condition of the one before: a stream another writer touched in between ends it with
 * ERR_STORE_CONFLICT. Answers `above` when a tombstone with a higher revision stands where the stream is to be created.
 */
export async function writeParts(db: Database, request: PartsRequest): Promise<PartResult | { readonly above: number }> {
  const { before, after, parts } = request;
  const tags = new Map<string, TagItem>();
  let previous = before;
  let { revision } = request;
  for (const [index, part] of parts.entries()) {
    if (index > 0) revision = nextRevision(revision, db.clock());
    const writes = part.map((action) => stamp(action, revision));
    const refusals = await writeTransaction(db, [headAction(previous, { ...after, revision }, writes), ...writes]);
    const tombstone = refusals.length === 0 ? null : tombstoneAbove(previous, refusals);
    if (tombstone !== null) return { above: tombstone };
    for (const { put } of writes) if (put?.entity === 'tag') remember(tags, put);
    previous = { ...after, revision };
  }
  return { stream: after, revision, tags };
}

/** Pure: the head of one part, with the number of child items a reader has to see beside it. */
export function headAction(previous: StreamState | null, stream: StreamState, writes: readonly Action[]): Action {
  const touched = writes.filter(({ put }) => CHILDREN.has(put?.entity)).length;
  const condition =
    previous === null ? nameIsFree(stream.revision) : headIsUnchanged(previous.revision, previous.incarnation, previous.struckOff ?? 0);
  return { put: encodeHead(stream, touched), condition };
}

function stamp(action: Action, revision: number): Action {
  return action.put !== undefined && CHILDREN.has(action.put.entity) ? { ...action, put: withRevision(action.put, revision) } : action;
}

function withRevision<T extends ItemBase>(item: T, revision: number): T & { readonly revision: number } {
  return { ...item, revision };
}

function remember(tags: Map<string, TagItem>, put: ItemBase): void {
  const item = put as TagItem; // planCommit made it with encodeTag
  tags.set(item.tag, item);
}

/** Throws what the refusals mean, unless they only mean that the new stream's revision is too low. */
function tombstoneAbove(previous: StreamState | null, refusals: readonly Refusal[]): number {
  const stored = refusals.find(({ index }) => index === 0)?.stored as HeadItem | null | undefined;
  const alive = stored !== null && stored !== undefined && stored.deleted !== true;
  if (previous === null && stored?.deleted === true) return stored.revision;
  const details = alive ? { storedRevision: stored.revision } : {};
  if (previous === null && !refusals.some(({ index }) => index === 0))
    throw new StoreError('ERR_STORE_CONFLICT', 'another stream was created meanwhile');
  if (previous === null) throw new StoreError('ERR_STORE_EXISTS', 'the stream exists', details);
  throw new StoreError('ERR_STORE_CONFLICT', 'the stream was changed meanwhile', details);
}
