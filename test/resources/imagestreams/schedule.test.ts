import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TagReference } from '../../../functions/image/types.ts';
import { createScheduleHandlers } from '../../../functions/resources/imagestreams/schedule.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { imageCheckShard } from '../../../functions/importing/schedule-image-checks.ts';
import { createImageCheckStore } from '../../../functions/store/image-check-store.ts';
import { createHostBackoffStore } from '../../../functions/store/host-backoff-store.ts';
import { shardOf } from '../../../functions/store/import-schedule.ts';
import { createScheduleReader } from '../../../functions/store/schedule-reader.ts';
import { createScheduleStore } from '../../../functions/store/schedule-store.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, dockerImage, imageStream, NOW, request } from '../../support/image-api.ts';

const MINUTE = 60_000;
let table: TestTable;
let api: ReturnType<typeof createImageApi>;
const SOURCE = 'quay.io/x/y:1';

beforeAll(async () => {
  table = await startTestTable();
  api = createImageApi(table);
  const scheduled = (name: string, annotations?: TagReference['annotations']) => ({
    ...dockerImage(SOURCE),
    name,
    importPolicy: { scheduled: true },
    ...(annotations === undefined ? {} : { annotations }),
  });
  const tags = [
    scheduled('latest'),
    scheduled('daily', { 'image-streams.io/import-interval': '1d' }),
    { ...dockerImage(SOURCE), name: 'once' },
  ];
  await (createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>).create(request(), imageStream('app', tags));
});
afterAll(() => table.stop());

const get = (query = '', name = 'app') => {
  const reader = createScheduleReader({ client: table.client, table: table.table, importInterval: '15m' });
  const { get: read } = createScheduleHandlers(api, reader) as Required<ReturnType<typeof createScheduleHandlers>>;
  return read(request(), name, new URLSearchParams(query));
};

describe('imagestreams/NAME/schedule', () => {
  it('tells the interval before the first pass, and that a tag is not scheduled', async () => {
    expect(await get()).toMatchObject({ kind: 'ImageStreamTagSchedule', tag: 'latest', scheduled: true, interval: '15m' });
    expect(await get()).not.toHaveProperty('lastCheck');
    expect(await get('tag=daily')).toMatchObject({ interval: '1d' });
    const once = await get('tag=once');
    expect(once).toMatchObject({ tag: 'once', scheduled: false });
    expect(once).not.toHaveProperty('interval');
  });

  it.each([
    ['tag=gone', 'app'],
    ['', 'gone'],
  ])('knows no %j of %s', async (query, name) => {
    await expect(get(query, name)).rejects.toMatchObject({ status: { code: 404 } });
  });

  it('tells last and next check from the checkpoint of the shard, and of a registry that is left alone', async () => {
    const schedule = createScheduleStore(table);
    await schedule.saveCheckpoint({ interval: '15m', shard: shardOf(SOURCE), lastPass: NOW - 5 * MINUTE });
    expect(await get()).toMatchObject({ lastCheck: '2026-11-21T09:55:00Z', nextCheck: '2026-11-21T10:10:00Z' });
    const backoff = { host: 'quay.io', until: NOW + 20 * MINUTE, reason: 'silent', message: 'no answer', failures: 3, since: NOW } as const;
    await createHostBackoffStore(table).saveBackoff(backoff, null);
    const left = await get();
    expect(left).not.toHaveProperty('lastCheck');
    expect(left).toMatchObject({
      nextCheck: '2026-11-21T10:25:00Z',
      registry: { host: 'quay.io', reason: 'silent', failures: 3, since: '2026-11-21T10:00:00Z', leftAloneUntil: '2026-11-21T10:20:00Z' },
    });
    await createHostBackoffStore(table).clearBackoff(backoff);
  });

  it('counts the checks that found the same failure, without a write for each', async () => {
    const stored = await api.streams.readStream('default', 'app');
    const latest = stored?.tags.get('latest');
    if (stored === null || latest === undefined) throw new Error('the stream is gone');
    const since = '2026-11-21T08:55:00Z';
    const failed = {
      type: 'ImportSuccess',
      status: 'False',
      lastTransitionTime: since,
      reason: 'NotFound',
      message: 'gone',
      generation: 1,
    } as const;
    const tags = new Map(stored.tags).set('latest', { ...latest, conditions: [failed] });
    await api.streams.commit({ before: stored, after: { ...stored, tags }, actor: 'ada', cause: 'tag', now: NOW });
    expect((await get()).failing).toEqual({ since, checks: 5, reason: 'NotFound', message: 'gone' });
  });
});

describe('whether the image is still there', () => {
  const image = `sha256:${'a'.repeat(64)}`;
  const pullSpec = `quay.io/x/y@${image}`;

  async function point(tag: string, fields: object): Promise<void> {
    const stored = await api.streams.readStream('default', 'app');
    const state = stored?.tags.get(tag);
    if (stored === null || state === undefined) throw new Error('the stream is gone');
    const tags = new Map(stored.tags).set(tag, { ...state, ...fields });
    await api.streams.commit({ before: stored, after: { ...stored, tags }, actor: 'ada', cause: 'tag', now: NOW });
  }
  const pointing = { items: [{ created: '', dockerImageReference: pullSpec, image, generation: 1 }], total: 1 };

  it('is told of tags that are not scheduled, too, and of none that points to nothing', async () => {
    expect(await get('tag=once')).not.toHaveProperty('image');
    await point('once', pointing);
    expect(await get('tag=once')).toMatchObject({ scheduled: false, image: {} });
    await createImageCheckStore(table).saveProgress({
      shard: imageCheckShard(pullSpec),
      lastPass: NOW - 120 * MINUTE,
      checked: NOW - 60 * MINUTE,
    });
    expect((await get('tag=once')).image).toEqual({ lastCheck: '2026-11-21T09:00:00Z', nextCheck: '2026-11-22T08:00:00Z' });
  });

  it('says since when it is missing, and what the registry said', async () => {
    const missing = { image, dockerImageReference: pullSpec, since: '2026-11-20T00:00:00Z', message: 'manifest unknown' };
    await point('once', { ...pointing, missing });
    expect((await get('tag=once')).image?.missing).toEqual({ since: '2026-11-20T00:00:00Z', message: 'manifest unknown' });
  });
});
