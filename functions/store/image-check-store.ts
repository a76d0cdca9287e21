import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ImageCheckProgress, ImageCheckStore, PointerPage, TagPointer } from '../importing/ports.ts';
import { decode, tagged } from './codec.ts';
import { type Database, openDatabase, type StoreOptions } from './database.ts';
import { translateFailures } from './failures.ts';
import type { StoredItem } from './item-size.ts';
import type { ItemBase, TagItem } from './items.ts';
import { streamsRange } from './keys.ts';
import { imageCheckKey, imageChecksRange } from './schedule-keys.ts';
import { namespaceNames } from './namespace-store.ts';
import { queryAll, readItem } from './reading.ts';
import { putItem } from './writing.ts';

type ProgressItem = ItemBase & ImageCheckProgress & { readonly entity: 'image-check' };

/** Where a pass over all tags is; `key` null: at the beginning of the namespace. */
interface Position {
  readonly namespace: string;
  readonly key: StoredItem | null;
}

/**
 * The daily walk over all tags, and how far it got. There is no index for it, because it would cost a write unit with every move of a tag; the walk
 * costs half a read unit for each 4 KB of streams.
 */
export function createImageCheckStore(options: StoreOptions): ImageCheckStore {
  const db = openDatabase(options);
  return {
    readProgress: async () => (await queryAll(db, imageChecksRange())).map((item) => progressOf(decode<ProgressItem>(item, 'image-check'))),
    saveProgress: async (progress) => {
      const item: ProgressItem = { ...imageCheckKey(progress.shard), ...tagged('image-check'), ...progress };
      await putItem(db, item);
    },
    listPointers: (position) => listPointers(db, position),
  };
}

/** See ScheduleReader.readImageCheck. */
export async function readImageCheck(db: Database, shard: number): Promise<ImageCheckProgress | null> {
  const item = await readItem(db, imageCheckKey(shard));
  return item === null ? null : progressOf(decode<ProgressItem>(item, 'image-check'));
}

function progressOf({ shard, lastPass, checked, position }: ProgressItem): ImageCheckProgress {
  return { shard, lastPass, checked, ...(position === undefined ? {} : { position }) };
}

async function* listPointers(db: Database, position: string | null): AsyncGenerator<PointerPage> {
  const start = position === null ? null : (JSON.parse(position) as Position);
  const names = await namespaceNames(db, start?.namespace ?? '');
  if (names.length === 0) yield { pointers: [], position: null };
  for (const [index, namespace] of names.entries()) {
    let key = start?.namespace === namespace ? start.key : null;
    do {
      const input = { ...pointersQuery(db.table, namespace), ...(key === null ? {} : { ExclusiveStartKey: key }) };
      const { Items = [], LastEvaluatedKey = null } = await translateFailures(() => db.client.send(new QueryCommand(input)));
      key = LastEvaluatedKey;
      const next = key === null ? names[index + 1] : namespace;
      yield {
        pointers: Items.map((item) => pointerOf(unmarshall(item) as unknown as TagItem)).filter((pointer) => pointer !== null),
        position: next === undefined ? null : JSON.stringify({ namespace: next, key } satisfies Position),
      };
    } while (key !== null);
  }
}

const ATTRIBUTES = ['namespace', 'stream', 'incarnation', 'tag', 'newest', 'spec', 'missing'] as const satisfies readonly (keyof TagItem)[];

function pointerOf({ namespace, stream, incarnation, tag, newest, spec, missing }: TagItem): TagPointer | null {
  if (newest === undefined) return null;
  return { namespace, stream, incarnation, tag, newest, spec: spec ?? null, ...(missing === undefined ? {} : { missing }) };
}

/** Command input; pure. The filter spares the wire, not the capacity. */
export function pointersQuery(table: string, namespace: string): QueryCommandInput {
  const { pk, from, to } = streamsRange(namespace, null);
  return {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    FilterExpression: 'entity = :tag AND attribute_exists(newest)',
    ProjectionExpression: ATTRIBUTES.map((_, index) => `#p${index}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(ATTRIBUTES.map((name, index) => [`#p${index}`, name])),
    ExpressionAttributeValues: marshall({ ':pk': pk, ':from': from, ':to': to, ':tag': 'tag' }),
  };
}
