import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../resources/ports.ts';

/** What every store factory takes; tests inject time and chance. */
export interface StoreOptions {
  readonly client: DynamoDBClient;
  /** Name of table `state`. */
  readonly table: string;
  /** Milliseconds; default `Date.now`. */
  readonly clock?: Clock;
  /** 0 … 1, for jitter; default `Math.random`. */
  readonly random?: () => number;
  /** Milliseconds. */
  readonly sleep?: (ms: number) => Promise<void>;
}

export type Database = Required<StoreOptions>;

export function openDatabase(options: StoreOptions): Database {
  return {
    client: options.client,
    table: options.table,
    clock: options.clock ?? Date.now,
    random: options.random ?? Math.random,
    sleep: options.sleep ?? ((ms) => delay(ms)),
  };
}
