import { randomUUID } from 'node:crypto';
import {
  type CancellationReason,
  TransactionCanceledException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { fullJitter } from './backoff.ts';
import type { Condition } from './conditions.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { isThrottling, isTooLarge, toStoreError } from './failures.ts';
import { type Item, marshalItem } from './item-size.ts';
import type { ItemBase } from './items.ts';
import type { Key } from './keys.ts';

/** One write of a transaction. */
export type Action =
  | { readonly put: ItemBase; readonly condition?: Condition; readonly remove?: undefined }
  | { readonly remove: Key; readonly condition?: Condition; readonly put?: undefined };

/** A condition that did not hold: position of its action, and the stored item if the condition asked to be told. */
export interface Refusal {
  readonly index: number;
  readonly stored: Item | null;
}

/** What the store holds instead of what was to be written. */
export interface Refused {
  readonly storedRevision?: number;
  /** A tombstone. */
  readonly isDeleted: boolean;
}

export function readRefusal({ stored }: Refusal): Refused {
  const revision = stored?.['revision'];
  return { isDeleted: stored?.['deleted'] === true, ...(typeof revision === 'number' ? { storedRevision: revision } : {}) };
}

/** A commit lands within this time or not at all: list revisions lie 10 s back because of it (design.md §3). */
export const GIVE_UP_AFTER_MS = 5_000;
const RETRY_DELAY = { baseMs: 10, maxMs: 250 };

/** Command input; pure. The token makes a repeated send of the same transaction (a lost answer) succeed instead of conflict with itself. */
export function buildTransaction(table: string, actions: readonly Action[], token: string): TransactWriteItemsCommandInput {
  return { ClientRequestToken: token, TransactItems: actions.map((action) => transactItem(table, action)) };
}

function transactItem(table: string, action: Action): TransactWriteItem {
  const guard = { TableName: table, ...conditionInput(action.condition) };
  if (action.put !== undefined) return { Put: { ...guard, Item: marshalItem(action.put) } };
  return { Delete: { ...guard, Key: marshall(action.remove) } };
}

export function conditionInput(condition: Condition | undefined): object {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition.expression,
    ...(condition.values === undefined ? {} : { ExpressionAttributeValues: marshall(condition.values) }),
    ...(condition.tellStored === true ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const } : {}),
  };
}

/**
 * Writes all actions or none. Answers the conditions that did not hold (empty: written). A conflict with another transaction under way is
 * repeated as it is, with full jitter; after 5 s it is ERR_STORE_CONFLICT. Also throws ERR_STORE_THROTTLED and ERR_STORE_TOO_LARGE.
 */
export async function writeTransaction(db: Database, actions: readonly Action[]): Promise<readonly Refusal[]> {
  const input = buildTransaction(db.table, actions, randomUUID());
  const deadline = db.clock() + GIVE_UP_AFTER_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      await db.client.send(new TransactWriteItemsCommand(input), { abortSignal: AbortSignal.timeout(GIVE_UP_AFTER_MS) });
      return [];
    } catch (error) {
      const refusals = refusalsOf(error);
      if (refusals.length > 0) return refusals;
      const lasting = lastingFailure(error);
      if (lasting !== null) throw lasting;
      const wait = fullJitter(db.random, attempt, RETRY_DELAY);
      if (db.clock() + wait >= deadline)
        throw new StoreError('ERR_STORE_CONFLICT', 'other transactions kept the items busy', { cause: error });
      await db.sleep(wait);
    }
  }
}

function refusalsOf(error: unknown): Refusal[] {
  return reasonsOf(error).flatMap((reason, index) =>
    reason.Code === 'ConditionalCheckFailed' ? [{ index, stored: reason.Item === undefined ? null : unmarshall(reason.Item) }] : [],
  );
}

/** The error to throw, or null when the same transaction may succeed in a moment. */
function lastingFailure(error: unknown): Error | null {
  if (error instanceof TransactionInProgressException) return null;
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
    return new StoreError('ERR_STORE_THROTTLED', `no answer within ${GIVE_UP_AFTER_MS} ms`, { cause: error });
  }
  const reasons = reasonsOf(error);
  if (reasons.some((reason) => isTooLarge(reason.Code, reason.Message))) {
    return new StoreError('ERR_STORE_TOO_LARGE', 'DynamoDB refuses the size of an item', { cause: error });
  }
  if (reasons.some((reason) => isThrottling(reason.Code))) {
    return new StoreError('ERR_STORE_THROTTLED', 'DynamoDB throttles', { cause: error });
  }
  if (reasons.some((reason) => reason.Code === 'TransactionConflict')) return null;
  return toStoreError(error);
}

function reasonsOf(error: unknown): readonly CancellationReason[] {
  return error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
}
