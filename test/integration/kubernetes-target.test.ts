/** From a tag to the objects of a cluster, over the whole stack: `oc tag`, kubectl, and an API server of Kubernetes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageTrigger } from '../../functions/triggers/types.ts';
import { type KubernetesApi, startKubernetesApi } from '../support/kubernetes-api/server.ts';
import { eventually, type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { annotated, imagesOf, OLD, oldWorkload } from '../triggers/targets/kubernetes/kubernetes-target.ts';

let stack: LocalStack;
let cluster: KubernetesApi;

beforeAll(async () => {
  [stack, cluster] = await Promise.all([startLocalStack({}, { schedules: false }), startKubernetesApi()]);
  const from = { kind: 'DockerImage', name: 'quay.io/shop/web:1' };
  await create({
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'web' },
    spec: { tags: [{ name: 'latest', reference: true, from }] },
  });
  await stack.kubectl.run(['create', 'secret', 'generic', 'deployer', `--from-literal=token=${cluster.token}`]);
  const login = ['--docker-server=quay.io', '--docker-username=shop', '--docker-password=pw'];
  await stack.kubectl.run(['create', 'secret', 'docker-registry', 'quay', ...login]);
});
afterAll(async () => {
  const { refused } = stack.runtime.permissions();
  await Promise.all([stack.stop(), cluster.close()]);
  expect(refused).toEqual([]);
});

const create = (object: object) => stack.kubectl.run(['create', '-f', '-'], object);
const conditionOf = async (name: string) => (await stack.kubectl.json<ImageTrigger>(['get', 'imgtrig', name])).status.conditions[0];
const webOf = (kind: string) => imagesOf(cluster.read(kind, 'web'))['web'];

function trigger(name: string, target: object, image: object = {}): Promise<string> {
  const reached = { server: cluster.url, caBundle: cluster.ca, tokenSecretRef: { name: 'deployer', key: 'token' } };
  return create({
    apiVersion: 'delivery.image-streams.io/v1',
    kind: 'ImageTrigger',
    metadata: { name },
    spec: {
      images: [{ from: { kind: 'ImageStreamTag', name: 'web:latest' }, ...image }],
      target: { kubernetes: { ...reached, ...target } },
    },
  });
}

async function move(version: number): Promise<void> {
  await stack.request('PUT', '/apis/image.openshift.io/v1/namespaces/default/imagestreamtags/web:latest', {
    kind: 'ImageStreamTag',
    metadata: { name: 'web:latest' },
    tag: { reference: true, from: { kind: 'DockerImage', name: `quay.io/shop/web:${version}` } },
  });
}

describe('a cluster of Kubernetes', () => {
  it('runs what a tag points to, with the pull secret of its namespace', async () => {
    cluster.put(oldWorkload('Deployment'));
    await trigger(
      'object',
      { object: { kind: 'Deployment', name: 'web', namespace: 'shop' }, pullSecret: { name: 'quay' } },
      { container: 'web' },
    );
    await eventually(() => expect(webOf('Deployment')).toBe('quay.io/shop/web:1'));
    await move(2);
    await eventually(() => expect(webOf('Deployment')).toBe('quay.io/shop/web:2'));
    await eventually(async () => expect(await conditionOf('object')).toMatchObject({ status: 'True' }));
    expect(cluster.read('Secret', 'image-streams.default.quay')).toMatchObject({ type: 'kubernetes.io/dockerconfigjson' });
    expect(await stack.kubectl.run(['get', 'imgtrig', 'object', '--no-headers'])).toContain('kubernetes Deployment shop/web');
  });

  it('has objects that follow by their annotation, and what is wrong with one is told', async () => {
    const entry = { from: { kind: 'ImageStreamTag', name: 'web:latest' }, fieldPath: 'spec.template.spec.containers[1].image' };
    cluster.put(oldWorkload('StatefulSet', 'web', annotated([entry])));
    cluster.put(oldWorkload('DaemonSet', 'web', annotated([{ ...entry, fieldPath: 'spec.template.spec.containers[9].image' }])));
    await trigger('annotated', { annotated: { namespace: 'shop' } });
    await eventually(() => expect(webOf('StatefulSet')).toBe('quay.io/shop/web:2'));
    expect(webOf('DaemonSet')).toBe(OLD);
    await eventually(async () =>
      expect(await conditionOf('annotated')).toMatchObject({
        status: 'False',
        reason: 'UnknownContainer',
        message: 'DaemonSet shop/web: it has no container containers[9]; objects with the newest images: 1',
      }),
    );
    cluster.put(oldWorkload('DaemonSet', 'web', annotated([entry])));
    await move(3);
    await eventually(() => expect([webOf('StatefulSet'), webOf('DaemonSet')]).toEqual(['quay.io/shop/web:3', 'quay.io/shop/web:3']));
    await eventually(async () => expect(await conditionOf('annotated')).toMatchObject({ status: 'True' }));
  });
});
