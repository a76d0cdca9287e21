/** Image triggers as their owners see them with kubectl: one delivery for changes that come together, not too often, and again when asked. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTriggerStore } from '../../functions/store/trigger-store.ts';
import type { ImageTrigger } from '../../functions/triggers/types.ts';
import { eventually, type LocalStack, startLocalStack } from '../support/local-stack.ts';

interface Received {
  readonly at: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const TRIGGERS = '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers';
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

let stack: LocalStack;
let receiver: Server;
let received: Received[] = [];
let answer = 204;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ at: Date.now(), headers: request.headers as Record<string, string>, body });
      response.writeHead(answer).end();
    });
  }).listen(0, '127.0.0.1');
  stack = await startLocalStack({}, { schedules: false }); // the sweep runs when a test says so
  const tags = ['web', 'api'].map((name) => ({ name, reference: true, from: { kind: 'DockerImage', name: `quay.io/shop/${name}:1` } }));
  await stack.kubectl.run(['create', '-f', '-'], {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'app' },
    spec: { tags },
  });
});
afterAll(async () => {
  const { refused } = stack.runtime.permissions();
  await stack.stop();
  receiver.close();
  expect(refused).toEqual([]);
});

const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
const read = (name: string) => stack.kubectl.json<ImageTrigger>(['get', 'imgtrig', name]);

async function create(name: string, spec: object): Promise<void> {
  const images = ['app:web', 'app:api'].map((source) => ({ from: { kind: 'ImageStreamTag', name: source } }));
  await stack.kubectl.run(['create', '-f', '-'], {
    apiVersion: 'delivery.image-streams.io/v1',
    kind: 'ImageTrigger',
    metadata: { name },
    spec: { images, target: { webhook: { url: url(), signingSecret: SECRET } }, ...spec },
  });
  await eventually(() => expect(received).toHaveLength(1));
  await eventually(async () => expect((await read(name)).status.conditions).toMatchObject([{ status: 'True' }]));
}

/** Every tag gets another reference. */
async function move(version: number, ...names: string[]): Promise<void> {
  for (const name of names) {
    const tag = { reference: true, from: { kind: 'DockerImage', name: `quay.io/shop/${name}:${version}` } };
    await stack.request('PUT', `/apis/image.openshift.io/v1/namespaces/default/imagestreamtags/app:${name}`, {
      kind: 'ImageStreamTag',
      metadata: { name: `app:${name}` },
      tag,
    });
  }
}

function imagesOf({ body, headers }: Received): { readonly pull: string; readonly changed: boolean }[] {
  const { data } = new Webhook(SECRET).verify(body, headers) as {
    data: { images: { dockerImageReference: string; changed: boolean }[] };
  };
  return data.images.map(({ dockerImageReference: pull, changed }) => ({ pull, changed }));
}

async function remove(name: string): Promise<void> {
  await stack.kubectl.run(['delete', 'imgtrig', name]);
  await stack.runtime.settled();
  received = [];
  answer = 204;
}

