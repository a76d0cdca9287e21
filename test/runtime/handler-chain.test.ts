import type { Context } from 'aws-lambda';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { expect, it, vi } from 'vitest';
import { withChain } from '../../functions/runtime/handler-chain.ts';
import { logger } from '../../functions/runtime/logger.ts';
import { METRIC } from '../../functions/runtime/metric-names.ts';
import { metrics } from '../../functions/runtime/metrics.ts';
import { logged } from './logged.ts';

const context = { functionName: 'worker', awsRequestId: 'a-1', getRemainingTimeInMillis: () => 5_000 } as unknown as Context;

it('passes event and answer through, and measures nothing of its own', async () => {
  let answer: unknown;
  const lines = await logged(async () => (answer = await withChain(async (event: number) => event + 1)(1, context)));
  expect(answer).toBe(2);
  expect(lines).toEqual([]);
});

it('logs with the context of the invocation and forgets added keys', async () => {
  const handler = withChain(async (key: string) => {
    logger.appendKeys({ [key]: true });
    logger.info('worked');
  });
  const lines = await logged(async () => {
    await handler('first', context);
    await handler('second', context);
  });
  expect(lines).toMatchObject([
    { message: 'worked', function_name: 'worker', function_request_id: 'a-1', first: true },
    { message: 'worked', second: true },
  ]);
  expect(lines[1]).not.toHaveProperty('first');
});

it('rethrows what a worker throws, metrics flushed', async () => {
  const handler = withChain(async () => {
    metrics.addMetric(METRIC.triggerFailed, MetricUnit.Count, 1);
    throw new Error('retry me');
  });
  const lines = await logged(() => expect(handler({}, context)).rejects.toThrow('retry me'));
  expect(lines).toMatchObject([{ TriggerFailed: 1 }]);
});

it('fails an invocation that runs out of time without a last word', async () => {
  const handler = withChain(() => new Promise<never>(() => undefined));
  await expect(handler({}, { ...context, getRemainingTimeInMillis: () => 10 })).rejects.toThrow();
});

it('redacts secrets', async () => {
  const handler = withChain(async () => logger.info('careful', { authorization: 'Bearer abcdefgh', nested: { password: 'hunter2' } }));
  expect(JSON.stringify(await logged(() => handler({}, context)))).not.toMatch(/abcdefgh|hunter2/);
});

it('logs no event, whatever the environment says', async () => {
  vi.stubEnv('POWERTOOLS_LOGGER_LOG_EVENT', 'true');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'DEBUG');
  vi.resetModules();
  const { withChain: fresh } = await import('../../functions/runtime/handler-chain.ts');
  vi.unstubAllEnvs();
  const handler = fresh(async (_: unknown) => undefined);
  expect(JSON.stringify(await logged(() => handler({ body: '{"data":{"key":"aHVudGVyMg=="}}' }, context)))).not.toMatch(/aHVudGVyMg/);
});
