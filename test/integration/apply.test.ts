/** kubectl's declarative commands with their default flags: nothing here passes --validate. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream, ImageStreamImport } from '../../functions/image/types.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** Reference tags: nothing is imported, so that nothing but kubectl changes the stream. */
function stream(name: string, tags: Readonly<Record<string, string>>, spec: object = {}) {
  const list = Object.entries(tags).map(([tag, image]) => ({ name: tag, reference: true, from: { kind: 'DockerImage', name: image } }));
  return { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: { name }, spec: { ...spec, tags: list } };
}

const apply = (object: object, ...flags: string[]) => stack.kubectl.run(['apply', ...flags, '-f', '-'], object);
const read = (name: string) => stack.kubectl.json<ImageStream>(['get', 'is', name]);
const generations = ({ spec }: ImageStream) => Object.fromEntries((spec.tags ?? []).map((tag) => [tag.name, tag.generation]));

describe('kubectl apply', () => {
  it('creates, leaves alone, and changes what changed', async () => {
    expect(await apply(stream('app', { a: 'quay.io/a/b:1', b: 'quay.io/a/b:2' }))).toContain('created');
    const first = await read('app');
    expect(await apply(stream('app', { a: 'quay.io/a/b:1', b: 'quay.io/a/b:2' }))).toContain('unchanged');
    expect(await read('app')).toEqual(first);

    const changed = stream('app', { a: 'quay.io/a/b:1', b: 'quay.io/a/b:3' });
    const { code, stdout } = await stack.kubectl.attempt(['diff', '-f', '-'], changed);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^-.*quay.io\/a\/b:2$/m);
    expect(stdout).toMatch(/^\+.*quay.io\/a\/b:3$/m);
    expect(await apply(changed, '--dry-run=server')).toContain('configured (server dry run)');
    expect(await read('app')).toEqual(first);

    expect(await apply(changed)).toContain('configured');
    expect(generations(await read('app'))).toEqual({ a: 1, b: 2 });
    expect(await apply(stream('app', { b: 'quay.io/a/b:3' }))).toContain('configured');
    expect(generations(await read('app'))).toEqual({ b: 2 });
  });

  it('leaves tags alone that somebody else added', async () => {
    await apply(stream('shared', { mine: 'quay.io/a/b:1' }));
    await stack.kubectl.run([
      'patch',
      'is',
      'shared',
      '-p',
      JSON.stringify({ spec: { tags: [{ name: 'theirs', reference: true, from: { kind: 'DockerImage', name: 'quay.io/c/d:1' } }] } }),
    ]);
    await apply(stream('shared', { mine: 'quay.io/a/b:2' }));
    expect(generations(await read('shared'))).toEqual({ mine: 3, theirs: 2 });
  });

  it('has the server find typing errors', async () => {
    const typo = stream('typo', { a: 'quay.io/a/b:1' }, { lookupPolice: { local: true } });
    const refused = await stack.kubectl.attempt(['apply', '-f', '-'], typo);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'ImageStream in version "v1" cannot be handled as a ImageStream: strict decoding error: unknown field "spec.lookupPolice"',
    );
    const warned = await stack.kubectl.attempt(['apply', '--validate=warn', '-f', '-'], typo);
    expect(warned.stdout).toContain('created');
    expect(warned.stderr).toContain('Warning: unknown field "spec.lookupPolice"');
  });

  it('takes other kinds, too', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } };
    expect(await apply(namespace)).toContain('created');
    expect(await apply(namespace)).toContain('unchanged');
    const spec = { images: [{ from: { name: 'app:b' } }], paused: true, target: { webhook: { url: 'https://hooks.example.com/x' } } };
    expect(await apply({ apiVersion: 'delivery.image-streams.io/v1', kind: 'ImageTrigger', metadata: { name: 'hook' }, spec })).toContain(
      'created',
    );
    const images = [{ from: { kind: 'DockerImage', name: '127.0.0.1:1/a/b:c' }, to: { name: 'c' } }];
    const request = {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStreamImport',
      metadata: { name: 'app' },
      spec: { import: false, images },
    };
    const answer = JSON.parse(await stack.kubectl.run(['create', '-o', 'json', '-f', '-'], request)) as ImageStreamImport;
    expect(answer.status.images?.[0]?.status.status).toBe('Failure');
  });
});

describe('kubectl patch', () => {
  it('sends a strategic merge patch unless told otherwise', async () => {
    await apply(stream('patched', { a: 'quay.io/a/b:1', b: 'quay.io/a/b:2' }));
    await stack.kubectl.run(['patch', 'is', 'patched', '-p', '{"spec":{"lookupPolicy":{"local":true}}}']);
    await stack.kubectl.run(['patch', 'is', 'patched', '-p', '{"spec":{"tags":[{"$patch":"delete","name":"a"}]}}']);
    expect((await read('patched')).spec).toMatchObject({ lookupPolicy: { local: true }, tags: [{ name: 'b', generation: 1 }] });
  });

  it('may not send one to kinds of ours', async () => {
    const { stderr } = await stack.kubectl.attempt(['patch', 'imgtrig', 'hook', '-p', '{"spec":{"paused":true}}']);
    expect(stderr).toContain('application/strategic-merge-patch+json is not supported by delivery.image-streams.io/v1');
  });
});

describe('kubectl explain', () => {
  it.each([
    'imagestream.spec.tags.importPolicy',
    'imagestreamtag.image.dockerImageLayers',
    'imagetrigger.spec.target.webhook',
    'ns.metadata',
  ])('%s', async (field) => {
    expect(await stack.kubectl.run(['explain', field])).toMatch(/DESCRIPTION:\n {4}\w+[\s\S]*FIELDS:\n {2}\w+\t</);
  });
});
