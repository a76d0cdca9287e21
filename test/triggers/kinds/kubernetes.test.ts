import { generate } from 'selfsigned';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeTrigger } from '../../../functions/resources/imagetriggers/decode-trigger.ts';
import { validateTrigger } from '../../../functions/resources/imagetriggers/validate-trigger.ts';
import { kindOf, targetKeyOf } from '../../../functions/triggers/kinds/registry.ts';
import { contextFor, setUp, statusOf, wireTrigger } from '../../resources/imagetriggers/fixtures.ts';

const CLUSTER = 'arn:aws:eks:eu-central-1:111122223333:cluster/prod';
const ROLE = 'arn:aws:iam::444455556666:role/deploy';
const object = { kind: 'Deployment', name: 'web', namespace: 'shop' };
const annotated = { namespace: 'shop' };
const reached = { server: 'https://api.example:6443', tokenSecretRef: { name: 'deployer', key: 'token' } };
const TRIGGER = { namespace: 'shop', name: 'deploy', uid: 'u1' };
const from = { kind: 'ImageStreamTag', name: 'web:latest' };

let ca = '';
beforeAll(async () => {
  ca = (await generate([{ name: 'commonName', value: 'ca' }], { keyType: 'ec', algorithm: 'sha256' })).cert;
});

function wire(target: object, image: object = { container: 'web' }) {
  return decodeTrigger(wireTrigger({ spec: { images: [{ from, ...image }], target: { kubernetes: target } } }));
}
function errorsOf(target: object, image?: object, allowPrivateAddresses = false): string[] {
  const rules = { namespace: 'shop', allowPrivateAddresses, allowed: { shop: [CLUSTER] } };
  return validateTrigger(wire(target, image), rules).map(({ type, field }) => `${type} ${field.replace('spec.target.kubernetes.', '')}`);
}

