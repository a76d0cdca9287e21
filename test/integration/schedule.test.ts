/** Scheduled re-import and what follows from it: one HEAD per unchanged source, no write; a moved tag makes one entry, one event, one webhook call. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream } from '../../functions/image/types.ts';
import { startFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';

const TAGS = ['v1', 'v2', 'v3', 'v4', 'v5'];
/** Interval of the deployment under test, and the promise: moved within interval + 10 s. */
const INTERVAL_MS = 60_000;

let stack: LocalStack;
let registry: FakeRegistry;
let receiver: Server;
const received: { headers: Record<string, string>; body: string }[] = [];

beforeAll(async () => {
  registry = await startFakeRegistry();
  for (const tag of TAGS) registry.pushImage('team/app', tag);
  registry.pushIndex('team/app', 'multi', ['amd64', 'arm64']);
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  stack = await startLocalStack({ importInterval: '1m' });
});
afterAll(async () => {
  await stack.stop();
  receiver.close();
  await registry.close();
});

const getStream = async () => (await stack.request('GET', `${IMAGE_API}/namespaces/default/imagestreams/app`)).body as ImageStream;
const imagesOf = async (tag: string) =>
  (await getStream()).status.tags?.find((each) => each.tag === tag)?.items?.map((item) => item.image) ?? [];
const writes = () => stack.runtime.stats.functions['run-imports']?.calls['TransactWriteItems']?.calls ?? 0;

describe('scheduled tags', () => {
  it('are imported when written', async () => {
    const tags = [...TAGS, 'multi'].map((tag) => ({
      name: tag,
      from: { kind: 'DockerImage', name: `${registry.host}/team/app:${tag}` },
      importPolicy: { insecure: true, scheduled: true },
    }));
    const stream = { kind: 'ImageStream', apiVersion: 'image.openshift.io/v1', metadata: { name: 'app' }, spec: { tags } };
    expect((await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreams`, stream)).code).toBe(201);
    await eventually(async () => expect((await getStream()).status.tags).toHaveLength(TAGS.length + 1));
    await stack.runtime.settled();
  });

  it('cost one HEAD each and no write while nothing moves', async () => {
    const before = await getStream();
    registry.clearRequests();
    stack.runtime.stats.reset();
    const ofTags = { method: 'HEAD', path: /\/manifests\/(v\d|multi)$/ };
    await eventually(() => expect(registry.count(ofTags)).toBeGreaterThanOrEqual(TAGS.length + 1), INTERVAL_MS + 15_000);
    await stack.runtime.settled();
    expect(registry.count(ofTags)).toBe(TAGS.length + 1);
    // The daily look at what they point to, which comes with a deployment's first minute.
    expect(registry.count({ method: 'HEAD', path: '/manifests/sha256:' })).toBe(TAGS.length + 1);
    expect(registry.count({ method: 'GET' })).toBe(0);
    expect(writes()).toBe(0);
    expect(await getStream()).toEqual(before);
  });

  it('reach a webhook once, signed, when they move', async () => {
    const { port } = receiver.address() as AddressInfo;
    const trigger = {
      kind: 'ImageTrigger',
      apiVersion: 'delivery.image-streams.io/v1',
      metadata: { name: 'deploy' },
      spec: {
        images: [{ from: { kind: 'ImageStreamTag', name: 'app:v1' } }],
        target: { webhook: { url: `http://127.0.0.1:${port}/hook` } },
      },
    };
    const created = await stack.request('POST', '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers', trigger);
    expect(created.code).toBe(201);
    const secret = (created.body as { spec: { target: { webhook: { signingSecret: string } } } }).spec.target.webhook.signingSecret;
    await eventually(() => expect(received).toHaveLength(1)); // brought up to date when it is made

    const [old = ''] = await imagesOf('v1');
    const events = stack.events.length;
    const moved = registry.pushImage('team/app', 'v1', { seed: 'newer' }).manifest.digest;
    await eventually(async () => expect(await imagesOf('v1')).toEqual([moved, old]), INTERVAL_MS + 10_000);
    await eventually(() => expect(received).toHaveLength(2));
    await stack.runtime.settled();
    const { headers, body } = received[1] ?? { headers: {}, body: '' };
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      data: { images: [{ stream: 'app', tag: 'v1', image: moved, changed: true }] },
    });
    const published = stack.events.slice(events).map((event) => JSON.stringify(event));
    expect(published.filter((text) => text.includes(moved))).toHaveLength(1);
    expect(published.find((text) => text.includes(moved))).toContain('"cause":"scheduled-import"');
  });
});
