import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WatchOptions } from '../../../functions/kubernetes/handlers.ts';
import { parseLabelSelector } from '../../../functions/kubernetes/label-selector.ts';
import type { StreamState } from '../../../functions/image/stream-state.ts';
import { listRevision } from '../../../functions/resources/list-revision.ts';
import type { StreamStore } from '../../../functions/resources/ports.ts';
import { watchedStreams } from '../../../functions/resources/imagestreams/watched-streams.ts';
import { createWatch } from '../../../functions/resources/watching/watch-collection.ts';
import { createStreamHeadReader } from '../../../functions/store/stream-heads.ts';
import { createStreamStore } from '../../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { EVERYTHING, request } from '../../support/image-api.ts';
import { CONTEXT, moved, stream, tag } from '../../store/streams.ts';

const START = Date.parse('2026-11-21T10:00:00Z');

let dynamoDb: TestTable;
let streams: StreamStore;
let table: string;
let now = START;
/** What happens while the watch sleeps, by the pause it happens in. */
let meanwhile: Map<number, () => Promise<unknown>>;
let pauses: number[];

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  now = START;
  meanwhile = new Map();
  pauses = [];
  table = await dynamoDb.addTable();
  streams = createStreamStore({ client: dynamoDb.client, table, clock: () => now, settings: { importInterval: '15m' } });
});

async function watch(options: Partial<WatchOptions> = {}, namespace = 'team') {
  const began = now;
  const kind = watchedStreams({ heads: createStreamHeadReader({ client: dynamoDb.client, table }), streams, hosts: {} });
  const watching = {
    limited: <T>(_identity: unknown, run: () => Promise<T>) => run(),
    clock: () => now,
    sleep: async (ms: number) => {
      now += ms;
      pauses.push(ms);
      await meanwhile.get(pauses.length)?.();
    },
  };
  const asked = { ...EVERYTHING, since: null, bookmarks: true, ...options };
  const { events, resourceVersion } = await createWatch(kind, watching)(request({ namespace }), asked);
  const told = events.map(({ type, object }) => `${type} ${'name' in object.metadata ? object.metadata.name : ''}`);
  return { told, events, resourceVersion: Number(resourceVersion), took: now - began };
}

async function create(name: string, over: Partial<StreamState> = {}): Promise<StreamState> {
  now += 1;
  const after = stream([tag('latest', [2, 1])], { namespace: 'team', name, ...over });
  return streams.commit({ ...CONTEXT, now, before: null, after });
}

async function change(name: string, over: Partial<StreamState> = {}): Promise<StreamState> {
  const before = await streams.readStream('team', name);
  if (before === null) throw new Error('stream is missing');
  now += 1;
  return streams.commit({ ...CONTEXT, now, before, after: { ...moved(before, 'latest', now - START), ...over } });
}

async function remove(name: string): Promise<void> {
  const before = await streams.readTags('team', name, []);
  now += 1;
  if (before !== null) await streams.deleteStream(before, { ...CONTEXT, now });
}

function labelled(selector: string): Pick<WatchOptions, 'matchesLabels'> {
  const parsed = parseLabelSelector(selector);
  if (!parsed.ok) throw new Error(parsed.message);
  return { matchesLabels: parsed.matches };
}

async function list(): Promise<number> {
  return (await streams.listStreams('team', {})).revision;
}

describe('a watch in which nothing happens', () => {
  it('is held for four seconds, then says up to where everything is known', async () => {
    await create('app');
    now += 60_000;
    const { told, took, resourceVersion } = await watch({ since: await list() });
    expect({ told, took }).toEqual({ told: [], took: 4_000 });
    expect(resourceVersion).toBe(listRevision(Infinity, now));
  });

  it('is as short as the client asks', async () => {
    expect(await watch({ since: listRevision(0, now), timeoutSeconds: 1 })).toMatchObject({ told: [], took: 1_000 });
  });

  it('is held for less right after an event, but never answered at once', async () => {
    const { revision } = await create('app');
    expect(await watch({ since: revision })).toMatchObject({ told: [], took: 1_500, resourceVersion: revision });
  });

  it('polls less often the more a poll costs', async () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': 'x'.repeat(200_000) };
    await create('large', { annotations });
    now += 60_000;
    await watch({ since: await list() });
    expect(pauses[0]).toBeGreaterThan(900);
  });
});

