/**
 * What people do with kubectl, by every version of it on this machine, with default flags: releases differ in how they validate, which
 * documents they read first and whether they send JSON or protobuf.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubectl, type Kubectl } from '../support/kubectl.ts';
import { findKubectls } from '../support/kubectl-versions.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';

const kubectls = findKubectls();
console.info(`kubectl versions of this machine: ${kubectls.map(({ version }) => version).join(', ')}`);

let stack: LocalStack;
const clients: Kubectl[] = [];

beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(async () => {
  for (const client of clients) client.close();
  await stack.stop();
});

function stream(image: string): object {
  const tags = [{ name: 'live', reference: true, from: { kind: 'DockerImage', name: image } }];
  return { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: { name: 'app' }, spec: { tags } };
}

/** kubectl of one version in a namespace of its own. */
function open(binary: string, namespace: string) {
  const kubectl = createKubectl(stack.runtime.kubeconfig, binary);
  clients.push(kubectl);
  const run = (line: string, input?: object) => kubectl.run(['-n', namespace, ...line.split(' ')], input);
  return { run, attempt: (line: string) => kubectl.attempt(['-n', namespace, ...line.split(' ')]) };
}

describe.concurrent.each(kubectls)('kubectl $version', ({ binary, version }) => {
  it('does what it is for', async () => {
    const namespace = `with-${version.replaceAll(/[^a-z0-9]/g, '-')}`;
    const { run, attempt } = open(binary, namespace);

    expect(await run(`create namespace ${namespace}`)).toBe(`namespace/${namespace} created\n`);

    expect(await run('apply -f -', stream('quay.io/a/b:1'))).toBe('imagestream.image.openshift.io/app created\n');
    expect(await run('apply -f -', stream('quay.io/a/b:1'))).toBe('imagestream.image.openshift.io/app unchanged\n');
    expect(await run('apply -f -', stream('quay.io/a/b:2'))).toBe('imagestream.image.openshift.io/app configured\n');
    expect(await run('get is')).toMatch(/^NAME +IMAGE REPOSITORY +TAGS +UPDATED\napp +live +/);
    expect(await run('get is app -o jsonpath={.spec.tags[0].from.name}')).toBe('quay.io/a/b:2');
    expect(await run('explain imagestream.spec.tags.from')).toMatch(/FIELDS:\n +apiVersion/);

    const waiting = run('wait is/app --for=jsonpath={.spec.lookupPolicy.local}=true --timeout=20s');
    await run('patch is app -p {"spec":{"lookupPolicy":{"local":true}}}');
    expect(await waiting).toContain('condition met');
    const watching = run('get is app -w');
    await run('patch is app --type=merge -p {"metadata":{"annotations":{"note":"x"}}}');
    await run('patch is app --type=json -p [{"op":"remove","path":"/metadata/annotations/note"}]');
    await run('label is app team=a');
    expect(await watching).toMatch(/^NAME .*\napp /);
    expect(await run('get is -l team=a -o name')).toBe('imagestream.image.openshift.io/app\n');

    expect(await run('create secret generic plain --from-literal=a=b')).toBe('secret/plain created\n');
    await run('create secret docker-registry pull --docker-server=quay.io --docker-username=alice --docker-password=example');
    expect(await run('get secrets')).toMatch(/^NAME +TYPE +DATA +AGE\nplain +Opaque +1 .*\npull +kubernetes.io\/dockerconfigjson +1 /);
    expect((await attempt('create secret generic plain')).stderr).toContain('secrets "plain" already exists');

    expect(await run('create serviceaccount robot')).toBe('serviceaccount/robot created\n');
    expect(await run('get sa -o name')).toBe(
      ['builder', 'default', 'deployer', 'robot'].map((name) => `serviceaccount/${name}\n`).join(''),
    );
    const token = (await run('create token robot --duration=10m')).trim();
    expect(await run(`auth whoami --token=${token} -o jsonpath={.status.userInfo.username}`)).toBe(
      `system:serviceaccount:${namespace}:robot`,
    );
    expect(await run('auth whoami')).toMatch(/Username +admin/);
    expect(await run('auth can-i get imagestreams/layers')).toBe('yes\n');

    expect(await run('delete is,secrets,sa --all')).toContain('imagestream.image.openshift.io "app" deleted');
    expect(await run('get is,secrets')).toBe('');
    expect(await run(`delete namespace ${namespace}`)).toBe(`namespace "${namespace}" deleted\n`);
    expect((await attempt(`get namespace ${namespace}`)).stderr).toContain(`namespaces "${namespace}" not found`);
  });
});
