/** Holding, cooling down and denying as people do it with kubectl, against a registry that moves on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream, ImageStreamTag } from '../../functions/image/types.ts';
import { type FakeRegistry, startFakeRegistry } from '../support/fake-registry.ts';
import { eventually, type LocalStack, startLocalStack } from '../support/local-stack.ts';

const HOLD = 'image-streams.io/hold';
const INTERVAL_MS = 60_000;

let stack: LocalStack;
let registry: FakeRegistry;

beforeAll(async () => {
  registry = await startFakeRegistry();
  stack = await startLocalStack({ importInterval: '1m' });
});
afterAll(async () => {
  await stack.stop();
  await registry.close();
});

const kubectl = (...args: string[]) => stack.kubectl.run(args);
const stream = (name: string) => stack.kubectl.json<ImageStream>(['get', 'is', name]);
const describeStream = (name: string) => kubectl('describe', 'is', name);
const statusOf = async (name: string, tag = 'v1') => (await stream(name)).status.tags?.find((each) => each.tag === tag);
const imagesOf = async (name: string, tag = 'v1') => ((await statusOf(name, tag))?.items ?? []).map(({ image }) => image);
const pendingOf = async (name: string) => ((await statusOf(name))?.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`);
const push = (name: string) => registry.pushImage(`team/${name}`, 'v1', { seed: `${name}-${count++}` }).manifest.digest;
let count = 0;

/** A stream whose tag `v1` follows the registry; answers its first digest. */
async function follow(name: string, importPolicy = {}): Promise<string> {
  const digest = push(name);
  const from = { kind: 'DockerImage', name: `${registry.host}/team/${name}:v1` };
  const tags = [{ name: 'v1', from, importPolicy: { insecure: true, ...importPolicy } }];
  await stack.kubectl.run(['create', '-f', '-'], {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name },
    spec: { tags },
  });
  await eventually(async () => expect(await imagesOf(name)).toEqual([digest]));
  await stack.runtime.settled();
  return digest;
}

/** What `oc import-image` posts. */
async function importAgain(name: string): Promise<void> {
  const from = { kind: 'DockerImage', name: `${registry.host}/team/${name}:v1` };
  const images = [{ from, to: { name: 'v1' }, importPolicy: { insecure: true } }];
  const body = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStreamImport', metadata: { name }, spec: { import: true, images } };
  await stack.kubectl.run(['create', '-f', '-'], body);
}

describe('a held tag', () => {
  it('stays, tells what waits, and moves when it is let go', async () => {
    const old = await follow('held');
    await kubectl('annotate', 'istag', 'held:v1', `${HOLD}=change freeze`);
    const newer = push('held');
    await importAgain('held');
    expect(await imagesOf('held')).toEqual([old]);
    expect(await pendingOf('held')).toEqual(['ImagePending Held']);
    expect(await describeStream('held')).toMatch(new RegExp(`image-streams.io/pending-images:.*${newer}.*held: change freeze`, 's'));
    await stack.runtime.settled();
    const events = stack.events.length;
    await kubectl('annotate', 'istag', 'held:v1', `${HOLD}-`);
    expect(await imagesOf('held')).toEqual([newer, old]);
    expect(await describeStream('held')).not.toContain('pending-images');
    await eventually(() => expect(stack.events.length).toBe(events + 1));
  });

  it('moves to what a person tags', async () => {
    await follow('asked');
    await kubectl('annotate', 'istag', 'asked:v1', `${HOLD}=x`);
    const other = push('other');
    const shown = await stack.kubectl.json<ImageStreamTag>(['get', 'istag', 'asked:v1']);
    const from = { kind: 'DockerImage', name: `${registry.host}/team/other:v1` };
    await stack.kubectl.run(['replace', '-f', '-'], { ...shown, tag: { ...shown.tag, from, generation: 0 } });
    await eventually(async () => expect((await imagesOf('asked'))[0]).toBe(other));
    expect((await stream('asked')).spec.tags?.[0]?.annotations).toEqual({ [HOLD]: 'x' });
  });

  it('may be put back and held in one request', async () => {
    const old = await follow('back');
    const bad = push('back');
    await importAgain('back');
    expect(await imagesOf('back')).toEqual([bad, old]);
    const { apiVersion, kind, metadata, tag } = await stack.kubectl.json<ImageStreamTag>(['get', 'istag', 'back:v1']);
    const from = { kind: 'ImageStreamImage', name: `back@${old}` };
    const rollback = { apiVersion, kind, metadata: { ...metadata, annotations: { [HOLD]: 'bad release' } }, tag: { ...tag, from } };
    await stack.kubectl.run(['replace', '-f', '-'], rollback);
    await importAgain('back');
    expect(await imagesOf('back')).toEqual([old, bad, old]);
    expect(await pendingOf('back')).toEqual(['ImagePending Held']);
    expect((await stream('back')).spec.tags?.[0]?.from).toEqual(from);
  });
});

it('a young image waits until it is old enough', async () => {
  const old = await follow('young');
  await kubectl('annotate', 'istag', 'young:v1', 'image-streams.io/minimum-age=4s');
  const newer = push('young');
  await importAgain('young');
  expect(await imagesOf('young')).toEqual([old]);
  expect(await pendingOf('young')).toEqual(['ImagePending MinimumAge']);
  await eventually(async () => {
    await importAgain('young');
    expect(await imagesOf('young')).toEqual([newer, old]);
  });
});

it('a denied image is never taken, and refused to who asks for it', async () => {
  const old = await follow('denied');
  const bad = push('denied');
  await kubectl('annotate', 'is', 'denied', `image-streams.io/denied-images=${bad}`);
  await importAgain('denied');
  expect(await imagesOf('denied')).toEqual([old]);
  expect(await pendingOf('denied')).toEqual(['ImagePending Denied']);
  const shown = await stack.kubectl.json<ImageStreamTag>(['get', 'istag', 'denied:v1']);
  const from = { kind: 'DockerImage', name: `${registry.host}/team/denied@${bad}` };
  const refused = await stack.kubectl.attempt(['replace', '-f', '-'], { ...shown, tag: { ...shown.tag, from } });
  expect(refused.stderr).toMatch(/spec\.tags\[v1\]\.from: Forbidden: sha256:\w+ is denied/);
  await kubectl('annotate', 'is', 'denied', 'image-streams.io/denied-images-');
  expect(await imagesOf('denied')).toEqual([bad, old]);
});

it('the schedule goes on asking for a held tag with one HEAD, and writes once', async () => {
  const old = await follow('watched', { scheduled: true });
  await kubectl('annotate', 'istag', 'watched:v1', `${HOLD}=x`);
  const newer = push('watched');
  await eventually(async () => expect(await pendingOf('watched')).toEqual(['ImagePending Held']), INTERVAL_MS + 15_000);
  await stack.runtime.settled();
  registry.clearRequests();
  const before = await stream('watched');
  await eventually(() => expect(registry.count({ method: 'HEAD' })).toBe(1), INTERVAL_MS + 15_000);
  await stack.runtime.settled();
  expect(registry.count({ method: 'GET' })).toBe(0);
  expect(await stream('watched')).toEqual(before);
  await kubectl('annotate', 'istag', 'watched:v1', `${HOLD}-`);
  expect(await imagesOf('watched')).toEqual([newer, old]);
});
