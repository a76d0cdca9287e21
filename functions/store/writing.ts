import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  TransactionConflictException,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { fullJitter } from './backoff.ts';
import type { Condition } from './conditions.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { translateFailures } from './failures.ts';
import { type Item, marshalItem } from './item-size.ts';
import type { ItemBase } from './items.ts';
import type { Key } from './keys.ts';
import { chunked, mapParallel } from './parallel.ts';
import { conditionInput } from './transaction.ts';

const BATCH_WRITES = 25;
const PARALLEL_BATCHES = 4;
const ATTEMPTS = 10;
const RETRY_DELAY = { baseMs: 20, maxMs: 1_000 };

/** `refused`: the condition did not hold; `stored` only if the condition asked to be told. */
export type WriteResult = { readonly written: true } | { readonly written: false; readonly stored: Item | null };

/** One conditional put outside of any transaction. */
export async function putItem(db: Database, item: ItemBase, condition?: Condition): Promise<WriteResult> {
  const command = new PutItemCommand({ TableName: db.table, Item: marshalItem(item), ...conditionInput(condition) });
  return conditionally(db, () => db.client.send(command));
}

export async function deleteItem(db: Database, key: Key, condition?: Condition): Promise<WriteResult> {
  const command = new DeleteItemCommand({ TableName: db.table, Key: marshall(key), ...conditionInput(condition) });
  return conditionally(db, () => db.client.send(command));
}

/** A plain write meets TransactionConflictException while a transaction holds its item (aws-facts.md §3): it waits and tries again. */
async function conditionally(db: Database, send: () => Promise<unknown>): Promise<WriteResult> {
  for (let attempt = 0; ; attempt++) {
    try {
      await translateFailures(send);
      return { written: true };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return { written: false, stored: error.Item === undefined ? null : unmarshall(error.Item) };
      }
      if (!(error instanceof TransactionConflictException)) throw error;
      if (attempt === ATTEMPTS) throw new StoreError('ERR_STORE_CONFLICT', 'a transaction kept the item busy', { cause: error });
      await db.sleep(fullJitter(db.random, attempt, RETRY_DELAY));
    }
  }
}

/** Deletes unconditionally, in batches; what DynamoDB leaves unprocessed is sent again. No key twice. */
export async function deleteItems(db: Database, keys: readonly Key[]): Promise<void> {
  await mapParallel(chunked(keys, BATCH_WRITES), PARALLEL_BATCHES, (batch) => deleteBatch(db, batch));
}

async function deleteBatch(db: Database, keys: readonly Key[]): Promise<void> {
  let requests: WriteRequest[] = keys.map((key) => ({ DeleteRequest: { Key: marshall({ pk: key.pk, sk: key.sk }) } }));
  for (let attempt = 0; requests.length > 0; attempt++) {
    if (attempt === ATTEMPTS) throw new StoreError('ERR_STORE_THROTTLED', 'DynamoDB leaves deletes of a batch unprocessed');
    if (attempt > 0) await db.sleep(fullJitter(db.random, attempt, RETRY_DELAY));
    const command = new BatchWriteItemCommand({ RequestItems: { [db.table]: requests } });
    const answer = await translateFailures(() => db.client.send(command));
    requests = answer.UnprocessedItems?.[db.table] ?? [];
  }
}
