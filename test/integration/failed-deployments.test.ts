/**
 * A deployment that fails after its target took it, as people see it with kubectl: the tag goes back and is held, other triggers of the tag bring
 * their targets the image before, and the registry does not undo it. That the build was begun is written to the table by the test; that it failed is
 * told on the account's bus as CodeBuild tells it.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream, ImageStreamTag } from '../../functions/image/types.ts';
import { createTriggerStore } from '../../functions/store/trigger-store.ts';
import type { FailurePolicy, ImageTrigger, TriggerImageStatus } from '../../functions/triggers/types.ts';
import { type FakeRegistry, startFakeRegistry } from '../support/fake-registry.ts';
import { eventually, type LocalStack, startLocalStack } from '../support/local-stack.ts';

const HOLD = 'image-streams.io/hold';
const PROJECT = 'arn:aws:codebuild:eu-central-1:111122223333:project/deploy';
const INTERVAL_MS = 60_000;

let stack: LocalStack;
let registry: FakeRegistry;
let receiver: Server;
let received: (string | undefined)[] = [];

beforeAll(async () => {
  receiver = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      received.push((JSON.parse(body) as { data: { images: { image: string }[] } }).data.images[0]?.image);
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  registry = await startFakeRegistry();
  stack = await startLocalStack({ importInterval: '1m', outcomeAccounts: ['111122223333'] });
});
afterAll(async () => {
  const { refused } = stack.runtime.permissions();
  await stack.stop();
  await registry.close();
  receiver.close();
  expect(refused).toEqual([]);
});

const create = (body: object) => stack.kubectl.run(['create', '-f', '-'], body);
const readTrigger = (name: string) => stack.kubectl.json<ImageTrigger>(['get', 'imgtrig', name]);
const push = (name: string, seed: string) => registry.pushImage(`team/${name}`, 'v1', { seed: `${name}-${seed}` }).manifest.digest;
const sourceOf = (name: string) => ({ kind: 'DockerImage', name: `${registry.host}/team/${name}:v1` });
const statusOf = async (name: string) => (await stack.kubectl.json<ImageStream>(['get', 'is', name])).status.tags?.[0];
const imagesOf = async (name: string) => ((await statusOf(name))?.items ?? []).map(({ image }) => image);

async function importAgain(name: string): Promise<void> {
  const images = [{ from: sourceOf(name), to: { name: 'v1' }, importPolicy: { insecure: true, scheduled: true } }];
  const body = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStreamImport', metadata: { name }, spec: { import: true, images } };
  await create(body);
}

async function createTrigger(name: string, spec: object): Promise<void> {
  const images = [{ from: { kind: 'ImageStreamTag', name: `${name.split('-')[0]}:v1` } }];
  await create({ apiVersion: 'delivery.image-streams.io/v1', kind: 'ImageTrigger', metadata: { name }, spec: { images, ...spec } });
}

/** A scheduled tag that pointed to one image and now to another, of which a build has just begun; answers both digests. */
async function beginBuild(
  name: string,
  onFailure: FailurePolicy,
): Promise<{ readonly good: string; readonly bad: string; readonly build: string }> {
  const good = push(name, 'good');
  const tags = [{ name: 'v1', from: sourceOf(name), importPolicy: { insecure: true, scheduled: true } }];
  await create({ apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: { name }, spec: { tags } });
  await eventually(async () => expect(await imagesOf(name)).toEqual([good]));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  await createTrigger(`${name}-hook`, { target: { webhook: { url } } });
  const roleArn = 'arn:aws:iam::111122223333:role/image-streams';
  // Paused: it does not begin builds by itself, and hears of what was begun.
  await createTrigger(`${name}-build`, { paused: true, target: { codebuild: { projectArn: PROJECT, roleArn } }, policy: { onFailure } });
  await eventually(() => expect(received).toEqual([good]));
  const bad = push(name, 'bad');
  await importAgain(name);
  await eventually(() => expect(received).toEqual([good, bad]));
  return { good, bad, build: await writePending(name, good, bad) };
}

/** What fire-triggers leaves behind when CodeBuild took the image. Answers the ARN of the build. */
async function writePending(name: string, good: string, bad: string): Promise<string> {
  const build = `${PROJECT.replace('project/', 'build/')}:${name}`;
  const credentials = { accessKeyId: 'me', secretAccessKey: 'me' };
  const client = new DynamoDBClient({ endpoint: stack.runtime.awsEndpoint, region: 'us-east-1', credentials });
  const granted = stack.runtime.permissions().granted.find((line) => line.startsWith('authorize dynamodb:GetItem '));
  const store = createTriggerStore({ client, table: granted?.split('/').at(-1) ?? '' });
  const trigger = await store.readTrigger('default', `${name}-build`);
  const [event] = (await statusOf(name))?.items ?? [];
  if (trigger === null || event === undefined) throw new Error('not there');
  const pullSpec = (digest: string) => event.dockerImageReference.replace(bad, digest);
  const from = { kind: 'ImageStreamTag', name: `${name}:v1` } as const;
  const toldOf = (image: string) => ({ image, dockerImageReference: pullSpec(image) });
  const { resourceVersion: lastRevision = '' } = (await stack.kubectl.json<ImageStream>(['get', 'is', name])).metadata;
  const time = new Date().toISOString().replace(/\.\d+Z/, 'Z');
  const told: TriggerImageStatus = { from, lastTriggeredImage: pullSpec(bad), lastImage: bad, lastRevision, lastTriggerTime: time };
  await store.updateTrigger({
    ...trigger,
    awaited: [{ id: 'msg_1', images: [{ from, now: toldOf(bad), previous: toldOf(good) }] }],
    status: {
      ...trigger.status,
      images: [told],
      deliveries: [{ id: 'msg_1', time, images: [pullSpec(bad)], outcome: 'Pending', attempts: 1, details: { buildId: build } }],
    },
  });
  client.destroy();
  return build;
}