describe('kubernetes targets', () => {
  it.each<[string, object, object?]>([
    ['a server with a token', { ...reached, object }],
    ['a path before the API', { ...reached, server: 'https://rancher.example/k8s/clusters/c-1', object }],
    ['an EKS cluster the deployment acts on', { eksClusterArn: CLUSTER, object }],
    ['an EKS cluster by a role', { eksClusterArn: CLUSTER.replace('prod', 'other'), roleArn: ROLE, object }],
    ['a field path', { ...reached, object }, { fieldPath: 'spec.template.spec.containers[0].image' }],
    [
      'a CronJob',
      { ...reached, object: { ...object, kind: 'CronJob', apiVersion: 'batch/v1' } },
      { fieldPath: 'spec.jobTemplate.spec.template.spec.containers[?(@.name=="a")].image' },
    ],
    ['an object that says by its annotation what it follows', { ...reached, object }, {}],
    ['all that are annotated', { ...reached, annotated: { ...annotated, labelSelector: 'a in (b),!c', kinds: ['CronJob'] } }, {}],
    ['a pull secret', { ...reached, object, pullSecret: { name: 'quay' } }],
    ['null for nothing', { ...reached, object, annotated: null, pullSecret: null, caBundle: null, eksClusterArn: null }],
  ])('may have %s', (_, target, image) => {
    expect(errorsOf(target, image)).toEqual([]);
  });

  it('may have a CA bundle in PEM or base64', () => {
    expect(errorsOf({ ...reached, object, caBundle: `${ca}\n${ca}` })).toEqual([]);
    expect(errorsOf({ ...reached, object, caBundle: Buffer.from(ca).toString('base64') })).toEqual([]);
    expect(errorsOf({ ...reached, object, caBundle: ca.replace('MII', 'AAA') })).toEqual(['Invalid caBundle']);
  });

  it.each<[string, object, string[], object?]>([
    ['no cluster and no object', {}, ['Required server', 'Required object']],
    [
      'two clusters',
      { ...reached, caBundle: 'x', eksClusterArn: CLUSTER, object },
      ['Forbidden server', 'Forbidden caBundle', 'Forbidden tokenSecretRef'],
    ],
    ['no token', { server: reached.server, object }, ['Required tokenSecretRef']],
    ['a role for a server', { ...reached, roleArn: ROLE, object }, ['Forbidden roleArn']],
    ['a cluster nobody allowed', { eksClusterArn: CLUSTER.replace('prod', 'other'), object }, ['Forbidden eksClusterArn']],
    ['a node group', { eksClusterArn: CLUSTER.replace('cluster/', 'nodegroup/'), roleArn: ROLE, object }, ['Invalid eksClusterArn']],
    ['no ARN', { eksClusterArn: 'prod', object }, ['Invalid eksClusterArn']],
    ['plain http', { ...reached, server: 'http://api.example', object }, ['Invalid server']],
    ['no URL', { ...reached, server: 'api.example:6443', object }, ['Invalid server']],
    ['credentials', { ...reached, server: 'https://a:b@api.example', object }, ['Forbidden server']],
    ['a query', { ...reached, server: 'https://api.example/?a', object }, ['Forbidden server']],
    ['an address of ours', { ...reached, server: 'https://169.254.169.254', object }, ['Forbidden server']],
    ['a URL without end', { ...reached, server: `https://api.example/${'a'.repeat(3000)}`, object }, ['TooLong server']],
    ['a bundle that is none', { ...reached, caBundle: 'nonsense', object }, ['Invalid caBundle']],
    [
      'a name of a Secret that is none',
      { ...reached, tokenSecretRef: { name: 'A_b', key: '' }, object },
      ['Invalid tokenSecretRef.name', 'Invalid tokenSecretRef.key'],
    ],
    ['object and annotated', { ...reached, object, annotated }, ['Forbidden annotated']],
    ['a Job', { ...reached, object: { ...object, kind: 'Job' } }, ['NotSupported object.kind']],
    ['a kind of JavaScript', { ...reached, object: { ...object, kind: 'constructor' } }, ['NotSupported object.kind']],
    ['another version', { ...reached, object: { ...object, apiVersion: 'apps/v1beta1' } }, ['Invalid object.apiVersion']],
    ['no names', { ...reached, object: { kind: 'Deployment' } }, ['Required object.name', 'Required object.namespace']],
    [
      'names that are none',
      { ...reached, object: { ...object, name: 'a/../b', namespace: 'a.b' } },
      ['Invalid object.name', 'Invalid object.namespace'],
    ],
    [
      'a path of another kind',
      { ...reached, object },
      ['Invalid spec.images[0].fieldPath'],
      { fieldPath: 'spec.jobTemplate.spec.template.spec.containers[0].image' },
    ],
    ['a path that is none', { ...reached, object }, ['Invalid spec.images[0].fieldPath'], { fieldPath: 'spec.image' }],
    ['a place in all that are annotated', { ...reached, annotated }, ['Forbidden spec.images[0].container'], { container: 'web' }],
    [
      'a selector that is none',
      { ...reached, annotated: { ...annotated, labelSelector: 'a in b' } },
      ['Invalid annotated.labelSelector'],
      {},
    ],
    [
      'kinds that are not patched',
      { ...reached, annotated: { namespace: '', kinds: ['Pod'] } },
      ['Required annotated.namespace', 'NotSupported annotated.kinds[0]'],
      {},
    ],
    ['a pull secret without a name', { ...reached, object, pullSecret: {} }, ['Required pullSecret.name']],
    ['a pull secret with too long a name', { ...reached, object, pullSecret: { name: 'a'.repeat(240) } }, ['TooLong pullSecret.name']],
  ])('have not %s', (_, target, errors, image) => {
    expect(errorsOf(target, image)).toEqual(errors);
  });

  it('may be on private addresses where the deployment allows it', () => {
    expect(errorsOf({ ...reached, server: 'https://10.0.0.1', object }, undefined, true)).toEqual([]);
    expect(errorsOf({ ...reached, server: 'http://10.0.0.1', object }, undefined, true)).toEqual(['Invalid server']);
  });

  it('name the secrets they tell somebody', () => {
    const { spec } = wire({ ...reached, object, pullSecret: { name: 'quay' } });
    const found = kindOf(spec.target);
    expect(found?.kind.secretRefs?.(found.spec)).toEqual([
      { member: 'tokenSecretRef', ref: { name: 'deployer', key: 'token' } },
      { member: 'pullSecret', ref: { name: 'quay', key: '.dockerconfigjson' } },
    ]);
  });

  it.each([
    ['deployer', 'tokenSecretRef'],
    ['quay', 'pullSecret'],
  ])('are not written by whoever may not read Secret %s', async (secret, member) => {
    const { handlers } = setUp({ forbidden: [secret] });
    const spec = { images: [{ from, container: 'web' }], target: { kubernetes: { ...reached, object, pullSecret: { name: 'quay' } } } };
    const status = await statusOf(handlers.create?.(contextFor(), wireTrigger({ spec })));
    expect(status.details?.causes?.map(({ field }) => field)).toEqual([`spec.target.kubernetes.${member}`]);
  });

  it('take turns on one object, however its cluster is written', () => {
    const keyOf = (target: object) => targetKeyOf(wire(target).spec.target, TRIGGER);
    const key = keyOf({ ...reached, object });
    expect(keyOf({ ...reached, server: 'https://API.example:6443/', object: { ...object, apiVersion: 'apps/v1' } })).toBe(key);
    expect(targetKeyOf(wire({ ...reached, object }).spec.target, { ...TRIGGER, name: 'other', uid: 'u2' })).toBe(key);
    const others = [
      { ...reached, object: { ...object, name: 'api' } },
      { ...reached, object: { ...object, kind: 'StatefulSet' } },
      { ...reached, annotated },
      { eksClusterArn: CLUSTER, object },
    ];
    expect(new Set([key, ...others.map(keyOf)]).size).toBe(5);
  });

  it('are shown by their object', () => {
    const describeTarget = (target: object) => {
      const found = kindOf(wire(target).spec.target);
      return found?.kind.describe(found.spec);
    };
    expect(describeTarget({ ...reached, object })).toBe('Deployment shop/web');
    expect(describeTarget({ ...reached, annotated })).toBe('shop/*');
  });
});
