import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { Item } from '../../functions/store/item-size.ts';
import { streamRange } from '../../functions/store/keys.ts';
import { openDatabase } from '../../functions/store/database.ts';
import { queryAll } from '../../functions/store/reading.ts';
import { sameJson } from '../../functions/image/same-json.ts';
import { takeSnapshot } from '../../functions/store/stream-snapshot.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { contentOf, CONTEXT, moved, stream, tag, tracking, withoutTags } from './streams.ts';

let dynamoDb: TestTable;
const settings = { importInterval: '15m' };

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());

/** The items of a stream after each of three commits: tags moved, one deleted, annotations and an edge written. */
async function versions(): Promise<{ readonly now: number; readonly items: readonly Item[][] }> {
  const table = await dynamoDb.addTable();
  const now = Date.now();
  const db = openDatabase({ client: dynamoDb.client, table });
  const store = createStreamStore({ client: dynamoDb.client, table, settings, clock: () => now });
  const commit = (before: StreamState | null, after: StreamState) => store.commit({ ...CONTEXT, now, before, after });
  const items: Item[][] = [];
  const keep = async () => items.push(await queryAll(db, streamRange({ namespace: 'team', stream: 'app' })));
  let state = await commit(null, stream([tag('a', [1]), tag('b', [1]), tag('c', [1])]));
  await keep();
  state = await commit(state, { ...moved(moved(state, 'a', 2), 'b', 2), annotations: { x: 'y' } });
  await keep();
  const followed = { ...moved(state, 'a', 3), tags: new Map([...state.tags, ['d', tag('d', [1], tracking('d', 'a'))] as const]) };
  await commit(state, withoutTags(followed, 'b'));
  await keep();
  return { now, items };
}

describe('takeSnapshot', () => {
  it('takes what is of one revision', async () => {
    const { now, items } = await versions();
    for (const version of items) expect(takeSnapshot(version, now)?.whole).toBe(true);
  });

  it('knows every mixture of two versions', async () => {
    const { now, items } = await versions();
    for (const [older = [], newer = []] of [items.slice(0, 2), items.slice(1, 3)]) {
      const keys = [...new Set([...older, ...newer].map(({ sk }) => sk))];
      const changed = keys.filter(
        (sk) =>
          !sameJson(
            older.find((item) => item['sk'] === sk),
            newer.find((item) => item['sk'] === sk),
          ),
      );
      for (let mask = 1; mask < 2 ** changed.length - 1; mask++) {
        const isNew = (sk: unknown) => changed.every((key, index) => key !== sk || (mask & (2 ** index)) !== 0);
        const mixed = keys.flatMap((sk) => (isNew(sk) ? newer : older).filter((item) => item['sk'] === sk));
        expect(takeSnapshot(mixed, now)?.whole).toBe(false);
      }
    }
  });

  it('does not miss tombstones that expired', async () => {
    const { now, items } = await versions();
    const expired = (items[2] ?? []).filter((item) => item['deleted'] !== true);
    expect(expired.length).toBeLessThan(items[2]?.length ?? 0);
    expect(takeSnapshot(expired, now)?.whole).toBe(false);
    expect(takeSnapshot(expired, now + 24 * 3_600_000)?.whole).toBe(true);
  });

  it('passes over children of an earlier stream and knows a tombstone', async () => {
    const { now, items } = await versions();
    const [head = {}, ...children] = items[0] ?? [];
    const strangers = children.map((item) => ({ ...item, incarnation: '7', revision: 9e15, sk: `old${String(item['sk'])}` }));
    expect(takeSnapshot([head, ...strangers, ...children], now)).toMatchObject({
      whole: true,
      tags: [{ tag: 'a' }, { tag: 'b' }, { tag: 'c' }],
    });
    expect(takeSnapshot([{ ...head, deleted: true }, ...children], now)).toBeNull();
    expect(takeSnapshot(children, now)).toBeNull();
    expect(takeSnapshot([], now)).toBeNull();
  });

  it('refuses items of another codec', async () => {
    const { now, items } = await versions();
    const [head = {}, ...children] = items[0] ?? [];
    expect(() => takeSnapshot([{ ...head, v: 2 }, ...children], now)).toThrow('head v2');
  });
});

describe('a read that never sees a whole stream', () => {
  it('answers under an older revision, so that nothing is committed on top', async () => {
    const table = await dynamoDb.addTable();
    const store = createStreamStore({ client: dynamoDb.client, table, settings });
    const created = await store.commit({ ...CONTEXT, now: Date.now(), before: null, after: stream([tag('a', [2, 1]), tag('b', [1])]) });
    const client = dynamoDb.connect();
    client.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        const output = answer.output as { Items?: { sk?: { S?: string } }[] };
        return { ...answer, output: { ...answer.output, Items: output.Items?.filter(({ sk }) => sk?.S?.endsWith('#T#b') !== true) } };
      },
      { step: 'initialize', name: 'hideTag' },
    );
    let reads = 0;
    const blind = createStreamStore({ client, table, settings, sleep: () => Promise.resolve(void reads++) });
    const torn = await blind.readStream('team', 'app');
    expect(reads).toBe(8);
    expect(torn?.revision).toBe(created.revision - 1);
    if (torn === null) return;
    const commit = store.commit({ ...CONTEXT, now: Date.now(), before: torn, after: moved(torn, 'a', 3) });
    await expect(commit).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    expect(contentOf(await store.readStream('team', 'app'))).toEqual(contentOf(created));
  });
});

describe('a tag read while its transaction was being applied', () => {
  it('is not committed on top of', async () => {
    const table = await dynamoDb.addTable();
    const store = createStreamStore({ client: dynamoDb.client, table, settings });
    const created = await store.commit({ ...CONTEXT, now: Date.now(), before: null, after: stream([tag('a', [1])]) });
    const client = dynamoDb.connect();
    const late = createStreamStore({ client, table, settings });
    const answers: object[] = [];
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        if (context.commandName !== 'BatchGetItemCommand') return answer;
        answers.push(answer.output);
        return { ...answer, output: (answers.length === 2 ? answers[0] : answer.output) as typeof answer.output };
      },
      { step: 'initialize', name: 'answerAsBefore' },
    );
    await late.readTags('team', 'app', ['a']);
    const updated = await store.commit({ ...CONTEXT, now: Date.now(), before: created, after: moved(created, 'a', 2) });
    const torn = await late.readTags('team', 'app', ['a']);
    expect(torn).toMatchObject({ revision: updated.revision });
    expect(torn?.tags.get('a')?.total).toBe(1);
    if (torn === null) return;
    await expect(late.commit({ ...CONTEXT, now: Date.now(), before: torn, after: moved(torn, 'a', 1) })).rejects.toMatchObject({
      code: 'ERR_STORE_CONFLICT',
    });
    expect(contentOf(await store.readStream('team', 'app'))).toEqual(contentOf(updated));
  });

  it('is not written over what was not read', async () => {
    const table = await dynamoDb.addTable();
    const store = createStreamStore({ client: dynamoDb.client, table, settings });
    const commit = (before: StreamState | null, after: StreamState) => store.commit({ ...CONTEXT, now: Date.now(), before, after });
    const created = await commit(null, stream([tag('a', [1]), tag('b', [1])]));
    const foreign = { ...created, tags: new Map([['a', tag('a', [1])]]) };
    await expect(commit(foreign, moved(foreign, 'b', 2))).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    const wrong = { ...created, tags: new Map([['a', tag('a', [7])]]) };
    await expect(commit(wrong, moved(wrong, 'a', 2))).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
  });
});
