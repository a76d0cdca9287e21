import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { StreamStore } from '../../functions/resources/ports.ts';
import type { HeadItem, TagItem } from '../../functions/store/items.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { createSweeper } from '../../functions/store/sweep.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { Crash, crashAt } from '../support/spoilt-client.ts';
import { allItems, orphanEvents, violations } from './stored-stream.ts';
import { contentOf, CONTEXT, moved, specTag, stream, tag, tracking, withoutTags, withTags } from './streams.ts';

let dynamoDb: TestTable;
let table: string;
let store: StreamStore;
const now = Date.now();

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  table = await dynamoDb.addTable();
  store = createStreamStore({ client: dynamoDb.client, table, settings: { importInterval: '15m' } });
});

function sweeper(client = dynamoDb.client, budgetMs = 60_000) {
  return createSweeper({ client, table, budgetMs });
}

function commit(before: StreamState | null, after: StreamState): Promise<StreamState> {
  return store.commit({ ...CONTEXT, now, before, after });
}

async function kinds(): Promise<Record<string, number>> {
  const groups = Object.groupBy(await allItems(dynamoDb.client, table), ({ entity }) => entity);
  return Object.fromEntries(Object.entries(groups).map(([entity, items]) => [entity, items.length]));
}

/** A deleted stream of 60 tags, and what a sweep of it is told. */
async function deleted() {
  const tags = Array.from({ length: 60 }, (_, index) =>
    tag(`t${index}`, [index + 2, index + 1], index % 2 === 0 ? specTag(`t${index}`) : tracking(`t${index}`, 't0')),
  );
  const created = await commit(null, stream(tags, { annotations: { note: 'x' } }));
  await store.deleteStream(created, { ...CONTEXT, now });
  const head = (await allItems(dynamoDb.client, table)).find((item): item is HeadItem => item.entity === 'head');
  if (head === undefined) throw new Error('head is missing');
  const { namespace, stream: name, incarnation, uid, revision } = head;
  return { created, swept: { namespace, stream: name, incarnation, uid, revision, actor: 'ada', now } };
}

describe('a tombstone', () => {
  it('keeps identity and revision, nothing else, for a day', async () => {
    const { created, swept } = await deleted();
    const head = (await allItems(dynamoDb.client, table)).find(({ entity }) => entity === 'head');
    expect(head).toMatchObject({ uid: created.uid, incarnation: created.incarnation, deleted: true, actor: 'ada', touched: 0, labels: {} });
    expect(swept.revision).toBeGreaterThan(created.revision);
    expect(head?.ttl).toBe(Math.floor(now / 1000) + 86_400);
  });
});

describe('sweepStream', () => {
  it("turns every tag into a tombstone of the head's revision and removes the rest", async () => {
    const { swept } = await deleted();
    expect(await sweeper().sweepStream(swept)).toBe('done');
    expect(await kinds()).toEqual({ head: 1, tag: 60 });
    const tags = (await allItems(dynamoDb.client, table)).filter((item): item is TagItem => item.entity === 'tag');
    for (const each of tags) {
      expect(each).toMatchObject({
        deleted: true,
        revision: swept.revision,
        sequence: 2,
        base: 2,
        actor: 'ada',
        time: now,
        uid: swept.uid,
      });
      expect(each.ttl).toBe(Math.floor(now / 1000) + 86_400);
      expect(each).not.toHaveProperty('spec');
      expect(each).not.toHaveProperty('newest');
    }
    expect(await sweeper().sweepStream(swept)).toBe('done');
    expect((await allItems(dynamoDb.client, table)).filter(({ entity }) => entity === 'tag')).toEqual(tags);
  });

  it('goes on after a crash at any call', async () => {
    for (let call = 0; ; call += 7) {
      table = await dynamoDb.addTable();
      store = createStreamStore({ client: dynamoDb.client, table, settings: { importInterval: '15m' } });
      const { swept } = await deleted();
      const client = dynamoDb.connect();
      crashAt(client, call, 'after');
      const crashed = await sweeper(client)
        .sweepStream(swept)
        .catch((error: unknown) => error);
      expect(await sweeper().sweepStream(swept)).toBe('done');
      expect(await kinds()).toEqual({ head: 1, tag: 60 });
      if (!(crashed instanceof Crash)) return;
    }
  });

  it('stops when its time is up and goes on at the next call', async () => {
    const { swept } = await deleted();
    let calls = 0;
    while ((await sweeper(dynamoDb.client, 0).sweepStream(swept)) === 'more') calls++;
    expect(calls).toBeGreaterThan(1);
    expect(await kinds()).toEqual({ head: 1, tag: 60 });
  });

  it('leaves a later stream of the same name alone, and a live one', async () => {
    const { swept } = await deleted();
    const later = await commit(null, stream([tag('t0', [9]), tag('new', [3, 2])], { annotations: { note: 'y' } }));
    await sweeper().sweepStream(swept);
    await sweeper().sweepStream({ ...swept, incarnation: later.incarnation, revision: later.revision });
    expect(contentOf(await store.readStream('team', 'app'))).toEqual(contentOf(later));
    const items = await allItems(dynamoDb.client, table);
    expect(violations(items.filter((item) => !('incarnation' in item) || item.incarnation === later.incarnation))).toEqual([]);
  });
});

describe('sweepTag', () => {
  it('removes the events of a deleted tag, not those of the tag created since', async () => {
    const created = await commit(null, stream([tag('a', [3, 2, 1]), tag('a#', [3, 2, 1])]));
    const removed = await commit(created, withoutTags(created, 'a'));
    const again = await commit(removed, withTags(removed, tag('a', [6, 5])));
    const life = { namespace: 'team', stream: 'app', incarnation: created.incarnation };
    expect(await kinds()).toMatchObject({ event: 5 });
    expect(await sweeper().sweepTag({ ...life, tag: 'a', base: 3 })).toBe('done');
    expect(orphanEvents(await allItems(dynamoDb.client, table))).toEqual([]);
    expect(contentOf(await store.readStream('team', 'app'))).toEqual(contentOf(again));
    expect(await sweeper().sweepTag({ ...life, tag: 'a', base: 0 })).toBe('done');
  });

  it('stops when its time is up', async () => {
    let state = await commit(
      null,
      stream([
        tag(
          'a',
          Array.from({ length: 300 }, (_, index) => 300 - index),
        ),
      ]),
    );
    state = await commit(state, moved(withTags(state, tag('a', [])), 'a', 7));
    const target = { namespace: 'team', stream: 'app', incarnation: state.incarnation, tag: 'a', base: 300 };
    expect(await sweeper(dynamoDb.client, 0).sweepTag(target)).toBe('more');
    expect(await sweeper().sweepTag(target)).toBe('done');
    expect(orphanEvents(await allItems(dynamoDb.client, table))).toEqual([]);
  });
});
