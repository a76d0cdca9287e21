import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createTokenStore } from '../../functions/store/token-store.ts';
import { createSweepProgressStore } from '../../functions/store/trigger-sweep-store.ts';
import { createTriggerStore, MAX_FOLLOWS } from '../../functions/store/trigger-store.ts';
import type { TriggerStore } from '../../functions/triggers/ports.ts';
import type { FollowedTag, StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { allItems } from './stored-stream.ts';

let dynamoDb: TestTable;
let table: string;
let store: TriggerStore;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  table = await dynamoDb.addTable();
  store = createTriggerStore({ client: dynamoDb.client, table });
});

function follow(tag: string, stream = 'app', namespace = 'team'): FollowedTag {
  return { namespace, stream, tag };
}

function trigger(name: string, follows: readonly FollowedTag[], fields: Partial<StoredTrigger> = {}): StoredTrigger {
  return {
    namespace: 'team',
    name,
    uid: `uid-of-${name}`,
    revision: 0,
    creationTimestamp: '2026-11-21T00:00:00Z',
    generation: 1,
    labels: { a: 'b' },
    annotations: {},
    spec: {
      images: [{ from: { kind: 'ImageStreamTag', name: 'app:latest' } }],
      paused: true,
      target: { webhook: { url: 'https://example.com' } },
    },
    status: { observedGeneration: 1, conditions: [] },
    follows,
    targetKey: `target-of-${name}`,
    ...fields,
  };
}

async function following(tag: FollowedTag): Promise<string[]> {
  return (await store.listTriggersFollowing(tag)).map(({ name }) => name).sort();
}

async function rows(): Promise<number> {
  return (await allItems(dynamoDb.client, table)).filter(({ entity }) => entity === 'trigger-follow').length;
}

