import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ImportBudget } from '../resources/ports.ts';
import { tagged } from './codec.ts';
import { type Database, openDatabase, type StoreOptions } from './database.ts';
import { translateFailures } from './failures.ts';
import type { Item } from './item-size.ts';
import { importBudgetKey } from './object-keys.ts';

/** A token bucket. */
export interface ImportRate {
  /** Imports a minute, sustained. */
  readonly perMinute: number;
  /** Imports at once. */
  readonly burst: number;
}

export interface ImportBudgetOptions extends StoreOptions {
  readonly rate: ImportRate;
}

/** Nothing was spent for as long as it takes to fill the bucket: it is full. */
const IS_FULL = 'attribute_not_exists(paidUntil) OR paidUntil <= :now';
/** What was spent leaves room. */
const HAS_ROOM = 'paidUntil <= :limit';

/**
 * Budgets in table `state`, one small item for a user who imports, so that all instances of the function count together. The bucket is kept as
 * the time until which everything spent is paid for: spending moves it on, one write without reading, two while the bucket fills
 * (docs/decisions/0056-imports-are-rationed.md).
 */
export function createImportBudget({ rate, ...options }: ImportBudgetOptions): ImportBudget {
  const db = openDatabase(options);
  const price = Math.ceil(60_000 / rate.perMinute);
  return {
    async spend(user, imports) {
      const now = db.clock();
      // More than the bucket holds would never pass: it takes a full one.
      const amount = Math.min(imports, rate.burst) * price;
      const limit = now + rate.burst * price - amount;
      const common = { ':ttl': Math.ceil((now + 2 * rate.burst * price) / 1000) };
      const first = { expression: 'paidUntil = :then', condition: IS_FULL, values: { ...common, ':now': now, ':then': now + amount } };
      if ((await update(db, user, first)) === null) return 0;
      const next = {
        expression: 'paidUntil = paidUntil + :amount',
        condition: HAS_ROOM,
        values: { ...common, ':limit': limit, ':amount': amount },
      };
      const stored = await update(db, user, next);
      return stored === null ? 0 : Math.max(1, Number(stored['paidUntil'] ?? now) - limit);
    },
  };
}

interface Spending {
  readonly expression: string;
  readonly condition: string;
  readonly values: Item;
}

/** null: done; else the stored item. */
async function update(db: Database, user: string, { expression, condition, values }: Spending): Promise<Item | null> {
  const { entity, v } = tagged('import-budget');
  const input: UpdateItemCommandInput = {
    TableName: db.table,
    Key: marshall(importBudgetKey(createHash('sha256').update(user).digest('hex'))),
    UpdateExpression: `SET ${expression}, #ttl = :ttl, entity = :entity, v = :v`,
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: marshall({ ...values, ':entity': entity, ':v': v }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  try {
    await translateFailures(() => db.client.send(new UpdateItemCommand(input)));
    return null;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item === undefined ? {} : unmarshall(error.Item);
    throw error;
  }
}
