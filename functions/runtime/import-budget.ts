/** Composition of what users may import, from the environment of a deployed function. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ImportBudget } from '../resources/ports.ts';
import { createImportBudget, type ImportRate } from '../store/import-budget-store.ts';
import { requireEnv } from './config.ts';
import { ENV } from './environment.ts';

/** Reads the environment once; call at module scope of an entry file. Throws naming the variable that is missing or cannot be read. */
export function composeImportBudget(): ImportBudget {
  return createImportBudget({
    client: new DynamoDBClient({}),
    table: requireEnv(ENV.stateTable),
    rate: parseImportRate(requireEnv(ENV.importRate)),
  });
}

/** `60/120`: a minute, at once. */
export function parseImportRate(text: string): ImportRate {
  const [perMinute = 0, burst = 0] = (/^[1-9]\d{0,8}\/[1-9]\d{0,8}$/.test(text) ? text : '').split('/').map(Number);
  if (perMinute === 0) throw new Error(`environment variable ${ENV.importRate} must look like 60/120, not ${JSON.stringify(text)}`);
  return { perMinute, burst };
}