describe('a watch from a list', () => {
  it('answers as soon as something changed', async () => {
    await create('app');
    await create('other');
    now += 60_000;
    meanwhile.set(2, () => change('app'));
    const { events, told, took } = await watch({ since: await list() });
    expect(told).toEqual(['MODIFIED app']);
    expect(took).toBeLessThan(1_100);
    const stored = await streams.readStream('team', 'app');
    expect(events[0]?.object.metadata).toMatchObject({ resourceVersion: String(stored?.revision) });
  });

  it('tells at once what came between the two requests', async () => {
    await create('app');
    now += 60_000;
    const since = await list();
    await change('app');
    await create('new');
    expect(await watch({ since })).toMatchObject({ told: ['MODIFIED app', 'ADDED new'], took: 0 });
  });

  it('keeps back what the list may have shown until there is news', async () => {
    await create('app');
    const since = await list();
    expect(await watch({ since })).toMatchObject({ told: ['ADDED app'], took: 4_000 });
  });

  it('tells of deleted streams, by their labels too, and of those created again', async () => {
    await create('gone', { labels: { color: 'blue' } });
    await create('again');
    now += 60_000;
    const since = await list();
    await remove('gone');
    await remove('again');
    await create('again');
    const { told, events } = await watch({ since, ...labelled('color=blue') });
    expect(told).toEqual(['DELETED gone', 'DELETED again']);
    expect(events[0]?.object.metadata).toMatchObject({ namespace: 'team', labels: { color: 'blue' } });
    expect((await watch({ since })).told).toEqual(['DELETED gone', 'ADDED again']);
  });

  it('misses no commit that was late', async () => {
    await create('app');
    const early = now;
    now += 3_000;
    const seen = await create('other');
    // Its revision is older than what the client has seen, but it is visible only now.
    const late = createStreamStore({ client: dynamoDb.client, table, clock: () => early, settings: { importInterval: '15m' } });
    await late.commit({
      ...CONTEXT,
      now: early,
      before: null,
      after: stream([], { namespace: 'team', name: 'late' }),
    });
    const { told } = await watch({ since: seen.revision });
    expect(told).toContain('ADDED late');
    expect(told).not.toContain('ADDED other');
  });

  it('that is too old is an ERROR: the client lists again', async () => {
    const { events } = await watch({ since: (now - 24 * 3_600_000) * 1000 });
    expect(events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
  });
});

describe('a watch from nowhere', () => {
  it('adds what there is first and tells a change apart from it', async () => {
    await create('app');
    await create('gone');
    await remove('gone');
    meanwhile.set(1, () => change('app'));
    const { told, took } = await watch();
    expect(told).toEqual(['ADDED app', 'MODIFIED app']);
    expect(took).toBeLessThan(1_000);
  });

  it('of one stream reads no other', async () => {
    await create('app');
    await create('other');
    const fieldRequirements = [{ field: 'metadata.name', operator: '=', value: 'app' } as const];
    meanwhile.set(1, () => change('other'));
    expect(await watch({ fieldRequirements })).toMatchObject({ told: ['ADDED app'], took: 4_000 });
  });
});

describe('selectors', () => {
  it('turn a stream that leaves into a deleted one, and one that never was in into nothing', async () => {
    await create('leaver', { labels: { color: 'blue' } });
    await create('stranger', { labels: { color: 'red' } });
    now += 60_000;
    const since = await list();
    meanwhile.set(1, () => change('stranger'));
    meanwhile.set(2, () => change('leaver', { labels: { color: 'green' } }));
    expect(await watch({ since, ...labelled('color=blue') })).toMatchObject({ told: ['DELETED leaver'], took: 1_000 + 2 });
  });

  it('look at fields, and refuse those that streams do not have', async () => {
    await create('app', { dockerImageRepository: 'quay.io/team/app' });
    await create('other');
    const requirement = { operator: '=', value: 'quay.io/team/app' } as const;
    const fieldRequirements = [{ field: 'spec.dockerImageRepository', ...requirement }];
    expect((await watch({ fieldRequirements })).told).toEqual(['ADDED app']);
    await expect(watch({ fieldRequirements: [{ field: 'spec.size', ...requirement }] })).rejects.toMatchObject({ status: { code: 400 } });
  });
});

it('stops with what fits and goes on from there', async () => {
  const annotations = { text: 'x'.repeat(300_000) };
  const names = Array.from({ length: 20 }, (_, index) => `s${String(index).padStart(2, '0')}`);
  for (const name of names) await create(name, { annotations });
  const first = await watch({ bookmarks: false });
  expect(first.told.length).toBeGreaterThan(10);
  expect(first.told.length).toBeLessThan(20);
  expect(JSON.stringify(first.events).length).toBeLessThan(4_000_000);
  const second = await watch({ since: first.resourceVersion });
  expect(new Set([...first.told, ...second.told].map((line) => line.split(' ')[1]))).toEqual(new Set(names));
});
