/** What happens seldom, and needs a permission that nothing else needs: a source that is given up, a queue that delays, a bus that is away. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream } from '../../functions/image/types.ts';
import { createHostBackoffStore } from '../../functions/store/host-backoff-store.ts';
import { type FakeRegistry, startFakeRegistry } from '../support/fake-registry.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';

const STREAMS = `${IMAGE_API}/namespaces/default/imagestreams`;
const messages: string[] = [];
let stack: LocalStack;
let registry: FakeRegistry;
let receiver: Server;
/** What the receiver answers next; 204 when there is nothing more. */
const answers: number[] = [];

beforeAll(async () => {
  [stack, registry] = await Promise.all([startLocalStack({}, { schedules: false }), startFakeRegistry()]);
  stack.runtime.onMessage((body) => messages.push(body));
  receiver = createServer((_, response) => response.writeHead(answers.shift() ?? 204).end());
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  receiver?.close();
  await Promise.all([stack?.stop(), registry?.close()]);
});

const source = (tag: string) => ({ kind: 'DockerImage', name: `${registry.host}/team/app:${tag}` });
const importPolicy = { insecure: true };
const getStream = async (name: string) => (await stack.request('GET', `${STREAMS}/${name}`)).body as ImageStream;
const imagesOf = async (name: string, tag: string) =>
  (await getStream(name)).status.tags?.find((each) => each.tag === tag)?.items?.map(({ image }) => image);

async function createStream(name: string, tags: readonly object[]): Promise<void> {
  expect((await stack.request('POST', STREAMS, { metadata: { name }, spec: { tags } })).code).toBe(201);
}

