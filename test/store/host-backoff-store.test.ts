import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostBackoff } from '../../functions/importing/host-backoff.ts';
import type { HostBackoffStore } from '../../functions/importing/ports.ts';
import { createHostBackoffStore } from '../../functions/store/host-backoff-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';

const backoff = (host: string, until = 2_000): HostBackoff => ({
  host,
  until,
  reason: 'silent',
  message: 'why',
  failures: 1,
  since: 1_000,
});

let dynamoDb: TestTable;
let store: HostBackoffStore;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  store = createHostBackoffStore({ client: dynamoDb.client, table: await dynamoDb.addTable() });
});

describe('back-offs of hosts', () => {
  it('are kept per host, whatever it is called', async () => {
    const hosts = ['quay.io', '127.0.0.1:5000', 'a#b', 'x'.repeat(900)];
    for (const host of hosts) await store.saveBackoff(backoff(host), null);
    for (const host of hosts) expect(await store.readBackoff({ host })).toEqual(backoff(host));
    expect((await store.listBackoffs()).map(({ host }) => host).sort()).toEqual([...hosts].sort());
    expect(await store.readBackoff({ host: 'other.io' })).toBeNull();
    expect(await store.readBackoff({ host: 'y'.repeat(3_000) })).toBeNull();
  });

  it('are kept per credentials, and found by the host they are for', async () => {
    const of = (credentials: string): HostBackoff => ({ ...backoff('quay.io'), reason: 'throttled', credentials });
    const all = [backoff('quay.io'), of(''), of('a'), of('a#b')];
    for (const each of [...all, backoff('quay.io.evil'), backoff('quay.io:5000')]) await store.saveBackoff(each, null);
    for (const each of all) expect(await store.readBackoff(each)).toEqual(each);
    expect(await store.listBackoffsAt('quay.io')).toEqual(all);
    await store.clearBackoff(of('a'));
    expect(await store.listBackoffsAt('quay.io')).toEqual([backoff('quay.io'), of(''), of('a#b')]);
    expect(await store.listBackoffsAt('y'.repeat(3_000))).toEqual([]);
  });

  it('are written by the first of those who learn the same', async () => {
    await store.saveBackoff(backoff('quay.io', 2_000), null);
    await store.saveBackoff(backoff('quay.io', 3_000), null);
    expect(await store.readBackoff({ host: 'quay.io' })).toMatchObject({ until: 2_000 });
    await store.saveBackoff(backoff('quay.io', 4_000), backoff('quay.io', 2_000));
    await store.saveBackoff(backoff('quay.io', 5_000), backoff('quay.io', 2_000));
    await store.clearBackoff(backoff('quay.io', 2_000));
    expect(await store.readBackoff({ host: 'quay.io' })).toMatchObject({ until: 4_000 });
    await store.clearBackoff(backoff('quay.io', 4_000));
    expect(await store.readBackoff({ host: 'quay.io' })).toBeNull();
  });
});
