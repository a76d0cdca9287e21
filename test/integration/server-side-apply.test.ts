/** kubectl apply --server-side, as each kubectl sends it, against the whole stack. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream } from '../../functions/image/types.ts';
import { createKubectl, type Kubectl } from '../support/kubectl.ts';
import { findKubectls } from '../support/kubectl-versions.ts';
import { IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** Reference tags: nothing is imported, so that nobody but kubectl changes the stream. */
function stream(name: string, tags: Readonly<Record<string, string>>) {
  const list = Object.entries(tags).map(([tag, image]) => ({ name: tag, reference: true, from: { kind: 'DockerImage', name: image } }));
  return { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: { name, labels: { app: 'x' } }, spec: { tags: list } };
}

const apply = (kubectl: Kubectl, object: object, ...flags: string[]) =>
  kubectl.attempt(['apply', '--server-side', ...flags, '-f', '-'], object);
const read = (name: string) => stack.kubectl.json<ImageStream>(['get', 'is', name, '--show-managed-fields']);
const managersOf = ({ metadata }: ImageStream) =>
  (metadata.managedFields ?? []).map(({ manager, operation }) => `${manager} ${operation}`).sort();
const imagesOf = ({ spec }: ImageStream) => Object.fromEntries((spec.tags ?? []).map((tag) => [tag.name, tag.from?.name]));

/** From 1.29 on: older ones need /openapi/v2 to tell what is unchanged. A machine that has only older ones tries its newest. */
const kubectls = findKubectls();
const recent = kubectls.filter(({ version }) => Number(/^v1\.(\d+)/.exec(version)?.[1]) >= 29);
const tried = recent.length === 0 ? kubectls.slice(-1) : recent;

describe.each(tried)('kubectl $version', ({ binary, version }) => {
  let kubectl: Kubectl;

  beforeAll(() => {
    kubectl = createKubectl(stack.runtime.kubeconfig, binary);
  });
  afterAll(() => kubectl.close());

  it('takes over what it applied by itself, without a conflict and without an owner too many', async () => {
    const app = `moved-${version.replaceAll(/[^a-z0-9]/g, '-')}`;
    await kubectl.run(['apply', '--validate=false', '-f', '-'], stream(app, { a: 'r/x:1', b: 'r/x:1' }));
    expect(managersOf(await read(app))).toEqual(['kubectl-client-side-apply Update']);
    expect(await apply(kubectl, stream(app, { a: 'r/x:2', b: 'r/x:1' }), '--validate=false')).toMatchObject({ code: 0 });
    expect(managersOf(await read(app))).toEqual(['kubectl Apply', 'kubectl-last-applied Apply']);
    expect(await apply(kubectl, stream(app, { a: 'r/x:2' }), '--validate=false')).toMatchObject({ code: 0 });
    expect(imagesOf(await read(app))).toEqual({ a: 'r/x:2' });
    // And back again: the first time kubectl writes its annotation as it spells it by itself.
    const back = () => kubectl.run(['apply', '--validate=false', '-f', '-'], stream(app, { a: 'r/x:2' }));
    await back();
    expect(await back()).toContain('unchanged');
  });
});

describe('kubectl apply --server-side', () => {
  it('creates, changes nothing twice, and meets others', async () => {
    const { kubectl } = stack;
    expect(await apply(kubectl, stream('app', { a: 'r/x:1' }))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('serverside-applied') as string,
    });
    const first = await read('app');
    await apply(kubectl, stream('app', { a: 'r/x:1' }));
    expect(await read('app')).toEqual(first);

    const refused = await apply(kubectl, stream('app', { a: 'r/x:2' }), '--field-manager=other');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Apply failed with 1 conflict: conflict with "kubectl": .spec.tags[name="a"].from');
    expect(await apply(kubectl, stream('app', { a: 'r/x:2' }), '--field-manager=other', '--force-conflicts')).toMatchObject({ code: 0 });
    expect(imagesOf(await read('app'))).toEqual({ a: 'r/x:2' });

    // As `oc tag` does it.
    const tag = { reference: true, from: { kind: 'DockerImage', name: 'r/x:3' } };
    await stack.request('PUT', `${IMAGE_API}/namespaces/default/imagestreamtags/app:a?fieldManager=oc`, {
      metadata: { name: 'app:a' },
      tag,
    });
    expect(managersOf(await read('app'))).toEqual(['kubectl Apply', 'oc Update', 'other Apply']);
    expect((await apply(kubectl, stream('app', { a: 'r/x:4' }), '--dry-run=server', '--force-conflicts')).code).toBe(0);
    expect(imagesOf(await read('app'))).toEqual({ a: 'r/x:3' });
    expect((await apply(kubectl, stream('app', { a: 'r/x:4' }))).stderr).toContain('conflict with "oc" using image.openshift.io/v1');
  });

  it('shows its managers only when asked', async () => {
    await apply(stack.kubectl, stream('quiet', { a: 'r/x:1' }));
    expect(await stack.kubectl.run(['get', 'is', 'quiet', '-o', 'yaml'])).not.toContain('managedFields');
  });

  it('takes every kind that can be changed', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: { a: '1' } } };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pull' }, stringData: { a: '1' } };
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ci' }, imagePullSecrets: [{ name: 'pull' }] };
    const spec = { images: [{ from: { name: 'app:a' } }], paused: true, target: { webhook: { url: 'https://hooks.example.com/x' } } };
    const trigger = { apiVersion: 'delivery.image-streams.io/v1', kind: 'ImageTrigger', metadata: { name: 'hook' }, spec };
    const tag = {
      kind: 'ImageStreamTag',
      metadata: { name: 'made:a' },
      tag: { reference: true, from: { kind: 'DockerImage', name: 'r/x:1' } },
    };
    for (const object of [namespace, secret, account, trigger, { apiVersion: 'image.openshift.io/v1', ...tag }]) {
      const { kind } = object;
      for (let count = 0; count < 2; count++) expect([kind, (await apply(stack.kubectl, object)).stderr]).toEqual([kind, '']);
    }
    expect(imagesOf(await read('made'))).toEqual({ a: 'r/x:1' });
  });

  it('tells of fields that do not exist', async () => {
    const { stderr } = await apply(stack.kubectl, { ...stream('typo', {}), spec: { tagz: [] } });
    expect(stderr).toContain('.spec.tagz: field not declared in schema');
  });
});

it('takes YAML, as it comes through the gateway', async () => {
  const yaml = 'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: yaml\nspec:\n  lookupPolicy: {local: true}\n';
  const path = '/apis/image.openshift.io/v1/namespaces/default/imagestreams/yaml?fieldManager=curl';
  const answer = await stack.request('PATCH', path, yaml, { 'content-type': 'application/apply-patch+yaml' });
  expect(answer).toMatchObject({ code: 201, body: { spec: { lookupPolicy: { local: true } } } });
});
