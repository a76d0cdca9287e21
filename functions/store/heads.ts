import { GetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { HeadReader, Heads, ObjectHead } from '../resources/ports.ts';
import type { Database } from './database.ts';
import { translateFailures } from './failures.ts';
import type { Item, StoredItem } from './item-size.ts';
import type { Entity } from './items.ts';
import type { Key, KeyRange } from './keys.ts';
import { keyIfStorable } from './keys.ts';
import { mapParallel } from './parallel.ts';
import { rangeQuery } from './reading.ts';

const PARALLEL_NAMESPACES = 8;

/** Where the heads of one kind are. */
export interface HeadSource {
  readonly entity: Entity;
  key(namespace: string, name: string): Key;
  /** Holds the heads of a namespace, and maybe other items. */
  range(namespace: string): KeyRange;
  /** Attributes that `toHead` reads: spares the wire, not the capacity. Default all. */
  readonly attributes?: readonly string[];
  toHead(item: Item): ObjectHead;
}

/** Heads, tombstones included, strongly consistent (docs/decisions/0021-watch-is-a-bounded-poll.md tells what that costs). */
export function createHeadReader(db: Database, source: HeadSource, namespaceNames: () => Promise<readonly string[]>): HeadReader {
  return {
    async readHeads(namespace, name) {
      if (namespace !== null) return name === undefined ? readNamespace(db, source, namespace) : readOne(db, source, namespace, name);
      return sumHeads(await mapParallel(await namespaceNames(), PARALLEL_NAMESPACES, (each) => readNamespace(db, source, each)));
    },
  };
}

async function readOne(db: Database, source: HeadSource, namespace: string, name: string): Promise<Heads> {
  const key = keyIfStorable(() => source.key(namespace, name));
  if (key === null) return { heads: [], units: 0 };
  const command = new GetItemCommand({
    TableName: db.table,
    Key: marshall(key),
    ConsistentRead: true,
    ReturnConsumedCapacity: 'TOTAL',
  });
  const { Item: item, ConsumedCapacity: consumed } = await translateFailures(() => db.client.send(command));
  return { heads: item === undefined ? [] : [source.toHead(unmarshall(item))], units: consumed?.CapacityUnits ?? 1 };
}

async function readNamespace(db: Database, source: HeadSource, namespace: string): Promise<Heads> {
  return queryHeads(db, headsQuery(db.table, source, namespace), (item) => source.toHead(item));
}

/** All pages of a query, and what they cost. */
export async function queryHeads(db: Database, input: QueryCommandInput, toHead: HeadSource['toHead']): Promise<Heads> {
  const heads: ObjectHead[] = [];
  let units = 0;
  let start: StoredItem | undefined;
  do {
    const page = { ...input, ReturnConsumedCapacity: 'TOTAL' as const, ...(start === undefined ? {} : { ExclusiveStartKey: start }) };
    const answer = await translateFailures(() => db.client.send(new QueryCommand(page)));
    heads.push(...(answer.Items ?? []).map((item) => toHead(unmarshall(item))));
    units += answer.ConsumedCapacity?.CapacityUnits ?? 1;
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return { heads, units };
}

export function sumHeads(parts: readonly Heads[]): Heads {
  return { heads: parts.flatMap(({ heads }) => heads), units: parts.reduce((sum, { units }) => sum + units, 0) };
}

/** Command input; pure. The filter spares the wire, not the capacity. */
export function headsQuery(table: string, source: HeadSource, namespace: string): QueryCommandInput {
  const { entity, attributes } = source;
  const query = rangeQuery(table, source.range(namespace), attributes === undefined ? {} : { attributes });
  return {
    ...query,
    FilterExpression: 'entity = :entity',
    ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ...marshall({ ':entity': entity }) },
  };
}
