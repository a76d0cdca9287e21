import { BatchGetItemCommand, GetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { fullJitter } from './backoff.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { translateFailures } from './failures.ts';
import type { Item, StoredItem } from './item-size.ts';
import { type Key, keyIfStorable, type KeyRange } from './keys.ts';
import { chunked, mapParallel } from './parallel.ts';

const BATCH_GET_KEYS = 100;
const PARALLEL_BATCHES = 8;
const UNPROCESSED_ATTEMPTS = 10;
const UNPROCESSED_DELAY = { baseMs: 20, maxMs: 1_000 };

export interface QueryOptions {
  /** Top-level attributes to answer; default all. */
  readonly attributes?: readonly string[];
  readonly descending?: boolean;
  /** Items per page. */
  readonly pageSize?: number;
}

/** Strongly consistent read by names that came from outside: names no key can hold name nothing. */
export async function readNamed(db: Database, key: () => Key): Promise<Item | null> {
  const storable = keyIfStorable(key);
  return storable === null ? null : readItem(db, storable);
}

/** Strongly consistent read of one item. */
export async function readItem(db: Database, key: Key): Promise<Item | null> {
  const command = new GetItemCommand({ TableName: db.table, Key: marshall(key), ConsistentRead: true });
  const { Item: item } = await translateFailures(() => db.client.send(command));
  return item === undefined ? null : unmarshall(item);
}

/** Strongly consistent query of a key range, page by page: the caller decides whether to go on. */
export async function* queryPages(db: Database, range: KeyRange, options: QueryOptions = {}): AsyncGenerator<readonly Item[]> {
  yield* pages(db, rangeQuery(db.table, range, options));
}

export async function queryAll(db: Database, range: KeyRange, options: QueryOptions = {}): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of queryPages(db, range, options)) items.push(...page);
  return items;
}

/** The first page only: with `pageSize`, the first items of a range. */
export async function queryFirst(db: Database, range: KeyRange, options: QueryOptions): Promise<readonly Item[]> {
  for await (const page of queryPages(db, range, options)) return page;
  return [];
}

/** Command input of a range query; pure. */
export function rangeQuery(table: string, range: KeyRange, options: QueryOptions): QueryCommandInput {
  const { attributes } = options;
  return {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: marshall({ ':pk': range.pk, ':from': range.from, ':to': range.to }),
    ...(options.descending === true ? { ScanIndexForward: false } : {}),
    ...(options.pageSize === undefined ? {} : { Limit: options.pageSize }),
    ...(attributes === undefined
      ? {}
      : {
          ProjectionExpression: attributes.map((_, index) => `#p${index}`).join(', '),
          ExpressionAttributeNames: Object.fromEntries(attributes.map((name, index) => [`#p${index}`, name])),
        }),
  };
}

/** All pages of a query as plain items. Empty pages are passed over. */
export async function* pages(db: Database, input: QueryCommandInput): AsyncGenerator<readonly Item[]> {
  let start: StoredItem | undefined;
  do {
    const command = new QueryCommand({ ...input, ...(start === undefined ? {} : { ExclusiveStartKey: start }) });
    const answer = await translateFailures(() => db.client.send(command));
    start = answer.LastEvaluatedKey;
    if (answer.Items !== undefined && answer.Items.length > 0) yield answer.Items.map((item) => unmarshall(item));
  } while (start !== undefined);
}

/** Strongly consistent reads by key, in no order; missing items are absent. No key twice. */
export async function readItems(db: Database, keys: readonly Key[]): Promise<Item[]> {
  const batches = await mapParallel(chunked(keys, BATCH_GET_KEYS), PARALLEL_BATCHES, (batch) => readBatch(db, batch));
  return batches.flat();
}

async function readBatch(db: Database, keys: readonly Key[]): Promise<Item[]> {
  const found: Item[] = [];
  let wanted: StoredItem[] = keys.map((key) => marshall(key));
  for (let attempt = 0; wanted.length > 0; attempt++) {
    if (attempt === UNPROCESSED_ATTEMPTS) throw new StoreError('ERR_STORE_THROTTLED', 'DynamoDB leaves reads of a batch unprocessed');
    if (attempt > 0) await db.sleep(fullJitter(db.random, attempt, UNPROCESSED_DELAY));
    const command = new BatchGetItemCommand({ RequestItems: { [db.table]: { Keys: wanted, ConsistentRead: true } } });
    const answer = await translateFailures(() => db.client.send(command));
    const items = answer.Responses?.[db.table] ?? [];
    found.push(...items.map((item) => unmarshall(item)));
    wanted = answer.UnprocessedKeys?.[db.table]?.Keys ?? [];
    if (items.length > 0) attempt = 0; // an answer is cut at 16 MB: that is progress, not throttling
  }
  return found;
}
