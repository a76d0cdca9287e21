import { beforeEach, describe, expect, it } from 'vitest';
import type { HostBackoff } from '../../functions/importing/host-backoff.ts';
import type {
  ImportTarget,
  RepositoryTarget,
  ScheduledTag,
  ScheduleStore,
  ShardCheckpoint,
  TagsMessage,
} from '../../functions/importing/ports.ts';
import { scheduleImports } from '../../functions/importing/schedule-imports.ts';
import { createMemoryQueue, type MemoryQueue } from './fakes/memory-queue.ts';

const NOW = Date.parse('2026-01-02T03:04:05Z');

const target = (tag: string): ImportTarget => ({ namespace: 'ns', stream: 's', incarnation: '1', tag });
const scheduled = (tag: string, source: string): ScheduledTag => ({ ...target(tag), source, insecure: false, digest: '' });

let queue: MemoryQueue;
let saved: ShardCheckpoint[];
let shards: Readonly<Record<number, readonly ScheduledTag[]>>;
let lost: readonly (ImportTarget | RepositoryTarget)[];
let askedBefore: number;

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const schedule: ScheduleStore = {
  readCheckpoints: async () => saved,
  saveCheckpoint: async (checkpoint) => {
    saved = [...saved.filter(({ shard }) => shard !== checkpoint.shard), checkpoint];
  },
  listScheduled: (_, shard) => each(shards[shard] ?? []),
  listImportDue: (before) => {
    askedBefore = before;
    return each(lost);
  },
};

let leftAlone: readonly HostBackoff[];

const run = (now = NOW, interval = '15m') =>
  scheduleImports({
    schedule,
    backoffs: { listBackoffs: async () => leftAlone },
    queue,
    clock: () => now,
    intervals: [interval],
    shards: 2,
  });

beforeEach(() => {
  queue = createMemoryQueue();
  saved = [];
  shards = {};
  lost = [];
  leftAlone = [];
});

describe('scheduleImports', () => {
  it('queues the tags of shards that are due, by host, and remembers it', async () => {
    shards = {
      0: [scheduled('1', 'mysql:5'), scheduled('2', 'quay.io/x/y:1'), scheduled('3', 'docker.io/library/mysql:8')],
      1: [scheduled('4', 'quay.io/x/y:1')],
    };
    await run();
    const until = NOW + 15 * 60_000;
    expect(queue.bodies).toHaveLength(3);
    expect(queue.bodies).toEqual(
      expect.arrayContaining([
        { reason: 'scheduled', targets: [target('1'), target('3')], until },
        { reason: 'scheduled', targets: [target('2')], until },
        { reason: 'scheduled', targets: [target('4')], until },
      ]),
    );
    queue.bodies.length = 0;
    await run(NOW + 60_000);
    expect(queue.bodies).toEqual([]);
    await run(NOW + 16 * 60_000);
    expect(queue.bodies).toHaveLength(3);
  });

  it.each([
    ['1h', NOW + 1, ['2']],
    ['1h', NOW, ['1', '2']],
    ['2h', NOW + 1, ['1', '2']],
  ])('passes over tags of a host that is left alone: every %s, until %i', async (interval, until, expected) => {
    leftAlone = [{ host: 'quay.io', until, reason: 'silent', message: '', failures: 1, since: NOW }];
    shards = { 0: [scheduled('1', 'quay.io/x/y:1'), scheduled('2', 'ghcr.io/x/y:1')] };
    await run(NOW, interval);
    expect(queue.bodies.flatMap((body) => (body as TagsMessage).targets.map(({ tag }) => tag)).sort()).toEqual(expected);
    expect(saved).toHaveLength(1);
  });

  it('saves nothing for a shard without tags: intervals nobody uses cost no write', async () => {
    await run();
    expect(saved).toEqual([]);
  });

  it('queues again what should have been imported two minutes ago', async () => {
    const repository = { namespace: 'ns', stream: 'whole', incarnation: '1' };
    lost = [repository, target('1')];
    await run();
    expect(askedBefore).toBe(NOW - 120_000);
    expect(queue.bodies).toEqual([
      { reason: 'spec', targets: [target('1')] },
      { reason: 'repository', target: repository },
    ]);
  });

  it('repeats a shard that did not get through, and does the others nevertheless', async () => {
    shards = { 0: [scheduled('refused', 'quay.io/x/y:1')], 1: [scheduled('1', 'quay.io/x/y:1')] };
    lost = [target('lost')];
    queue.refused.push('refused');
    await expect(run()).rejects.toThrow('1 of 3 parts');
    expect(saved.map(({ shard }) => shard)).toEqual([1]);
    expect(queue.bodies).toHaveLength(2);
    queue.refused.length = 0;
    queue.bodies.length = 0;
    lost = [];
    await run(NOW + 1);
    expect(queue.bodies).toMatchObject([{ reason: 'scheduled', targets: [target('refused')] }]);
  });
});
