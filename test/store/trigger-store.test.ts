import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { createTokenStore } from '../../functions/store/token-store.ts';
import { createTriggerStore, MAX_FOLLOWS } from '../../functions/store/trigger-store.ts';
import type { FollowedTag, StoredTrigger, TriggerStore } from '../../functions/triggers/ports.ts';
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
    spec: { from: [{ kind: 'ImageStreamTag', name: 'app:latest' }], paused: true, target: { webhook: { url: 'https://example.com' } } },
    status: { observedGeneration: 1, conditions: [] },
    follows,
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
