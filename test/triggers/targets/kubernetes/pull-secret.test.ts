import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KubernetesApi, startKubernetesApi, workload } from '../../../support/kubernetes-api/server.ts';
import { deliveredImage } from '../aws/aws-delivery.ts';
import { annotated, imagesOf, NEW, OLD, oldWorkload, setUp } from './kubernetes-target.ts';

let cluster: KubernetesApi;
beforeAll(async () => {
  cluster = await startKubernetesApi();
});
afterAll(() => cluster.close());
beforeEach(() => {
  cluster.reset();
  cluster.put(oldWorkload('Deployment'));
});

const CONFIG = '{"auths":{"quay.io":{"auth":"c2hvcDpwYXNzd29yZA=="}}}';
const NAME = 'image-streams.shop.quay';
const TARGET = { object: { kind: 'Deployment', namespace: 'shop', name: 'web' }, pullSecret: { name: 'quay' } };
const values = { 'quay/.dockerconfigjson': CONFIG };
const images = [deliveredImage({ container: 'web' })];
const calls = () => cluster.requests.map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`);
const dataOf = (object: { readonly [member: string]: unknown } | undefined) =>
  Buffer.from(String((object?.['data'] as Record<string, string>)['.dockerconfigjson']), 'base64').toString();

describe('a pull secret', () => {
  it('is brought to where the image runs before the image is, and the pods use it', async () => {
    expect(await setUp(cluster, { values }).deliver(TARGET, images)).toMatchObject({ kind: 'delivered' });
    expect(calls()).toEqual(['GET deployments/web', `GET secrets/${NAME}`, 'POST shop/secrets', 'PATCH deployments/web']);
    const secret = cluster.read('Secret', NAME);
    expect(secret).toMatchObject({
      type: 'kubernetes.io/dockerconfigjson',
      metadata: { labels: { 'image-streams.io/pull-secret-of': 'shop' } },
    });
    expect(dataOf(secret)).toBe(CONFIG);
    expect(cluster.read('Deployment', 'web')).toMatchObject({ spec: { template: { spec: { imagePullSecrets: [{ name: NAME }] } } } });
  });

  it('is changed when it changed, and not otherwise', async () => {
    await setUp(cluster, { values }).deliver(TARGET, images);
    await setUp(cluster, { values }).deliver(TARGET, images);
    expect(calls().filter((call) => !call.startsWith('GET'))).toHaveLength(2);
    await setUp(cluster, { values: { 'quay/.dockerconfigjson': '{"auths":{}}' } }).deliver(TARGET, images);
    expect(dataOf(cluster.read('Secret', NAME))).toBe('{"auths":{}}');
    expect(cluster.read('Secret', NAME)).toMatchObject({ metadata: { labels: { 'image-streams.io/pull-secret-of': 'shop' } } });
  });

  it('stays beside those that the pods have', async () => {
    const podSpec = { containers: [{ name: 'web', image: OLD }], imagePullSecrets: [{ name: 'theirs' }] };
    cluster.put(workload('Deployment', 'web', podSpec));
    await setUp(cluster, { values }).deliver(TARGET, images);
    expect(cluster.read('Deployment', 'web')).toMatchObject({
      spec: { template: { spec: { imagePullSecrets: [{ name: 'theirs' }, { name: NAME }] } } },
    });
  });

  it('takes the place of no Secret that is somebody else’s', async () => {
    const theirs = { apiVersion: 'v1', kind: 'Secret', metadata: { name: NAME }, type: 'Opaque', data: { a: 'Yg==' } };
    cluster.put(theirs);
    expect(await setUp(cluster, { values }).deliver(TARGET, images)).toMatchObject({ kind: 'refused', reason: 'PullSecretTaken' });
    expect(cluster.read('Secret', NAME)).toMatchObject({ data: { a: 'Yg==' } });
    expect(imagesOf(cluster.read('Deployment', 'web'))['web']).toBe(OLD);
  });

  it.each([[{}], [{ 'quay/.dockerconfigjson': 'nonsense' }], [{ 'quay/.dockerconfigjson': '[]' }]])(
    'that is none (%o) is told, and no image is moved',
    async (wrong) => {
      expect(await setUp(cluster, { values: wrong }).deliver(TARGET, images)).toMatchObject({ kind: 'refused', reason: 'NoPullSecret' });
      expect(calls()).toEqual(['GET deployments/web']);
    },
  );

  it('is brought once for all that follow by annotation, and for none if none does', async () => {
    const spec = { annotated: { namespace: 'shop' }, pullSecret: TARGET.pullSecret };
    await setUp(cluster, { values }).deliver(spec, [deliveredImage()]);
    expect(calls().filter((call) => call.includes('secrets'))).toEqual([]);
    const entry = { from: { kind: 'ImageStreamTag', name: 'web:latest' }, fieldPath: 'spec.template.spec.containers[1].image' };
    for (const name of ['a', 'b']) cluster.put(oldWorkload('Deployment', name, annotated([entry])));
    await setUp(cluster, { values }).deliver(spec, [deliveredImage()]);
    expect(calls().filter((call) => call.includes('secrets'))).toEqual([`GET secrets/${NAME}`, 'POST shop/secrets']);
    expect(['a', 'b'].map((name) => imagesOf(cluster.read('Deployment', name))['web'])).toEqual([NEW, NEW]);
  });

  it('is only checked on a dry run', async () => {
    expect(await setUp(cluster, { values }).deliver(TARGET, images, { dryRun: true })).toMatchObject({ kind: 'delivered' });
    expect(cluster.read('Secret', NAME)).toBeUndefined();
  });

  it('is never told, even if the server repeats it', async () => {
    const encoded = Buffer.from(CONFIG).toString('base64');
    for (const status of [400, 403, 422, 500]) {
      cluster.fault(
        { method: 'POST', times: 1 },
        { status, body: JSON.stringify({ kind: 'Status', reason: 'Invalid', message: encoded }) },
      );
      const outcome = await setUp(cluster, { values }).deliver(TARGET, images);
      expect(outcome).toMatchObject({ message: `Secret shop/${NAME}: the API server answered ${status}` });
      expect(JSON.stringify(outcome)).not.toContain(encoded.slice(0, 20));
    }
  });

  it('that somebody else makes at the same time is a matter of trying again', async () => {
    cluster.onRequest = ({ method }) => {
      const { metadata } = { metadata: { name: NAME, labels: { 'image-streams.io/pull-secret-of': 'shop' } } };
      const data = { '.dockerconfigjson': Buffer.from('{}').toString('base64') };
      if (method === 'POST') cluster.put({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/dockerconfigjson', data });
    };
    expect(await setUp(cluster, { values }).deliver(TARGET, images)).toMatchObject({ kind: 'retry', reason: 'AlreadyExists' });
    expect(await setUp(cluster, { values }).deliver(TARGET, images)).toMatchObject({ kind: 'delivered' });
    expect(dataOf(cluster.read('Secret', NAME))).toBe(CONFIG);
  });
});
