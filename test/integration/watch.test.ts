/** `watch` as the real kubectl uses it (clients-on-the-wire.md §4). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalStack, IMAGE_API, startLocalStack } from '../support/local-stack.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
}, 60_000);
afterAll(() => stack.stop());

const STREAMS = `${IMAGE_API}/namespaces/default/imagestreams`;

async function create(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  const { code } = await stack.request('POST', STREAMS, {
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name, labels },
  });
  expect(code).toBe(201);
}

function label(name: string, labels: Readonly<Record<string, string>>) {
  return stack.request('PATCH', `${STREAMS}/${name}`, { metadata: { labels } }, { 'content-type': 'application/merge-patch+json' });
}

function requests(): number {
  return stack.runtime.stats.functions['streams']?.invocations ?? 0;
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('kubectl', { timeout: 60_000 }, () => {
  it('get -w shows what somebody else changes', async () => {
    await create('seen');
    const watching = stack.kubectl.run(['get', 'imagestream/seen', '-w', '--output-watch-events', '-L', 'color']);
    await later(1_500);
    await label('seen', { color: 'green' });
    const lines = (await watching).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^MODIFIED +seen .*green$/);
  });

  it('get -w of a selection shows what leaves it as deleted', async () => {
    await create('leaves', { team: 'a' });
    const watching = stack.kubectl.run(['get', 'imagestreams', '-l', 'team=a', '-w', '--output-watch-events']);
    await later(1_500);
    await label('leaves', { team: 'b' });
    expect(await watching).toMatch(/^DELETED +leaves/m);
  });

  it('get -w ends quietly when nothing happens', async () => {
    const began = Date.now();
    const { code, stderr } = await stack.kubectl.attempt(['get', 'imagestreams', '-l', 'none=here', '-w']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Date.now() - began).toBeGreaterThan(3_500);
  });

  it('wait sees its condition come true', async () => {
    await create('waited');
    const waiting = stack.kubectl.attempt(['wait', '--for=jsonpath={.metadata.labels.ready}=yes', 'imagestream/waited', '--timeout=30s']);
    await later(2_000);
    await label('waited', { ready: 'yes' });
    expect(await waiting).toEqual({ code: 0, stdout: 'imagestream.image.openshift.io/waited condition met\n', stderr: '' });
  });

  it('wait asks about every four seconds, not in a loop', async () => {
    await create('never');
    const before = requests();
    const { code } = await stack.kubectl.attempt([
      'wait',
      '--for=jsonpath={.metadata.labels.ready}=yes',
      'imagestream/never',
      '--timeout=10s',
    ]);
    expect(code).toBe(1);
    expect(requests() - before).toBeLessThan(12);
  });

  it('delete --all deletes all, and a collection is deleted by its selector', async () => {
    await create('first', { sweep: 'yes' });
    await create('second', { sweep: 'yes' });
    const { body } = await stack.request('DELETE', `${STREAMS}?labelSelector=sweep%3Dyes&dryRun=All`);
    expect((body as { items: unknown[] }).items).toHaveLength(2);
    await stack.request('DELETE', `${STREAMS}?labelSelector=sweep%3Dyes`);
    const left = await stack.kubectl.run(['get', 'imagestreams', '-o', 'name']);
    expect(left).not.toContain('/first');
    expect(left).toContain('/seen');
    await stack.kubectl.run(['delete', 'imagestreams', '--all']);
    expect(await stack.kubectl.run(['get', 'imagestreams', '-o', 'name'])).toBe('');
  });
});

describe('kubectl, of the other kinds', { timeout: 60_000 }, () => {
  it('get -w shows a secret that is created and deleted', async () => {
    const watching = stack.kubectl.run(['get', 'secrets', '-w', '--output-watch-events']);
    await later(1_500);
    await stack.kubectl.run(['create', 'secret', 'generic', 'brief', '--from-literal=a=b']);
    expect(await watching).toMatch(/^ADDED +brief +Opaque +1 +\d+s$/m);
    const deleting = stack.kubectl.run(['get', 'secret/brief', '-w', '--output-watch-events']);
    await later(1_500);
    await stack.kubectl.run(['delete', 'secret', 'brief']);
    expect(await deleting).toMatch(/^DELETED +brief +Opaque +0 +\d+s$/m);
  });

  it('wait --for=delete ends when a service account is gone', async () => {
    await stack.kubectl.run(['create', 'serviceaccount', 'robot']);
    const waiting = stack.kubectl.attempt(['wait', '--for=delete', 'serviceaccount/robot', '--timeout=30s']);
    await later(1_500);
    await stack.kubectl.run(['delete', 'serviceaccount', 'robot']);
    expect(await waiting).toEqual({ code: 0, stdout: 'serviceaccount/robot condition met\n', stderr: '' });
  });

  it('wait knows the phase of a namespace, and get -w shows new ones', async () => {
    const watching = stack.kubectl.run(['get', 'projects', '-w', '--output-watch-events']);
    await later(1_500);
    await stack.kubectl.run(['create', 'namespace', 'shop']);
    expect(await watching).toMatch(/^ADDED +shop +Active$/m);
    const waited = await stack.kubectl.attempt(['wait', '--for=jsonpath={.status.phase}=Active', 'namespace/shop', '--timeout=30s']);
    expect(waited).toEqual({ code: 0, stdout: 'namespace/shop condition met\n', stderr: '' });
  });

  it('get -w shows an image that is pushed, and one that is deleted', async () => {
    const name = `sha256:${'e'.repeat(64)}`;
    const image = { metadata: { name }, dockerImageReference: `quay.io/team/app@${name}` };
    const watching = stack.kubectl.run(['get', 'images', '-w', '--output-watch-events']);
    await later(1_500);
    await stack.request('POST', `${IMAGE_API}/images`, { kind: 'Image', apiVersion: 'image.openshift.io/v1', ...image });
    const row = `${name} +quay.io/team/app@${name}$`;
    expect(await watching).toMatch(new RegExp(`^ADDED +${row}`, 'm'));
    const deleting = stack.kubectl.run(['get', `image/${name}`, '-w', '--output-watch-events']);
    await later(1_500);
    await stack.kubectl.run(['delete', 'image', name]);
    expect(await deleting).toMatch(new RegExp(`^DELETED +${row}`, 'm'));
  });

  it('wait sees the condition of a trigger', async () => {
    const trigger = {
      kind: 'ImageTrigger',
      apiVersion: 'delivery.image-streams.io/v1',
      metadata: { name: 'deploy' },
      spec: {
        paused: true,
        images: [{ from: { kind: 'ImageStreamTag', name: 'seen:latest' } }],
        target: { webhook: { url: 'http://127.0.0.1:9/' } },
      },
    };
    await stack.request('POST', '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers', trigger);
    const waiting = stack.kubectl.attempt(['wait', '--for=jsonpath={.metadata.labels.ready}=yes', 'imagetrigger/deploy', '--timeout=30s']);
    await later(1_500);
    await stack.kubectl.run(['label', 'imagetrigger', 'deploy', 'ready=yes']);
    expect((await waiting).stdout).toBe('imagetrigger.delivery.image-streams.io/deploy condition met\n');
  });
});

describe('the wire', { timeout: 30_000 }, () => {
  it('serves the old path', async () => {
    await create('old-path');
    const { code, body } = await stack.request('GET', `${IMAGE_API}/watch/namespaces/default/imagestreams/old-path?timeoutSeconds=1`);
    expect({ code, type: (body as { type: string }).type }).toEqual({ code: 200, type: 'ADDED' });
  });

  it('refuses to watch tags', async () => {
    const { code, body } = await stack.request('GET', `${IMAGE_API}/namespaces/default/imagestreamtags?watch=true`);
    expect(code).toBe(405);
    expect((body as { message: string }).message).toBe('watch is not supported on resources of kind "imagestreamtags.image.openshift.io"');
  });
});
