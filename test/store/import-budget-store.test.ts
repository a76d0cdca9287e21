import type { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import type { ImportBudget } from '../../functions/resources/ports.ts';
import { parseImportRate } from '../../functions/runtime/import-budget.ts';
import { createImportBudget } from '../../functions/store/import-budget-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
let table: TestTable;
let users = 0;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());

/** One a second, ten at once. */
function open(rate = { perMinute: 60, burst: 10 }) {
  const user = `user${users++}`;
  let now = START;
  const budget: ImportBudget = createImportBudget({ ...table, rate, clock: () => now });
  return { spend: (imports = 1) => budget.spend(user, imports), wait: (ms: number) => void (now += ms) };
}

it('grants a burst, then one for each second that passes', async () => {
  const { spend, wait } = open();
  for (let count = 0; count < 10; count++) expect(await spend()).toBe(0);
  expect(await spend()).toBe(1_000);
  wait(400);
  expect(await spend()).toBe(600);
  wait(600);
  expect(await spend()).toBe(0);
  expect(await spend(3)).toBe(3_000);
  wait(3_000);
  expect(await spend(3)).toBe(0);
});

it('takes a full bucket for more than it holds, and no more than full', async () => {
  const { spend, wait } = open();
  expect(await spend(500)).toBe(0);
  expect(await spend(500)).toBe(10_000);
  wait(3_600_000);
  expect(await spend(500)).toBe(0);
  expect(await spend(1)).toBe(1_000);
});

it('knows one user from another', async () => {
  const [one, other] = [open(), open()];
  await one.spend(10);
  expect([await one.spend(), await other.spend()]).toEqual([1_000, 0]);
});

it('grants no more to requests that meet', async () => {
  const { spend } = open();
  const waits = await Promise.all(Array.from({ length: 30 }, () => spend()));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
});

it('never grants more than burst and rate together', async () => {
  const step = fc.record({ pause: fc.integer({ min: 0, max: 5_000 }), imports: fc.integer({ min: 1, max: 12 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const { spend, wait } = open();
      let [granted, elapsed] = [0, 0];
      for (const { pause, imports } of steps) {
        wait(pause);
        elapsed += pause;
        if ((await spend(imports)) === 0) granted += Math.min(imports, 10);
        expect(granted).toBeLessThanOrEqual(10 + elapsed / 1_000);
      }
    }),
    { numRuns: 25 },
  );
});

it('costs one write, two while the bucket fills', async () => {
  let calls = 0;
  const send = (command: UpdateItemCommand) => (calls++, table.client.send(command));
  const client = { send } as unknown as TestTable['client'];
  const budget = createImportBudget({ client, table: table.table, rate: { perMinute: 60, burst: 10 }, clock: () => START });
  const costs: number[] = [];
  for (let count = 0; count < 3; count++) {
    calls = 0;
    await budget.spend('metered', 1);
    costs.push(calls);
  }
  expect(costs).toEqual([1, 2, 2]);
});

test.each(['', '60', '0/1', '60/-1', '1.5/2', '60/120/1'])('a rate is not %j', (text) => {
  expect(() => parseImportRate(text)).toThrow('IMPORT_RATE must look like 60/120');
});
