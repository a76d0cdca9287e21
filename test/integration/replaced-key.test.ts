/** The key of secrets is replaced, as docs/operations.md tells: nothing is lost, and in the end the old key is not needed for Secrets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeyFiles } from '../support/key-files.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';

const SIGNING_SECRET = `whsec_${Buffer.from('a signing secret of a webhook').toString('base64')}`;
const directory = mkdtempSync(join(tmpdir(), 'replaced-key-'));
const keys = openKeyFiles();
const [old, next] = [keys.make(), keys.make()];

let receiver: Server;
const received: { readonly headers: Record<string, string>; readonly body: string }[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  receiver.close();
  keys.remove();
  rmSync(directory, { recursive: true });
});

/** The same state with other keys. */
async function withKeys(current: string, previous: readonly string[], act: (stack: LocalStack) => Promise<void>): Promise<void> {
  const environment = { SECRETS_KEY: current, PREVIOUS_SECRETS_KEYS: previous.join(',') };
  const stack = await startLocalStack({}, { directory, environment, schedules: false });
  try {
    await act(stack);
    await stack.runtime.settled();
  } finally {
    await stack.stop();
  }
}

const read = (stack: LocalStack, name: string) => stack.kubectl.attempt(['get', 'secret', name, '-o', 'jsonpath={.data.a}']);

describe('the key of secrets', () => {
  it('seals', () =>
    withKeys(old, [], async (stack) => {
      await stack.kubectl.run(['create', 'secret', 'generic', 'plain', '--from-literal=a=b']);
      const immutable = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'fixed' }, immutable: true, data: { a: 'Yg==' } };
      await stack.kubectl.run(['create', '-f', '-'], immutable);
      const from = { kind: 'DockerImage', name: `registry.invalid/app@sha256:${'a'.repeat(64)}` };
      const spec = { tags: [{ name: 'v1', reference: true, from }] };
      await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreams`, { metadata: { name: 'app' }, spec });
      const { port } = receiver.address() as AddressInfo;
      const webhook = { url: `http://127.0.0.1:${port}/`, signingSecret: SIGNING_SECRET };
      const trigger = { metadata: { name: 'hook' }, spec: { images: [{ from: { name: 'app:v1' } }], target: { webhook } } };
      const made = await stack.request('POST', '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers', trigger);
      expect(made.code).toBe(201);
    }));

  it('is followed by another, with which everything is as it was', () =>
    withKeys(next, [old], async (stack) => {
      expect(await read(stack, 'plain')).toMatchObject({ code: 0, stdout: 'Yg==' });
      const mapping = {
        kind: 'ImageStreamMapping',
        apiVersion: 'image.openshift.io/v1',
        metadata: { name: 'app', namespace: 'default' },
        tag: 'v1',
        image: { metadata: { name: `sha256:${'b'.repeat(64)}` }, dockerImageReference: `registry.invalid/app@sha256:${'b'.repeat(64)}` },
      };
      expect((await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreammappings`, mapping)).code).toBe(201);
      await eventually(() => expect(received.map(({ body }) => body).join()).toContain('b'.repeat(64)));
      const { headers, body } = received.at(-1) ?? { headers: {}, body: '' };
      expect(() => new Webhook(SIGNING_SECRET).verify(body, headers)).not.toThrow();
      await stack.kubectl.run(['annotate', 'secrets', '--all', '--all-namespaces', '--overwrite', 'example.com/sealed=today']);
    }));

  it('is not needed any more for Secrets that were written since', () =>
    withKeys(next, [], async (stack) => {
      for (const name of ['plain', 'fixed']) expect(await read(stack, name)).toMatchObject({ code: 0, stdout: 'Yg==' });
    }));

  it('cannot be left out before', () =>
    withKeys(old, [], async (stack) => {
      expect(await read(stack, 'plain')).toMatchObject({ code: 1, stdout: '' });
    }));
});
