import type { HeadReader, ObjectHead } from '../resources/ports.ts';
import { openDatabase, type StoreOptions } from './database.ts';
import { decodeHead } from './head-item.ts';
import { createHeadReader, type HeadSource } from './heads.ts';
import type { Item } from './item-size.ts';
import { headKey, streamsRange } from './keys.ts';
import { namespaceNamesEver } from './namespace-store.ts';

const STREAM_HEADS: HeadSource = {
  entity: 'head',
  key: (namespace, stream) => headKey({ namespace, stream }),
  range: (namespace) => streamsRange(namespace, null),
  toHead: toStreamHead,
};

/** Heads of image streams. A query passes their tags, too, and is charged for them. */
export function createStreamHeadReader(options: StoreOptions): HeadReader {
  const db = openDatabase(options);
  return createHeadReader(db, STREAM_HEADS, () => namespaceNamesEver(db));
}

function toStreamHead(item: Item): ObjectHead {
  const { namespace, stream, uid, revision, incarnation, created, labels, deleted } = decodeHead(item);
  const createdRevision = Number(incarnation);
  return { namespace, name: stream, uid, revision, createdRevision, creationTimestamp: created, labels, isDeleted: deleted === true };
}