describe('a tag that followed another', () => {
  const follower = (name: string) => ({ name, from: { kind: 'ImageStreamTag', name: 'main' } });

  beforeAll(async () => {
    registry.pushImage('team/app', 'main');
    registry.pushImage('team/app', 'own');
    await createStream('followers', [{ name: 'main', from: source('main'), importPolicy }, ...['a', 'b', 'c'].map(follower)]);
    await eventually(async () => expect(await imagesOf('followers', 'c')).toHaveLength(1));
  });

  it('is given a source of its own with its stream', async () => {
    const before = await getStream('followers');
    const tags = before.spec.tags?.map((tag) => (tag.name === 'a' ? { name: 'a', from: source('own'), importPolicy } : tag));
    expect((await stack.request('PUT', `${STREAMS}/followers`, { ...before, spec: { ...before.spec, tags } })).code).toBe(200);
    await eventually(async () => expect(await imagesOf('followers', 'a')).toHaveLength(2));
  });

  it('is given one alone', async () => {
    const tag = { name: 'b', from: source('own'), importPolicy };
    const body = { metadata: { name: 'followers:b', namespace: 'default' }, tag };
    expect((await stack.request('PUT', `${IMAGE_API}/namespaces/default/imagestreamtags/followers:b`, body)).code).toBe(200);
    await eventually(async () => expect(await imagesOf('followers', 'b')).toHaveLength(2));
  });

  it('is given one by an import', async () => {
    const images = [{ from: source('own'), to: { name: 'c' }, importPolicy }];
    const body = { metadata: { name: 'followers' }, spec: { import: true, images } };
    expect((await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreamimports`, body)).code).toBe(201);
    expect(await imagesOf('followers', 'c')).toHaveLength(2);
  });
});

describe('images that only a deleted tag had', () => {
  it('leave their stream', async () => {
    const { digest } = registry.pushImage('team/app', 'gone', { seed: 'gone' }).manifest;
    const kept = registry.pushImage('team/app', 'kept', { seed: 'kept' }).manifest.digest;
    await createStream(
      'swept',
      ['gone', 'kept'].map((name) => ({ name, from: source(name), importPolicy })),
    );
    await eventually(async () => expect(await imagesOf('swept', 'gone')).toEqual([digest]));
    await eventually(async () => expect(await imagesOf('swept', 'kept')).toEqual([kept]));
    const image = (name: string) => stack.request('GET', `${IMAGE_API}/namespaces/default/imagestreamimages/swept@${name}`);
    expect((await image(digest)).code).toBe(200);
    expect((await stack.request('DELETE', `${IMAGE_API}/namespaces/default/imagestreamtags/swept:gone`)).code).toBe(200);
    await stack.runtime.settled();
    expect((await image(kept)).code).toBe(200);
    expect((await image(digest)).code).toBe(404);
    expect(stack.runtime.permissions().refused).toEqual([]);
  });
});

describe('a tag with policy Local, and no registry of the deployment', () => {
  it('is told of by the repository of its stream', async () => {
    registry.pushImage('team/app', 'local');
    const told: string[] = [];
    stack.runtime.onEvent((event) => told.push(JSON.stringify(event)));
    const dockerImageRepository = `${registry.host}/team/mirror`;
    const tags = [{ name: 'main', from: source('local'), importPolicy, referencePolicy: { type: 'Local' } }];
    const created = await stack.request('POST', STREAMS, { metadata: { name: 'local' }, spec: { dockerImageRepository, tags } });
    expect(created.code).toBe(201);
    await eventually(async () => expect(told.some((event) => event.includes(`${dockerImageRepository}@sha256:`))).toBe(true));
  });
});

describe('a registry that was in trouble', () => {
  it('is forgotten with its next answer', async () => {
    const credentials = { accessKeyId: 'me', secretAccessKey: 'me' };
    const client = new DynamoDBClient({ endpoint: stack.runtime.awsEndpoint, region: 'us-east-1', credentials });
    const backoffs = createHostBackoffStore({ client, table: stateTable() });
    const since = Date.now() - 120_000;
    const { host } = registry;
    await backoffs.saveBackoff({ host, until: since + 60_000, reason: 'silent', message: 'no answer', failures: 1, since }, null);
    await createStream('trouble', [{ name: 'main', from: source('main'), importPolicy }]);
    await eventually(async () => expect(await imagesOf('trouble', 'main')).toHaveLength(1));
    await eventually(async () => expect(await backoffs.readBackoff({ host })).toBeNull());
    client.destroy();
  });

  /** Name of table `state`, from what was granted there. */
  function stateTable(): string {
    const line = stack.runtime.permissions().granted.find((each) => each.startsWith('authorize dynamodb:GetItem '));
    return line?.split('/').at(-1) ?? '';
  }
});

describe('a webhook that is busy', () => {
  it('is asked again a little later', async () => {
    answers.push(503);
    const { port } = receiver.address() as AddressInfo;
    const spec = {
      images: [{ from: { kind: 'ImageStreamTag', name: 'followers:main' } }],
      target: { webhook: { url: `http://127.0.0.1:${port}/` } },
    };
    const triggers = '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers';
    expect((await stack.request('POST', triggers, { metadata: { name: 'busy' }, spec })).code).toBe(201);
    await eventually(async () => {
      expect(answers).toEqual([]);
      const { body } = await stack.request('GET', `${triggers}/busy`);
      expect(body).toMatchObject({ status: { conditions: [{ type: 'Delivered', status: 'True' }] } });
    }, 30_000);
    expect(stack.runtime.stats.functions['fire-triggers']?.calls['ChangeMessageVisibilityBatch']).toMatchObject({ refused: 0 });
  });
});

describe('a bus that is away', () => {
  it('loses no event: what it does not take is parked', async () => {
    stack.runtime.faults.add({ kind: 'throttle', function: 'publish-changes', operation: 'PutEvents' });
    await createStream('unheard', [
      { name: 'x', reference: true, from: { kind: 'DockerImage', name: `registry.invalid/x@sha256:${'c'.repeat(64)}` } },
    ]);
    const mapping = {
      metadata: { name: 'unheard', namespace: 'default' },
      tag: 'pushed',
      image: { metadata: { name: `sha256:${'d'.repeat(64)}` }, dockerImageReference: `registry.invalid/x@sha256:${'d'.repeat(64)}` },
    };
    expect((await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreammappings`, mapping)).code).toBe(201);
    await eventually(
      () => expect(messages.join('\n')).toMatch(/"kind":"event"[^\n]*"reason":"ThrottlingException"[^\n]*"tag":"pushed"/),
      60_000,
    );
    stack.runtime.faults.clear();
  });
});
