import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { StreamHead, StreamHeadReader } from '../resources/ports.ts';
import { type Database, openDatabase, type StoreOptions } from './database.ts';
import { translateFailures } from './failures.ts';
import { decodeHead } from './head-item.ts';
import type { StoredItem } from './item-size.ts';
import { headKey, streamsRange } from './keys.ts';
import { namespaceNames } from './namespace-store.ts';
import { mapParallel } from './parallel.ts';
import { rangeQuery, readItem } from './reading.ts';

type Heads = Awaited<ReturnType<StreamHeadReader['readHeads']>>;

const PARALLEL_NAMESPACES = 8;

/** Heads without their children, strongly consistent (docs/decisions/0021-watch-is-a-bounded-poll.md tells what that costs). */
export function createStreamHeadReader(options: StoreOptions): StreamHeadReader {
  const db = openDatabase(options);
  return {
    async readHeads(namespace, name) {
      if (namespace !== null) return name === undefined ? readNamespace(db, namespace) : readOne(db, namespace, name);
      const all = await mapParallel(await namespaceNames(db, ''), PARALLEL_NAMESPACES, (each) => readNamespace(db, each));
      return { heads: all.flatMap(({ heads }) => heads), units: all.reduce((sum, { units }) => sum + units, 0) };
    },
  };
}

async function readOne(db: Database, namespace: string, stream: string): Promise<Heads> {
  const item = await readItem(db, headKey({ namespace, stream }));
  return { heads: item === null ? [] : [toStreamHead(decodeHead(item))], units: 1 };
}

async function readNamespace(db: Database, namespace: string): Promise<Heads> {
  const heads: StreamHead[] = [];
  let units = 0;
  let start: StoredItem | undefined;
  do {
    const input = { ...headsQuery(db.table, namespace), ...(start === undefined ? {} : { ExclusiveStartKey: start }) };
    const answer = await translateFailures(() => db.client.send(new QueryCommand(input)));
    heads.push(...(answer.Items ?? []).map((item) => toStreamHead(decodeHead(unmarshall(item)))));
    units += answer.ConsumedCapacity?.CapacityUnits ?? 1;
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return { heads, units };
}

/** Command input; pure. The filter spares the wire, not the capacity. */
export function headsQuery(table: string, namespace: string): QueryCommandInput {
  const range = rangeQuery(table, streamsRange(namespace, null), {});
  return {
    ...range,
    FilterExpression: 'entity = :head',
    ExpressionAttributeValues: { ...range.ExpressionAttributeValues, ...marshall({ ':head': 'head' }) },
    ReturnConsumedCapacity: 'TOTAL',
  };
}

function toStreamHead(head: ReturnType<typeof decodeHead>): StreamHead {
  const { namespace, stream, uid, revision, incarnation, created, labels, deleted } = head;
  const createdRevision = Number(incarnation);
  return { namespace, name: stream, uid, revision, createdRevision, creationTimestamp: created, labels, isDeleted: deleted === true };
}
