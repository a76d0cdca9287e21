/** SQS sweep queue: empties deleted namespaces, deletes what a deleted stream or a replaced history leaves behind. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSweepWorker } from './importing/sweep-worker.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { logger } from './runtime/logger.ts';
import { createSweeper } from './store/sweep.ts';
import { createNamespaceSweeper } from './store/sweep-namespace.ts';

/** One message's share of the function's two minutes: there are five in a batch. */
const BUDGET = 20_000;

const options = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable), budgetMs: BUDGET };

export const handler = withChain(
  createSweepWorker({
    sweep: { ...createSweeper(options), ...createNamespaceSweeper({ ...options, secretsTable: requireEnv(ENV.secretsTable) }) },
    report: (error, messageId) => logger.error('sweep failed', { error: error as Error, messageId }),
  }),
);
