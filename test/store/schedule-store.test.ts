import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { ScheduleStore } from '../../functions/importing/ports.ts';
import type { StreamStore } from '../../functions/resources/ports.ts';
import { SCHEDULE_SHARDS, shardOf } from '../../functions/store/import-schedule.ts';
import { createScheduleStore } from '../../functions/store/schedule-store.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { CONTEXT, digestOf, event, specTag, stream, tag, withoutTags, withTags } from './streams.ts';

let dynamoDb: TestTable;
let streams: StreamStore;
let schedule: ScheduleStore;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  const table = await dynamoDb.addTable();
  streams = createStreamStore({ client: dynamoDb.client, table, settings: { importInterval: '30m' } });
  schedule = createScheduleStore({ client: dynamoDb.client, table });
});

function commit(now: number, before: StreamState | null, after: StreamState): Promise<StreamState> {
  return streams.commit({ ...CONTEXT, now, before, after });
}

function from(name: string, source: string, policy = {}) {
  return { ...specTag(name, { kind: 'DockerImage', name: source }), importPolicy: { importMode: 'Legacy' as const, ...policy } };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function scheduled(interval = '30m') {
  const shards = Array.from({ length: SCHEDULE_SHARDS }, (_, shard) => collect(schedule.listScheduled(interval, shard)));
  return (await Promise.all(shards)).flat().sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

async function due(before: number) {
  return (await collect(schedule.listImportDue(before))).map((target) => ('tag' in target ? target.tag : `all of ${target.stream}`));
}

describe('scheduled tags', () => {
  it('are found with all a check needs, as long as they are scheduled', async () => {
    const tags = [
      tag('a', [5], from('a', 'busybox:1', { scheduled: true })),
      tag('b', [], from('b', 'registry.example.com/x:2', { scheduled: true, insecure: true })),
      tag('c', [5], from('c', 'busybox:1')),
      tag('d', [5], { ...from('d', 'busybox:1', { scheduled: true }), reference: true }),
    ];
    const created = await commit(1, null, stream(tags));
    const place = { namespace: 'team', stream: 'app', incarnation: created.incarnation };
    expect(await scheduled()).toEqual([
      { ...place, tag: 'a', source: 'busybox:1', insecure: false, digest: digestOf(5) },
      { ...place, tag: 'b', source: 'registry.example.com/x:2', insecure: true, digest: '' },
    ]);
    expect(await scheduled('15m')).toEqual([]);
    const imported = await commit(2, created, withTags(created, { ...tag('b', [6]), spec: created.tags.get('b')?.spec ?? null }));
    expect((await scheduled())[1]).toMatchObject({ tag: 'b', digest: digestOf(6) });
    const stopped = await commit(3, imported, withTags(imported, tag('a', [5], from('a', 'busybox:1'))));
    await commit(4, stopped, withoutTags(stopped, 'b'));
    expect(await scheduled()).toEqual([]);
  });

  it('move to the interval their annotation names, and back', async () => {
    const spec = from('a', 'busybox:1', { scheduled: true });
    const annotated = (value: string) => ({ ...spec, annotations: { 'image-streams.io/import-interval': value } });
    const created = await commit(1, null, stream([tag('a', [5], annotated('1m'))]));
    expect([await scheduled(), await scheduled('1m')].map((found) => found.length)).toEqual([0, 1]);
    const slower = await commit(2, created, withTags(created, tag('a', [5], annotated('1d'))));
    expect([await scheduled('1m'), await scheduled('1d')].map((found) => found.length)).toEqual([0, 1]);
    await commit(3, slower, withTags(slower, tag('a', [5], annotated('stored by an older version'))));
    expect([await scheduled('1d'), await scheduled()].map((found) => found.length)).toEqual([0, 1]);
  });

  it('with the same source share a shard', () => {
    expect(shardOf('busybox')).toBe(shardOf('docker.io/library/busybox:latest'));
    const shards = new Set(Array.from({ length: 200 }, (_, index) => shardOf(`registry.example.com/x:${index}`)));
    expect(shards.size).toBe(SCHEDULE_SHARDS);
    expect(shardOf('not a reference !')).toBeLessThan(SCHEDULE_SHARDS);
  });
});

describe('due imports', () => {
  it('wait from the first write of their spec until they are answered', async () => {
    const created = await commit(1_000, null, stream([tag('a', [], from('a', 'busybox:1')), tag('b', [1], from('b', 'busybox:1'))]));
    expect(await due(1_000)).toEqual([]);
    expect(await due(1_001)).toEqual(['a']);
    const a = { ...(created.tags.get('a') ?? tag('a', [])), spec: { ...from('a', 'busybox:1'), annotations: { x: 'y' } } };
    const annotated = await commit(2_000, created, withTags(created, a));
    expect(await due(1_001)).toEqual(['a']);
    const next = { ...a, spec: { ...a.spec, generation: 2 } };
    const renewed = await commit(3_000, annotated, withTags({ ...annotated, generation: 2 }, next));
    expect(await due(3_000)).toEqual([]);
    expect(await due(3_001)).toEqual(['a']);
    await commit(4_000, renewed, withTags(renewed, { ...next, items: [event(1, 2)], total: 1 }));
    expect(await due(9_000)).toEqual([]);
  });

  it('are gone with their tag', async () => {
    const created = await commit(1_000, null, stream([tag('a', [], from('a', 'busybox:1'))]));
    await commit(2_000, created, withoutTags(created, 'a'));
    expect(await due(9_000)).toEqual([]);
  });
});

describe('repositories that wait', () => {
  it('are due from the write that names them until they are checked, tombstones never', async () => {
    const soon = () => Date.now() + 1_000;
    const created = await commit(1_000, null, stream([], { dockerImageRepository: 'quay.io/x/y' }));
    expect(await due(soon())).toEqual(['all of app']);
    expect(await due(Date.now() - 60_000)).toEqual([]);
    const [found] = await collect(schedule.listImportDue(soon()));
    expect(found).toEqual({ namespace: 'team', stream: 'app', incarnation: created.incarnation });
    const checked = await commit(2_000, created, { ...created, repositoryCheck: '2026-01-02T03:04:05Z' });
    expect(await due(soon())).toEqual([]);
    const { repositoryCheck: _taken, ...unchecked } = checked;
    const waiting = await commit(3_000, checked, unchecked);
    expect(await due(soon())).toEqual(['all of app']);
    await streams.deleteStream(waiting, { ...CONTEXT, now: 4_000 });
    expect(await due(soon())).toEqual([]);
  });
});

describe('checkpoints', () => {
  it('keep the last pass per interval and shard', async () => {
    expect(await schedule.readCheckpoints()).toEqual([]);
    await schedule.saveCheckpoint({ interval: '30m', shard: 3, lastPass: 5 });
    await schedule.saveCheckpoint({ interval: '30m', shard: 3, lastPass: 9 });
    await schedule.saveCheckpoint({ interval: '15m', shard: 3, lastPass: 7 });
    expect(await schedule.readCheckpoints()).toEqual([
      { interval: '15m', shard: 3, lastPass: 7 },
      { interval: '30m', shard: 3, lastPass: 9 },
    ]);
  });
});
