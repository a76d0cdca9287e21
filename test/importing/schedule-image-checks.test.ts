import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageCheckProgress, ImageCheckStore, ImagesMessage, PointerPage, TagPointer } from '../../functions/importing/ports.ts';
import { imageCheckShard, scheduleImageChecks } from '../../functions/importing/schedule-image-checks.ts';
import { createMemoryQueue, type MemoryQueue } from './fakes/memory-queue.ts';

const START = Date.parse('2026-01-02T03:04:05Z');
const DAY = 24 * 60 * 60_000;

let queue: MemoryQueue;
let saved: Map<number, ImageCheckProgress>;
let pages: readonly (readonly TagPointer[])[];
let read: number;
let now: number;
/** ms that reading a page takes. */
let pageTime: number;

const imageChecks: ImageCheckStore = {
  readProgress: async () => [...saved.values()],
  saveProgress: async (progress) => void saved.set(progress.shard, progress),
  async *listPointers(position): AsyncGenerator<PointerPage> {
    for (let index = Number(position ?? 0); index < pages.length; index++) {
      read += 1;
      now += pageTime;
      yield { pointers: pages[index] ?? [], position: index + 1 < pages.length ? String(index + 1) : null };
    }
  },
};

const digest = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}`;
const pointer = (index: number, repository = 'quay.io/x/y', more: Partial<TagPointer> = {}): TagPointer => ({
  namespace: 'ns',
  stream: 's',
  incarnation: '1',
  tag: String(index),
  newest: { created: '', dockerImageReference: `${repository}@${digest(index)}`, image: digest(index), generation: 1 },
  spec: null,
  ...more,
});
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const run = () => scheduleImageChecks({ imageChecks, queue, clock: () => now, hosts: { internal: 'registry.local' } });
const messages = () => queue.bodies as ImagesMessage[];
const queued = () => messages().flatMap(({ targets }) => targets.map(({ tag }) => tag));

beforeEach(() => {
  queue = createMemoryQueue();
  saved = new Map();
  pages = [];
  [read, now, pageTime] = [0, START, 1];
});

describe('scheduleImageChecks', () => {
  it('asks once a day for every image of a registry', async () => {
    pages = [numbers(100).map((index) => pointer(index)), [pointer(100, 'registry.local/team/app'), pointer(101, 'busybox')]];
    await run();
    expect(
      queued()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual([...numbers(100), 101]);
    queue.bodies.length = 0;
    now = START + 60_000;
    await run();
    expect(queued()).toEqual([]);
    for (now = START + 60_000; now < START + 2.01 * DAY; now += 60_000) await run();
    const times = Map.groupBy(queued(), (tag) => tag);
    expect(times.size).toBe(101);
    // The first pass pretends to be older, so that the following ones are spread.
    for (const [, checks] of times) expect([2, 3]).toContain(checks.length);
  });

  it('spreads the shards over the day', async () => {
    pages = [numbers(200).map((index) => pointer(index))];
    await run();
    queue.bodies.length = 0;
    let busiest = 0;
    for (now = START + 60_000; now < START + DAY; now += 60_000) {
      const before = queued().length;
      await run();
      busiest = Math.max(busiest, queued().length - before);
    }
    expect(busiest).toBeLessThan(60);
  });

  it('keeps equal images together, whoever points to them', async () => {
    pages = numbers(5).map((index) => [
      pointer(7, 'quay.io/x/y', { namespace: `ns${index}` }),
      pointer(index + 10, 'docker.io/library/mysql'),
    ]);
    await run();
    const withSeven = messages().filter(({ targets }) => targets.some(({ tag }) => tag === '7'));
    expect(withSeven).toHaveLength(1);
    expect(withSeven[0]?.targets.filter(({ tag }) => tag === '7')).toHaveLength(5);
    expect(new Set(withSeven[0]?.targets.map(({ pullSpec }) => pullSpec.split('/')[0]))).toEqual(new Set(['quay.io']));
  });

  it('knows what was missing of this image, and what is insecure', async () => {
    const [one, other] = [pointer(1), pointer(2)];
    const lost = ({ newest: { image, dockerImageReference } }: TagPointer) => ({ image, dockerImageReference, since: '', message: '' });
    const insecure = { name: '1', annotations: null, from: { kind: 'DockerImage', name: 'quay.io/x/y' }, generation: 1 } as const;
    const spec = { ...insecure, importPolicy: { insecure: true }, referencePolicy: { type: 'Source' } } as const;
    pages = [
      [
        { ...one, missing: lost(one), spec },
        { ...other, missing: lost(one) },
      ],
    ];
    await run();
    const found = messages().flatMap(({ targets }) => targets);
    expect(found.find(({ tag }) => tag === '1')).toEqual({
      namespace: 'ns', stream: 's', incarnation: '1', tag: '1',
      pullSpec: `quay.io/x/y@${digest(1)}`, insecure: true, isMissing: true,
    }); // prettier-ignore
    expect(found.find(({ tag }) => tag === '2')).toMatchObject({ isMissing: false });
    for (const { until = 0 } of messages()) expect(until).toBeGreaterThan(START + DAY - 1);
  });

  it('asks for a copied image as its namespace does, and not at all where only others know how', async () => {
    const spec = { name: '1', annotations: null, from: { kind: 'DockerImage', name: 'plain.io/x/y:1' }, generation: 1 } as const;
    const insecure = { ...spec, importPolicy: { insecure: true }, referencePolicy: { type: 'Source' } } as const;
    pages = [
      [pointer(1, 'plain.io/x/y', { namespace: 'prod', tag: 'copied' }), pointer(2, 'plain.io/x/y', { tag: 'copied-here' })],
      [pointer(3, 'plain.io/x/y', { spec: insecure, tag: 'source' }), pointer(4, 'quay.io/x/y', { tag: 'copied-secure' })],
    ];
    await run();
    const found = messages().flatMap(({ targets }) => targets.map(({ tag, insecure: how }) => [tag, how] as const));
    expect(new Map(found)).toEqual(new Map([['copied-here', true], ['source', true], ['copied-secure', false]])); // prettier-ignore
  });

  it('stops when the time is over and goes on in the next minute, until it is through', async () => {
    pages = numbers(10).map((page) => numbers(20).map((index) => pointer(20 * page + index)));
    pageTime = 7_000;
    await run();
    expect(read).toBe(3);
    expect([...saved.values()]).toEqual([{ shard: 0, lastPass: 0, checked: 0, position: '3' }]);
    for (let minute = 1; minute < 60; minute++) {
      now = START + minute * 60_000;
      await run();
    }
    expect(
      queued()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(numbers(200));
    expect(read).toBe(80);
    expect(saved.size).toBe(8);
  });

  it('repeats what did not get onto the queue', async () => {
    pages = [[pointer(1)]];
    queue.refused.push(digest(1));
    await expect(run()).rejects.toThrow('refused 1 of 1');
    queue.refused.length = 0;
    now += 60_000;
    await run();
    expect(queued()).toEqual(['1']);
  });

  it('comes to an end without any tag', async () => {
    pages = [[]];
    await run();
    expect([...saved.values()].every(({ position, checked }) => position === undefined && checked > 0)).toBe(true);
  });

  it('shares a shard among all spellings of an image', () => {
    expect(imageCheckShard(`mysql@${digest(1)}`)).toBe(imageCheckShard(`docker.io/library/mysql@${digest(1)}`));
    expect(new Set(numbers(200).map((index) => imageCheckShard(`quay.io/x/y@${digest(index)}`))).size).toBe(8);
  });
});
