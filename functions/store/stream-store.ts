import type { StreamState } from '../image/stream-state.ts';
import type { ChangeContext, StreamStore } from '../resources/ports.ts';
import { commitStream } from './commit.ts';
import { headIsUnchanged } from './conditions.ts';
import { type Database, openDatabase, type StoreOptions } from './database.ts';
import { StoreError } from './errors.ts';
import { encodeHeadTombstone, lifeOf } from './head-item.ts';
import type { HeadItem } from './items.ts';
import { metadataKey, type StreamLife } from './keys.ts';
import { listStreams } from './list-streams.ts';
import { decodeMetadata } from './metadata-item.ts';
import { readOlderEventsOfTag } from './read-events.ts';
import { readHistory } from './read-history.ts';
import { readStream } from './read-stream.ts';
import { readItem } from './reading.ts';
import { readTags } from './read-tags.ts';
import { nextRevision } from './revision.ts';
import { storedTagsOf, type TagMemory } from './stored-tags.ts';
import { listSpecTags } from './spec-tags.ts';
import { countStreams } from './stream-count.ts';
import { findMembers, listMembers } from './stream-members.ts';
import { writeTransaction } from './transaction.ts';

export interface StreamStoreOptions extends StoreOptions {
  /** `importInterval`: ladder step of scheduled imports (design.md §3), e.g. `15m`. */
  readonly settings: { readonly importInterval: string };
}

/** Image streams in DynamoDB: one item per tag and per event, every write one transaction on condition of the head's revision (design.md §3). */
export function createStreamStore(options: StreamStoreOptions): StreamStore {
  const db = openDatabase(options);
  const memory: TagMemory = new WeakMap();
  const deps = { db, memory, importInterval: options.settings.importInterval };
  return {
    readStream: (namespace, name) => readStream(db, memory, { namespace, stream: name }),
    readTags: (namespace, name, tags) => readTags(db, memory, { namespace, stream: name }, tags),
    listStreams: (namespace, page) => listStreams(db, memory, namespace, page),
    hasPointedTo: (stream, tag, digest) => hasPointedTo(db, memory, stream, tag, digest),
    readHistory: (stream, tag, page) => readHistory(db, memory, stream, tag, page),
    readAnnotations: (stream) => readAnnotations(db, lifeOf(stream)),
    findMembers: (stream, id) => findMembers(db, lifeOf(stream), id),
    listSpecTags: (stream) => listSpecTags(db, lifeOf(stream)),
    listMembers: (stream) => listMembers(db, lifeOf(stream)),
    countStreams: (namespace) => countStreams(db, namespace),
    commit: (request) => commitStream(deps, request),
    deleteStream: (stream, context) => deleteStream(db, stream, context),
  };
}

/** Annotations alone: a read of tags leaves them out, because they may be large. */
async function readAnnotations(db: Database, life: StreamLife): Promise<Readonly<Record<string, string>>> {
  const item = await readItem(db, metadataKey(life));
  return item === null ? {} : decodeMetadata(item).annotations;
}

async function hasPointedTo(db: Database, memory: TagMemory, stream: StreamState, tag: string, digest: string): Promise<boolean> {
  const item = (await storedTagsOf(db, memory, stream, [tag])).get(tag);
  if (item === null || item === undefined || item.deleted === true) return false;
  if (item.newest?.image === digest) return true;
  const older = await readOlderEventsOfTag(db, lifeOf(stream), item);
  return older.some((event) => event.image === digest);
}

/** One write whatever the stream holds; its children are swept from the stream record (sweep.ts). A transaction, so that a lost answer may be sent again. */
async function deleteStream(db: Database, stream: StreamState, context: ChangeContext): Promise<void> {
  const revision = nextRevision(stream.revision, db.clock());
  const condition = headIsUnchanged(stream.revision, stream.incarnation);
  const [refusal] = await writeTransaction(db, [{ put: encodeHeadTombstone(stream, revision, context), condition }]);
  if (refusal === undefined) return;
  const stored = refusal.stored as HeadItem | null;
  const details = stored === null || stored.deleted === true ? {} : { storedRevision: stored.revision };
  throw new StoreError('ERR_STORE_CONFLICT', 'the stream was changed meanwhile', details);
}