describe('an image trigger', () => {
  it('sends changes that come together as one delivery', async () => {
    await create('together', { policy: { batch: '3s' } });
    await move(2, 'web', 'api');
    await eventually(() => expect(received).toHaveLength(2));
    expect(received.map(imagesOf)).toEqual([
      [
        { pull: 'quay.io/shop/web:1', changed: true },
        { pull: 'quay.io/shop/api:1', changed: true },
      ],
      [
        { pull: 'quay.io/shop/web:2', changed: true },
        { pull: 'quay.io/shop/api:2', changed: true },
      ],
    ]);
    await stack.runtime.settled();
    expect(received).toHaveLength(2);
    await remove('together');
  });

  it('does not fire more often than it may, and ends at the newest', async () => {
    await create('spaced', { policy: { minInterval: '4s' } });
    await move(3, 'web');
    await move(4, 'web');
    await eventually(() => expect(received).toHaveLength(2));
    expect(imagesOf(received[1] as Received)[0]).toEqual({ pull: 'quay.io/shop/web:4', changed: true });
    expect((received[1]?.at ?? 0) - (received[0]?.at ?? 0)).toBeGreaterThanOrEqual(4000);
    await remove('spaced');
  });

  it('fires as often as its rate allows within a period, and ends at the newest', async () => {
    await create('rated', { policy: { rate: { deliveries: 2, per: '4s' } } });
    await move(31, 'web');
    await eventually(() => expect(received).toHaveLength(2));
    await move(32, 'web');
    await move(33, 'web');
    await eventually(() => expect(imagesOf(received.at(-1) as Received)[0]).toEqual({ pull: 'quay.io/shop/web:33', changed: true }));
    const periods = received.slice(2).map(({ at }, index) => at - (received[index]?.at ?? 0));
    expect(Math.min(...periods)).toBeGreaterThanOrEqual(4000);
    await remove('rated');
  });

  it('tells in its status what waits for a window', async () => {
    const tomorrow = new Date(Date.now() + 36 * 3_600_000).toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' });
    await stack.kubectl.run(['create', '-f', '-'], {
      apiVersion: 'delivery.image-streams.io/v1',
      kind: 'ImageTrigger',
      metadata: { name: 'later' },
      spec: {
        images: [{ from: { name: 'app:web' } }],
        target: { webhook: { url: url() } },
        policy: { window: [{ days: [tomorrow], start: '00:00', end: '24:00' }] },
      },
    });
    await eventually(async () => expect((await read('later')).status.nextTriggerTime).toMatch(/T00:00:00Z$/));
    expect(await stack.kubectl.run(['get', 'imgtrig', 'later', '--no-headers'])).toMatch(
      /^later +app:web +webhook 127\.0\.0\.1:\d+ +<never> +Waiting/,
    );
    expect(received).toEqual([]);
    await stack.kubectl.run(['patch', 'imgtrig', 'later', '--type=json', '-p', '[{"op":"remove","path":"/spec/policy"}]']);
    await eventually(() => expect(received).toHaveLength(1));
    await remove('later');
  });

  it('delivers again when asked, and shows what it delivered', async () => {
    await create('again', {});
    const file = { apiVersion: 'delivery.image-streams.io/v1', kind: 'ImageTriggerRedelivery', metadata: { name: 'again' } };
    const asked = JSON.parse(await stack.kubectl.run(['create', '--raw', `${TRIGGERS}/again/redeliver`, '-f', '-'], file)) as {
      status: { suffix: string };
    };
    await eventually(() => expect(received).toHaveLength(2));
    const ids = received.map(({ headers }) => headers['webhook-id'] ?? '');
    expect(ids[1]).toBe(`${ids[0]}-${asked.status.suffix}`);
    await eventually(async () => {
      const page = JSON.parse(await stack.kubectl.run(['get', '--raw', `${TRIGGERS}/again/deliveries`])) as { items: { id: string }[] };
      expect(page.items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    });
    await remove('again');
  });

  it('signs with a key that a Secret holds', async () => {
    await stack.kubectl.run(['create', 'secret', 'generic', 'hook', `--from-literal=key=${SECRET}`]);
    await create('secret', { target: { webhook: { url: url(), signingSecretRef: { name: 'hook', key: 'key' } } } });
    expect(imagesOf(received[0] as Received)).toHaveLength(2);
    await remove('secret');
  });

  it('is brought up to date although nobody told it that its tag moved', async () => {
    await create('behind', {});
    stack.runtime.faults.add({ kind: 'stale-index', function: 'match-triggers', operation: 'Query', times: 1 });
    await move(6, 'web');
    await stack.runtime.settled();
    expect(received).toHaveLength(1);
    await stack.runtime.invoke('sweep-triggers', {});
    await eventually(() => expect(received).toHaveLength(2));
    expect(imagesOf(received[1] as Received)[0]).toEqual({ pull: 'quay.io/shop/web:6', changed: true });
    stack.runtime.faults.clear();
    await remove('behind');
  });

  it('fires when its time has come', async () => {
    await create('due', { policy: { minInterval: '1h' } });
    await move(7, 'web');
    await eventually(async () => expect((await read('due')).status.nextTriggerTime).toBeDefined());
    const credentials = { accessKeyId: 'me', secretAccessKey: 'me' };
    const client = new DynamoDBClient({ endpoint: stack.runtime.awsEndpoint, region: 'us-east-1', credentials });
    const granted = stack.runtime.permissions().granted.find((line) => line.startsWith('authorize dynamodb:GetItem '));
    const store = createTriggerStore({ client, table: granted?.split('/').at(-1) ?? '' });
    const waiting = await store.readTrigger('default', 'due');
    if (waiting === null) throw new Error('not there');
    // An hour passes.
    const past = { deferred: { since: 1, due: Date.now() }, status: { ...waiting.status, lastTriggerTime: '2026-01-01T00:00:00Z' } };
    await store.updateTrigger({ ...waiting, ...past });
    client.destroy();
    await stack.runtime.invoke('sweep-triggers', {});
    await eventually(() => expect(received).toHaveLength(2));
    await eventually(async () => expect((await read('due')).status.nextTriggerTime).toBeUndefined());
    await remove('due');
  });

  it('tells why its target does not take it, tries again under the same id, and recovers', async () => {
    await create('failing', {});
    answer = 500;
    await move(5, 'web');
    await eventually(async () => {
      const { status } = await read('failing');
      expect(status.conditions).toMatchObject([{ status: 'False', reason: 'TargetRefused', message: 'the webhook answered 500' }]);
      expect(status.deliveries?.[0]).toMatchObject({ outcome: 'Retrying' });
    });
    answer = 204;
    await eventually(async () => expect((await read('failing')).status.deliveries?.[0]).toMatchObject({ outcome: 'Delivered' }), 30_000);
    expect(new Set(received.slice(1).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    await remove('failing');
  });
});
