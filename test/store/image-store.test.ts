import { randomBytes } from 'node:crypto';
import type { BatchGetItemCommandInput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Image } from '../../functions/image/types.ts';
import type { ImageStore } from '../../functions/resources/ports.ts';
import { createImageStore } from '../../functions/store/image-store.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { allItems } from './stored-stream.ts';
import { digestOf } from './streams.ts';

let dynamoDb: TestTable;
let table: string;
let store: ImageStore;
let now: number;

beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  table = await dynamoDb.addTable();
  now = Date.parse('2026-11-21T01:02:03.456Z');
  store = createImageStore({ client: dynamoDb.client, table, clock: () => now });
});

function image(name: string, fields: Partial<Image> = {}): Image {
  return { kind: 'Image', metadata: { name, annotations: { a: 'b' } }, dockerImageReference: `registry.example.com/x@${name}`, ...fields };
}

/** Spread over partitions, like real ones. */
function digest(number: number): string {
  return `sha256:${((number * 37) % 256).toString(16).padStart(2, '0')}${number.toString(16).padStart(62, '0')}`;
}

describe('createImage', () => {
  it('keeps the image and gives it an identity', async () => {
    const wanted = image(digestOf(1), { dockerImageManifest: '{"m":1}', dockerImageConfig: '{"c":2}', dockerImageLayers: [] });
    const { image: stored, created } = await store.createImage(wanted, now);
    expect(created).toBe(true);
    expect(stored).toMatchObject({
      ...wanted,
      metadata: { name: digestOf(1), creationTimestamp: '2026-11-21T01:02:03Z', resourceVersion: String(now * 1000) },
    });
    expect(stored.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(await store.readImage(digestOf(1))).toEqual(stored);
  });

  it('answers the stored one the second time', async () => {
    const first = await store.createImage(image(digestOf(1)), now);
    const second = await store.createImage(image(digestOf(1), { dockerImageReference: 'another' }), now + 1);
    expect(second).toEqual({ image: first.image, created: false });
  });

  it('compresses what repeats, refuses what stays too large, and writes nothing then', async () => {
    const text = 'layer '.repeat(200_000);
    expect((await store.createImage(image(digestOf(1), { dockerImageManifest: text }), now)).created).toBe(true);
    expect((await store.readImage(digestOf(1)))?.dockerImageManifest).toBe(text);
    const random = image(digestOf(2), { dockerImageManifest: randomBytes(500_000).toString('base64') });
    const failure: unknown = await store.createImage(random, now).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'ERR_STORE_TOO_LARGE' });
    expect(await allItems(dynamoDb.client, table)).toHaveLength(1);
  });
});

describe('reading', () => {
  it('answers many, without the missing', async () => {
    const names = Array.from({ length: 130 }, (_, index) => digest(index));
    for (const name of names) await store.createImage(image(name), now);
    const found = await store.readImages([...names, ...names, digest(999)]);
    expect([...found.keys()].sort()).toEqual([...names].sort());
    expect(found.get(digest(7))?.metadata.name).toBe(digest(7));
    expect(await store.readImages([])).toEqual(new Map());
    expect(await store.readImage(digest(999))).toBeNull();
  });

  it('asks again for what an answer had no room for, but not forever', async () => {
    const names = [1, 2, 3].map(digest);
    for (const name of names) await store.createImage(image(name), now);
    const client = dynamoDb.connect();
    let room = 1;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== 'BatchGetItemCommand') return next(args);
        const { RequestItems = {} } = args.input as BatchGetItemCommandInput;
        const keys = RequestItems[table]?.Keys ?? [];
        const some = { ...args.input, RequestItems: { [table]: { ...RequestItems[table], Keys: keys.slice(0, Math.max(room, 1)) } } };
        const answer = await next({ ...args, input: some });
        const left = room === 0 ? keys : keys.slice(room);
        const nothing = room === 0 ? { Responses: {} } : {};
        const output = { ...answer.output, ...nothing, UnprocessedKeys: left.length === 0 ? {} : { [table]: { Keys: left } } };
        return { ...answer, output };
      },
      { step: 'initialize', name: 'narrow' },
    );
    const narrow = createImageStore({ client, table, sleep: () => Promise.resolve() });
    expect((await narrow.readImages(names)).size).toBe(3);
    room = 0;
    await expect(narrow.readImages(names)).rejects.toMatchObject({ code: 'ERR_STORE_THROTTLED' });
  });

  it('lists in the order of digests, in pages', async () => {
    const names = Array.from({ length: 60 }, (_, index) => digest(index % 3 === 0 ? index : index * 256));
    for (const name of names) await store.createImage(image(name), now);
    const sorted = [...names].sort();
    const all = await store.listImages({});
    expect(all.items.map(({ metadata }) => metadata.name)).toEqual(sorted);
    expect(all.continue).toBeUndefined();
    expect(all.revision).toBe((now - 10_000) * 1000 + 999);
    const paged: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await store.listImages({ limit: 7, continue: token });
      expect(page.items.length).toBeLessThanOrEqual(7);
      paged.push(...page.items.map(({ metadata }) => metadata.name));
      token = page.continue;
    } while (token !== undefined);
    expect(paged).toEqual(sorted);
  });

  it('refuses the token of another list', async () => {
    await expect(store.listImages({ continue: 'x' })).rejects.toMatchObject({ code: 'ERR_STORE_BAD_TOKEN' });
  });
});

describe('deleteImage', () => {
  it('tells whether there was one', async () => {
    const revision = await revisionOf(digestOf(1));
    await expect(store.deleteImage(digestOf(1), revision - 1)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    expect(await store.deleteImage(digestOf(1), revision)).toBe(true);
    expect(await store.deleteImage(digestOf(1), revision)).toBe(false);
    expect(await store.readImage(digestOf(1))).toBeNull();
    const long = 'x'.repeat(2_000);
    expect([await store.deleteImage(long, 1), await store.readImage(long), (await store.readImages([long])).size]).toEqual([
      false,
      null,
      0,
    ]);
  });

  it('leaves nothing that reads, lists or updates see', async () => {
    const revision = await revisionOf(digestOf(1));
    const stored = await store.readImage(digestOf(1));
    await store.deleteImage(digestOf(1), revision);
    expect((await store.readImages([digestOf(1)])).size).toBe(0);
    expect((await store.listImages({})).items).toEqual([]);
    await expect(store.updateImage(stored ?? image(digestOf(1)), revision)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
  });

  it('lets the digest come back above its last revision, however soon', async () => {
    const revision = await revisionOf(digestOf(1));
    await store.deleteImage(digestOf(1), revision);
    const { image: again, created } = await store.createImage(image(digestOf(1)), now);
    expect(created).toBe(true);
    expect(Number(again.metadata.resourceVersion)).toBe(revision + 2);
    expect(await store.readImage(digestOf(1))).toEqual(again);
  });

  async function revisionOf(name: string): Promise<number> {
    const { image: stored } = await store.createImage(image(name), now);
    return Number(stored.metadata.resourceVersion);
  }
});
