/**
 * Random histories of requests against the model of the specification: after every step clients see what the model says, whatever was sent at
 * the same time and whatever went wrong in between. MODEL_RUNS lengthens it with
 * histories of its own, MODEL_SEED repeats them (README.md).
 */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createRegistryClient, type ConnectedRegistryClient } from '../../functions/registry/client.ts';
import { logged } from '../runtime/logged.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { type FakeRegistry, startFakeRegistry } from '../support/fake-registry.ts';
import { type Importable, randomSteps, type Step } from './random-requests.ts';
import { applyRequest, type Request, sendRequest } from './requests.ts';
import { type At, isSame } from './rules.ts';
import { openService, type Service } from './service.ts';
import type { World } from './stream.ts';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 25);
/** The same histories in every plain run: a change is to be judged by what it changes, not by luck. Longer runs go where nobody has been. */
const SEED = Number(process.env['MODEL_SEED'] ?? (process.env['MODEL_RUNS'] === undefined ? 20_261_124 : Date.now() % 2 ** 31));
/** A run of the usual length ends here on a busy machine; one that was asked for takes its time. Milliseconds. */
const TIME = process.env['MODEL_RUNS'] === undefined ? 15_000 : RUNS * 4_000;
/** Events with the same image that a source may choose from: few in histories this short. */
const CHOICES = [0, 1, 2, 3, 4];

let dynamoDb: TestTable;
let registry: FakeRegistry;
let client: ConnectedRegistryClient;
let importable: readonly Importable[];

beforeAll(async () => {
  dynamoDb = await startTestTable();
  registry = await startFakeRegistry();
  client = createRegistryClient({ allowPrivateAddresses: true, random: () => 0, limits: { retryDelay: 4 } });
  const images = ['1', '2'].map((tag) => registry.pushImage('team/app', tag).manifest.digest);
  registry.tag('team/copy', '1', images[0] ?? '');
  importable = [
    ...images.map((image, index) => source(`${registry.host}/team/app`, String(index + 1), { image })),
    source(`${registry.host}/team/app`, 'gone', missing(`${registry.host}/team/app:gone`)),
  ];
});
afterAll(async () => {
  client.close();
  await registry.close();
  await dynamoDb.stop();
});
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-21T10:00:00Z') }));
afterEach(() => void vi.useRealTimers());

function source(repository: string, tag: string, fetched: Importable['fetched']): Importable {
  return { from: `${repository}:${tag}`, pinned: 'image' in fetched ? `${repository}@${fetched.image}` : '', fetched };
}

function missing(name: string): Importable['fetched'] {
  return { reason: 'NotFound', message: `dockerimage.image.openshift.io "${name}" not found` };
}

interface Possible {
  readonly codes: readonly number[];
  readonly world: World;
}

/** Everything the step may come to: in either order, or with one refused that lost a race or was throttled. */
function possibilities(world: World, step: Step, now: string): readonly Possible[] {
  const orders =
    step.requests.length === 1
      ? [[0]]
      : [
          [0, 1],
          [1, 0],
        ];
  return orders.flatMap((order) => {
    let states: readonly Possible[] = [{ codes: [], world }];
    for (const index of order) states = states.flatMap((state) => after(state, step, index, now));
    return states;
  });
}

function after({ codes, world }: Possible, step: Step, index: number, now: string): readonly Possible[] {
  const request = step.requests[index] as Request;
  const put = (code: number, next: World): Possible => ({ codes: Object.assign([...codes], { [index]: code }), world: next });
  const regular = CHOICES.map((choice) => {
    const at: At = { now, choice };
    const outcome = applyRequest(world, request, at);
    return put(outcome.code, step.dryRun ? world : outcome.world);
  });
  const isRacing = step.requests.length > 1 && ['put', 'trim', 'import', 'push'].includes(request.kind);
  const isThrottled = step.fault === 'throttled' && index === 0;
  return [...regular, ...(isRacing ? [put(409, world)] : []), ...(isThrottled ? [put(429, world)] : [])];
}

async function take(service: Service, step: Step): Promise<readonly number[]> {
  const [first, second] = service.clients;
  first.fault = step.fault;
  const codes = await Promise.all(
    step.requests.map((request, index) => sendRequest((index === 0 ? first : second).send, request, step.dryRun)),
  );
  first.fault = 'none';
  await service.sweep();
  return codes;
}

function listedTags(world: World): readonly string[] {
  const names = Object.entries(world).flatMap(([name, { status }]) =>
    Object.entries(status).flatMap(([tag, { items }]) => ((items[0]?.image ?? '') === '' ? [] : [`${name}:${tag}`])),
  );
  return names.sort();
}

async function replay(steps: readonly Step[]): Promise<void> {
  const service = await openService(dynamoDb, client);
  let seen = await service.look();
  for (const step of steps) {
    vi.setSystemTime(Date.now() + step.pause * 1_000 + 1);
    const now = `${new Date(Math.floor(Date.now() / 1_000) * 1_000).toISOString().slice(0, 19)}Z`;
    const possible = possibilities(seen.world, step, now);
    const codes = await take(service, step);
    const found = await service.look();
    const fitting = possible.filter((each) => isSame(each.codes, codes) && isSame(each.world, found.world));
    if (fitting.length === 0) expect({ codes, world: found.world }, JSON.stringify(step)).toEqual(possible[0]);
    expect([...found.listed].sort()).toEqual(listedTags(found.world));
    for (const [name, stream] of Object.entries(seen.world)) {
      // A write that changes nothing is none.
      if (isSame(stream, found.world[name]) && step.requests.every(({ kind }) => kind !== 'delete')) {
        expect(found.revisions[name], JSON.stringify(step)).toBe(seen.revisions[name]);
      }
    }
    seen = found;
  }
}

it(`holds for random histories (seed ${SEED})`, { timeout: TIME + 60_000 }, async () => {
  const property = fc.asyncProperty(randomSteps(importable), async (steps) => void (await logged(() => replay(steps))));
  await fc.assert(property, {
    numRuns: RUNS,
    seed: SEED,
    interruptAfterTimeLimit: TIME,
    markInterruptAsFailure: false,
  });
});