describe('triggers', () => {
  it('are created once and read back', async () => {
    const created = await store.createTrigger(trigger('one', [follow('latest')]));
    expect(created.revision).toBeGreaterThan(0);
    expect(await store.readTrigger('team', 'one')).toEqual(created);
    expect(await store.readTrigger('team', 'two')).toBeNull();
    await expect(store.createTrigger(trigger('one', []))).rejects.toMatchObject({
      code: 'ERR_STORE_EXISTS',
      storedRevision: created.revision,
    });
  });

  it('are found by every tag they follow, with its exact name', async () => {
    await store.createTrigger(trigger('one', [follow('latest'), follow('a#b')]));
    await store.createTrigger(trigger('two', [follow('latest'), follow('latest', 'app', 'other')]));
    expect(await following(follow('latest'))).toEqual(['one', 'two']);
    expect(await following(follow('a#b'))).toEqual(['one']);
    expect(await following(follow('a'))).toEqual([]);
    expect(await following(follow('latest', 'app', 'other'))).toEqual(['two']);
  });

  it('follow other tags after an update, and leave no rows behind', async () => {
    const created = await store.createTrigger(trigger('one', [follow('a'), follow('b'), follow('c')]));
    const updated = await store.updateTrigger({ ...created, follows: [follow('c')] });
    expect([await following(follow('a')), await following(follow('b')), await following(follow('c'))]).toEqual([[], [], ['one']]);
    expect(await rows()).toBe(1);
    await store.updateTrigger({ ...updated, follows: [follow('a'), follow('b')] });
    expect(await rows()).toBe(2);
  });

  it('are updated and deleted only as they were read', async () => {
    const created = await store.createTrigger(trigger('one', [follow('a')]));
    const updated = await store.updateTrigger({ ...created, status: { observedGeneration: 2, conditions: [] } });
    expect(updated.revision).toBeGreaterThan(created.revision);
    const conflict = { code: 'ERR_STORE_CONFLICT', storedRevision: updated.revision };
    await expect(store.updateTrigger(created)).rejects.toMatchObject(conflict);
    await expect(store.deleteTrigger(created)).rejects.toMatchObject(conflict);
    await expect(store.deleteTrigger({ ...updated, uid: 'another' })).rejects.toMatchObject(conflict);
    await store.deleteTrigger(updated);
    expect(await allItems(dynamoDb.client, table)).toMatchObject([{ entity: 'trigger', deleted: true }]);
    expect([await store.readTrigger('team', 'one'), (await store.listTriggers('team', {})).items]).toEqual([null, []]);
    await expect(store.updateTrigger(updated)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT', storedRevision: undefined });
  });

  it('follow a bounded number of tags', async () => {
    const many = Array.from({ length: MAX_FOLLOWS + 1 }, (_, index) => follow(`t${index}`));
    await expect(store.createTrigger(trigger('one', many))).rejects.toMatchObject({ code: 'ERR_STORE_TOO_LARGE' });
    await store.createTrigger(trigger('one', many.slice(1)));
    expect(await rows()).toBe(MAX_FOLLOWS);
  });

  it('are found by what they act on', async () => {
    const one = await store.createTrigger(trigger('one', [follow('a')], { targetKey: 'k1' }));
    await store.createTrigger(trigger('two', [follow('a')], { targetKey: 'k1' }));
    const acting = async (key: string) => (await store.listTriggersActingOn(key)).map(({ name }) => name).sort();
    expect([await acting('k1'), await acting('k2')]).toEqual([['one', 'two'], []]);
    await store.deleteTrigger(await store.updateTrigger({ ...one, targetKey: 'k2' }));
    expect([await acting('k1'), await acting('k2')]).toEqual([['two'], []]);
    expect(await following(follow('a'))).toEqual(['two']);
  });

  it('are found when their time has come, longest due first, and not once they are deleted', async () => {
    const counted = [{ id: 'msg_1', time: 7 }];
    const deferred = (due: number) => ({ deferred: { since: 1, due }, counted });
    for (const [name, due] of Object.entries({ late: 1000, later: 2000, future: 9000 }))
      await store.createTrigger(trigger(name, [], deferred(due)));
    const due = async (now: number, limit = 10) => (await store.listDueTriggers(now, limit)).map(({ name }) => name);
    expect([await due(999), await due(2000), await due(9000, 2)]).toEqual([[], ['late', 'later'], ['late', 'later']]);
    const late = await store.readTrigger('team', 'late');
    const later = await store.readTrigger('team', 'later');
    if (late === null || later === null) throw new Error('not there');
    expect(late).toMatchObject(deferred(1000));
    const { deferred: _, ...done } = late;
    await store.updateTrigger(done);
    await store.deleteTrigger(later);
    expect(await due(9000)).toEqual(['future']);
    const items = (await allItems(dynamoDb.client, table)).filter((item) => 'duePk' in item);
    expect(items).toHaveLength(1);
  });

  it('keep the history of their deliveries, newest first, in pages', async () => {
    let one = await store.createTrigger(trigger('one', []));
    const at = (second: number, over: object = {}) => ({
      id: `msg_${second}`,
      time: `2026-08-01T10:00:0${second}Z`,
      images: ['a'],
      outcome: 'Delivered' as const,
      attempts: 1,
      ...over,
    });
    for (const second of [1, 2, 3]) one = await store.updateTrigger(one, at(second));
    one = await store.updateTrigger(one, at(2, { outcome: 'Refused', message: 'rolled back' }));
    const page = async (limit: number, token?: string) => {
      const { deliveries, continue: next } = await store.listDeliveries(one, { limit, ...(token && { continue: token }) });
      return [deliveries.map(({ id, outcome }) => `${id} ${outcome}`), next] as const;
    };
    expect(await page(10)).toEqual([['msg_3 Delivered', 'msg_2 Refused', 'msg_1 Delivered'], undefined]);
    const [first, token] = await page(2);
    expect(first).toEqual(['msg_3 Delivered', 'msg_2 Refused']);
    expect(await page(2, token)).toEqual([['msg_1 Delivered'], undefined]);
    expect(await page(3)).toEqual([first.concat('msg_1 Delivered'), undefined]);
    await expect(page(2, 'bm9uc2Vuc2U')).rejects.toMatchObject({ code: 'ERR_STORE_BAD_TOKEN' });
    expect((await store.listDeliveries({ ...one, uid: 'another' }, {})).deliveries).toEqual([]);
    const month = 30 * 24 * 3600 * 1000;
    const later = createTriggerStore({ client: dynamoDb.client, table, clock: () => Date.now() + month + 1000 });
    expect((await later.listDeliveries(one, {})).deliveries).toEqual([]);
  });

  it('remember how far the sweep got', async () => {
    const progress = createSweepProgressStore({ client: dynamoDb.client, table });
    expect(await progress.readProgress()).toBeNull();
    await progress.saveProgress({ started: 5, continue: 'token' });
    expect(await progress.readProgress()).toEqual({ started: 5, continue: 'token' });
    await progress.saveProgress({ started: 5 });
    expect(await progress.readProgress()).toEqual({ started: 5 });
  });

  it('are listed in order, in pages, over namespaces', async () => {
    await createNamespaceStore({ client: dynamoDb.client, table }).createNamespace({ name: 'team', labels: {}, annotations: {} }, 0);
    for (const name of ['c', 'a', 'b']) await store.createTrigger(trigger(name, [follow('x'), follow('y')]));
    await store.createTrigger(trigger('z', [], { namespace: 'default' }));
    const names = async (namespace: string | null, limit: number, token?: string): Promise<[string[], string | undefined]> => {
      const page = await store.listTriggers(namespace, { limit, continue: token });
      return [page.items.map(({ name }) => name), page.continue];
    };
    expect(await names('team', 0)).toEqual([['a', 'b', 'c'], undefined]);
    expect(await names(null, 0)).toEqual([['z', 'a', 'b', 'c'], undefined]);
    const [first, token] = await names(null, 2);
    expect(first).toEqual(['z', 'a']);
    expect(await names(null, 2, token)).toEqual([['b', 'c'], undefined]);
    await expect(names('default', 2, token)).rejects.toMatchObject({ code: 'ERR_STORE_BAD_TOKEN' });
  });
});

describe('tokens', () => {
  it('are found by their hash and created once', async () => {
    const tokens = createTokenStore({ client: dynamoDb.client, table });
    const owner = { user: 'ada', groups: ['dev'], expiresAt: 1_800_000_000_500 };
    await tokens.createToken('ab12', owner);
    expect(await tokens.readToken('ab12')).toEqual(owner);
    expect(await tokens.readToken('ab13')).toBeNull();
    await tokens.createToken('cd', { user: 'bob', groups: [] });
    expect(await tokens.readToken('cd')).toEqual({ user: 'bob', groups: [] });
    await expect(tokens.createToken('cd', owner)).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS' });
    const items = await allItems(dynamoDb.client, table);
    expect(items.map(({ ttl }) => ttl).sort()).toEqual([1_800_000_001, undefined]);
  });
});