/** As CodeBuild tells on the account's bus. */
async function tell(build: string, status: string, account = '111122223333'): Promise<void> {
  const event = {
    source: 'aws.codebuild',
    'detail-type': 'CodeBuild Build State Change',
    account,
    region: 'eu-central-1',
    resources: [build],
    detail: { 'build-status': status, 'project-name': 'deploy', 'build-id': build },
  };
  const answer = await fetch(`${stack.runtime.awsEndpoint}/__events`, { method: 'POST', body: JSON.stringify(event) });
  expect(answer.status).toBe(200);
  await stack.runtime.settled();
}

describe('a build that failed', () => {
  it('puts its tag back for every trigger, and neither the schedule nor a repeated event undoes it', async () => {
    received = [];
    const { good, bad, build } = await beginBuild('back', 'Revert');
    await tell(build, 'FAILED', '444455556666');
    expect(await imagesOf('back')).toEqual([bad, good]);
    await tell(build, 'FAILED');
    expect(await imagesOf('back')).toEqual([good, bad, good]);
    await eventually(() => expect(received).toEqual([good, bad, good]));
    const tag = await stack.kubectl.json<ImageStreamTag>(['get', 'istag', 'back:v1']);
    expect(tag.tag).toMatchObject({ from: sourceOf('back'), importPolicy: { scheduled: true } });
    expect(tag.metadata.annotations?.[HOLD]).toBe('its deployment by image trigger default/back-build failed: the build ended as FAILED');
    expect(stack.events.at(-1)).toMatchObject({
      'detail-type': 'Image Stream Tag Changed',
      detail: { image: good, previous: { image: bad }, cause: 'rollback', actor: 'system:image-trigger' },
    });
    const { status } = await readTrigger('back-build');
    expect(status.deliveries).toMatchObject([{ id: 'msg_1', outcome: 'Refused', details: { buildId: build, reverted: 'back:v1' } }]);
    expect(status.conditions).toMatchObject([
      { status: 'False', reason: 'BuildFailed', message: `the build ended as FAILED; put back:v1 back to ${good} and held it` },
    ]);
    await tell(build, 'FAILED');
    const held = async () => ((await statusOf('back'))?.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`);
    await eventually(async () => expect(await held()).toEqual(['ImagePending Held']), INTERVAL_MS + 30_000);
    await stack.runtime.settled();
    expect(await imagesOf('back')).toEqual([good, bad, good]);
    expect(received).toEqual([good, bad, good]);
  });

  it('has its tag held, until somebody lets go', async () => {
    received = [];
    const { good, bad, build } = await beginBuild('kept', 'Hold');
    await tell(build, 'FAILED');
    expect((await readTrigger('kept-build')).status.deliveries).toMatchObject([{ details: { held: 'kept:v1' } }]);
    const fixed = push('kept', 'fixed');
    await importAgain('kept');
    expect(await imagesOf('kept')).toEqual([bad, good]);
    await stack.kubectl.run(['annotate', 'istag', 'kept:v1', `${HOLD}-`]);
    await eventually(() => expect(received).toEqual([good, bad, fixed]));
  });

  it('is told of only where nothing follows from it: it was stopped, or nobody said what should', async () => {
    received = [];
    const { good, bad, build } = await beginBuild('stopped', 'Revert');
    await tell(build, 'STOPPED');
    const { status } = await readTrigger('stopped-build');
    expect(status.deliveries).toMatchObject([{ outcome: 'Refused', message: 'the build was stopped' }]);
    expect(await imagesOf('stopped')).toEqual([bad, good]);
  });
});

it('who may not update a tag may not let a trigger move it', async () => {
  await stack.kubectl.run(['create', 'role', 'triggers', '--verb=*', '--resource=imagetriggers.delivery.image-streams.io']);
  await stack.kubectl.run(['create', 'rolebinding', 'triggers', '--role=triggers', '--user=developer']);
  const trigger = {
    apiVersion: 'delivery.image-streams.io/v1',
    kind: 'ImageTrigger',
    metadata: { name: 'theirs' },
    spec: {
      images: [{ from: { name: 'back:v1' } }],
      target: { webhook: { url: 'https://hooks.example.com/' } },
      policy: { onFailure: 'Hold' },
    },
  };
  const { stderr } = await stack.kubectl.attempt(['--context=developer', 'create', '-f', '-'], trigger);
  expect(stderr).toContain('spec.policy.onFailure: Forbidden: needs update of imagestreamtag default/back:v1');
});
