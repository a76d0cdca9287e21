import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ImageHeadReader, ObjectHead } from '../resources/ports.ts';
import { INDEX } from '../runtime/environment.ts';
import { openDatabase, type StoreOptions } from './database.ts';
import { createHeadReader, queryHeads, sumHeads } from './heads.ts';
import { decodeImage, type ImageItem } from './image-item.ts';
import type { Item } from './item-size.ts';
import { IMAGE_SHARDS, imageKey, imagesRange } from './image-keys.ts';
import { mapParallel } from './parallel.ts';
import { readNamed } from './reading.ts';
import { createdBy, isTombstone } from './tombstone.ts';

/**
 * Heads of images by revision: their 256 partitions would be too many to poll. The index is eventually consistent, so whoever polls it reads
 * again what may have come late.
 */
export function createImageHeadReader(options: StoreOptions): ImageHeadReader {
  const db = openDatabase(options);
  const one = createHeadReader(
    db,
    { entity: 'image', key: (_namespace, name) => imageKey(name), range: (pk) => imagesRange(pk, null), toHead: toImageHead },
    async () => [],
  );
  return {
    async readHeads(_namespace, name, above = 0) {
      if (name !== undefined) return one.readHeads('', name);
      const query = (shard: string) => queryHeads(db, imagesQuery(db.table, shard, above), toImageHead);
      return sumHeads(await mapParallel(IMAGE_SHARDS, IMAGE_SHARDS.length, query));
    },
    async readDeleted(digest) {
      const item = await readNamed(db, () => imageKey(digest));
      return item !== null && isTombstone(item) ? decodeImage(item) : null;
    },
  };
}

/** Command input; pure. */
export function imagesQuery(table: string, shard: string, above: number): QueryCommandInput {
  return {
    TableName: table,
    IndexName: INDEX.imagesByRevision,
    KeyConditionExpression: 'imageShard = :shard AND revision > :above',
    ExpressionAttributeValues: marshall({ ':shard': shard, ':above': above }),
  };
}

function toImageHead(item: Item): ObjectHead {
  const { digest, uid, revision, creationTimestamp, labels } = item as unknown as ImageItem;
  const createdRevision = createdBy(creationTimestamp);
  return { namespace: '', name: digest, uid, revision, createdRevision, creationTimestamp, labels, isDeleted: isTombstone(item) };
}
