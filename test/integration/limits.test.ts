/** What a deployment and a namespace allow, as kubectl is told of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { type RealRegistry, startRealRegistry } from '../support/real-registry.ts';

const INTERNAL = 'registry.internal:5000';

let stack: LocalStack;
let registry: RealRegistry;

beforeAll(async () => {
  registry = await startRealRegistry();
  stack = await startLocalStack({
    internalRegistry: INTERNAL,
    externalRegistry: 'registry.example.com',
    allowedRegistriesForImport: ['127.0.0.1:*', 'quay.io'],
  });
  for (const version of ['1', '2', '3']) await registry.pushImage('team/app', version);
});

afterAll(async () => {
  await Promise.all([stack?.stop(), registry?.close()]);
});

const kubectl = (...args: readonly string[]) => stack.kubectl.run(args);
const create = (object: object) => stack.kubectl.run(['create', '-f', '-'], object);
const refused = async (object: object) => {
  const error: unknown = await create(object).catch((cause: unknown) => cause);
  return String(error);
};
const isTag = (name: string, from: object, namespace = 'default') => ({
  kind: 'ImageStreamTag',
  apiVersion: 'image.openshift.io/v1',
  metadata: { name, namespace },
  tag: { name: name.split(':')[1], from, importPolicy: { insecure: true } },
});
const image = (name: string) => ({ kind: 'DockerImage', name });
const stream = (name: string, namespace = 'default') => ({
  kind: 'ImageStream',
  apiVersion: 'image.openshift.io/v1',
  metadata: { name, namespace },
});

describe('allowed registries', () => {
  it('refuses others, naming those that are allowed', async () => {
    expect(await refused(isTag('app:v1', image('other.example.com/team/app:1')))).toContain(
      `The ImageStreamTag "app:v1" is invalid: tag.from.name: Forbidden: registry "other.example.com" not allowed by whitelist: "${INTERNAL}", "127.0.0.1:*", "quay.io:443"`,
    );
    await create(isTag('app:v1', image(`${registry.host}/team/app:1`)));
    await eventually(async () => expect(await kubectl('get', 'istag', 'app:v1', '-o', 'name')).toContain('app:v1'));
  });
});

describe('hosts of the registry', () => {
  it('are shown, and the reference policy Local names them', async () => {
    expect(await kubectl('get', 'is', 'app')).toMatch(/app +registry\.example\.com\/default\/app +v1/);
    await kubectl(
      'patch',
      'is',
      'app',
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/tags/0/referencePolicy","value":{"type":"Local"}}]',
    );
    expect(await kubectl('get', 'istag', 'app:v1', '-o', 'jsonpath={.image.dockerImageReference}')).toMatch(
      new RegExp(`^${INTERNAL}/default/app@sha256:`),
    );
    await eventually(() =>
      expect(stack.events.at(-1)?.detail).toMatchObject({
        dockerImageReference: expect.stringMatching(`^${INTERNAL}/default/app@`) as string,
      }),
    );
  });
});

describe('a limit range', () => {
  it('is kept and described, and limits what is written, pushed and imported', async () => {
    await kubectl('create', 'namespace', 'small');
    const limits = [
      { type: 'openshift.io/ImageStream', max: { 'openshift.io/images': 1, 'openshift.io/image-tags': '2' } },
      { type: 'openshift.io/Image', max: { storage: '1Mi' } },
    ];
    await create({ kind: 'LimitRange', apiVersion: 'v1', metadata: { name: 'limits', namespace: 'small' }, spec: { limits } });
    expect(await kubectl('describe', 'limits', '-n', 'small')).toMatch(/openshift\.io\/ImageStream +openshift\.io\/images +- +1 /);

    await create(isTag('app:v1', image(`${registry.host}/team/app:1`), 'small'));
    await create(isTag('app:v2', image(`${registry.host}/team/app:2`), 'small'));
    // Of two tags imported in the background one is too much; it says so instead of trying for ever.
    await eventually(async () => {
      const conditions = await kubectl('get', 'is', 'app', '-n', 'small', '-o', 'jsonpath={.status.tags[*].conditions[*].message}');
      expect(conditions).toContain('requested usage of openshift.io/images exceeds the maximum limit per openshift.io/ImageStream (2 > 1)');
    });
    expect(await refused(isTag('app:v3', image(`${registry.host}/team/app:3`), 'small'))).toContain(
      'spec.tags: Forbidden: requested usage of openshift.io/image-tags exceeds the maximum limit per openshift.io/ImageStream (3 > 2)',
    );
    await create(stream('pushed', 'small'));
    const digest = `sha256:${'a'.repeat(64)}`;
    const pushed = { metadata: { name: digest }, dockerImageMetadata: { kind: 'DockerImage', apiVersion: '1.0', Size: 2_097_152 } };
    const mapping = {
      kind: 'ImageStreamMapping',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: 'pushed' },
      tag: 'v1',
      image: pushed,
    };
    const answer = await stack.request('POST', `${IMAGE_API}/namespaces/small/imagestreammappings`, mapping);
    expect(answer).toMatchObject({
      code: 403,
      body: {
        message: expect.stringContaining(
          'requested usage of storage exceeds the maximum limit per openshift.io/Image (2Mi > 1Mi)',
        ) as string,
      },
    });

    await kubectl('delete', 'limits', 'limits', '-n', 'small');
    await eventually(() => create(isTag('app:v3', image(`${registry.host}/team/app:3`), 'small')));
  });
});
