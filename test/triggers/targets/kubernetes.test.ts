import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workloadKind } from '../../../functions/triggers/kubernetes/workloads.ts';
import { type ClusterFault, type KubernetesApi, startKubernetesApi } from '../../support/kubernetes-api/server.ts';
import { deliveredImage } from './aws/aws-delivery.ts';
import { annotated, imagesOf, KINDS, NEW, OLD, oldWorkload, setUp } from './kubernetes/kubernetes-target.ts';

let cluster: KubernetesApi;
beforeAll(async () => {
  cluster = await startKubernetesApi();
});
afterAll(() => cluster.close());
beforeEach(() => cluster.reset());

const objectOf = (kind: string) => ({ object: { kind, namespace: 'shop', name: 'web' } });
const patches = () => cluster.requests.filter(({ method }) => method === 'PATCH');
const base = (kind: string) => `${workloadKind(kind)?.podSpec.join('.') ?? ''}.`;

describe.each(KINDS)('a %s', (kind) => {
  it.each([
    ['name', { container: 'web' }, 'web'],
    ['name of an init container', { container: 'migrate' }, 'migrate'],
    ['index', { fieldPath: `${base(kind)}containers[1].image` }, 'web'],
    ['index of an init container', { fieldPath: `${base(kind)}initContainers[0].image` }, 'migrate'],
    ['selector', { fieldPath: `${base(kind)}containers[?(@.name=="web")].image` }, 'web'],
    ['selector, whichever list', { fieldPath: `${base(kind)}containers[?(@.name=="migrate")].image` }, 'migrate'],
  ])('gets the new image by %s, and nothing else changes', async (_, place, name) => {
    const before = cluster.put(oldWorkload(kind));
    const { deliver } = setUp(cluster);
    expect(await deliver(objectOf(kind), [deliveredImage(place)])).toEqual({
      kind: 'delivered',
      details: { object: `${kind} shop/web`, generation: '2' },
    });
    const after = cluster.read(kind, 'web');
    expect(imagesOf(after)).toEqual({ migrate: OLD, proxy: 'proxy:1', web: OLD, [name]: NEW });
    expect(JSON.parse(JSON.stringify(after?.['spec']).replace(NEW, OLD))).toEqual(before['spec']);
  });

  it('is patched once, however often it is told', async () => {
    cluster.put(oldWorkload(kind));
    const { deliver } = setUp(cluster);
    const images = [deliveredImage({ container: 'web' }), deliveredImage({ container: 'migrate' })];
    await deliver(objectOf(kind), images);
    expect(await deliver(objectOf(kind), images)).toMatchObject({ kind: 'delivered', message: 'the object has the images already' });
    expect(patches()).toHaveLength(1);
    expect(imagesOf(cluster.read(kind, 'web'))).toEqual({ migrate: NEW, proxy: 'proxy:1', web: NEW });
  });
});

describe('what is asked of the API server', () => {
  it('is one object, and one patch in our name for the version that was read', async () => {
    const { metadata } = cluster.put(oldWorkload('Deployment'));
    await setUp(cluster).deliver(objectOf('Deployment'), [deliveredImage({ container: 'web' })]);
    const path = '/apis/apps/v1/namespaces/shop/deployments/web';
    expect(cluster.requests.map((call) => [call.method, call.path, call.query.toString(), call.token])).toEqual([
      ['GET', path, '', cluster.token],
      ['PATCH', path, 'fieldManager=image-streams', cluster.token],
    ]);
    expect(JSON.parse(patches()[0]?.body.toString() ?? '')).toEqual({
      metadata: { resourceVersion: metadata.resourceVersion },
      spec: { template: { spec: { containers: [{ name: 'web', image: NEW }] } } },
    });
  });

  it('checks everything and changes nothing on a dry run', async () => {
    const before = cluster.put(oldWorkload('CronJob'));
    const images = [deliveredImage({ container: 'web' })];
    expect(await setUp(cluster).deliver(objectOf('CronJob'), images, { dryRun: true })).toMatchObject({ kind: 'delivered' });
    expect(patches().map(({ query }) => query.get('dryRun'))).toEqual(['All']);
    expect(cluster.read('CronJob', 'web')).toEqual(before);
  });

  it('is read again when somebody else is faster', async () => {
    cluster.put(oldWorkload('Deployment'));
    let edits = 0;
    cluster.onRequest = ({ method }) => {
      if (method === 'PATCH' && (edits += 1) <= 2) cluster.put(oldWorkload('Deployment', 'web', { labels: { edit: String(edits) } }));
    };
    expect(await setUp(cluster).deliver(objectOf('Deployment'), [deliveredImage({ container: 'web' })])).toMatchObject({
      kind: 'delivered',
    });
    expect(cluster.read('Deployment', 'web')).toMatchObject({ metadata: { labels: { edit: '2' } } });
    expect(imagesOf(cluster.read('Deployment', 'web'))['web']).toBe(NEW);
  });

  it('comes again later when somebody else is always faster', async () => {
    cluster.put(oldWorkload('Deployment'));
    let edits = 0;
    cluster.onRequest = ({ method }) => {
      if (method === 'PATCH') cluster.put(oldWorkload('Deployment', 'web', { labels: { edit: String((edits += 1)) } }));
    };
    expect(await setUp(cluster).deliver(objectOf('Deployment'), [deliveredImage({ container: 'web' })])).toMatchObject({
      kind: 'retry',
      reason: 'Conflict',
      message: expect.stringContaining('the object has been modified'),
    });
    expect(patches()).toHaveLength(3);
  });

  it('does not bring a container back that was taken out in between', async () => {
    cluster.put(oldWorkload('Deployment'));
    cluster.onRequest = ({ method }) => {
      if (method !== 'PATCH') return;
      const { spec } = oldWorkload('Deployment') as { spec: { template: { spec: { containers: object[] } } } };
      spec.template.spec.containers.pop();
      cluster.put({ ...oldWorkload('Deployment'), spec });
    };
    expect(await setUp(cluster).deliver(objectOf('Deployment'), [deliveredImage({ container: 'web' })])).toMatchObject({
      kind: 'refused',
      reason: 'UnknownContainer',
    });
    expect(imagesOf(cluster.read('Deployment', 'web'))).toEqual({ migrate: OLD, proxy: 'proxy:1' });
  });
});

describe('a place that is not there', () => {
  it.each([
    [{ container: 'api' }, 'UnknownContainer', 'Deployment shop/web: it has no container "api"'],
    [
      { fieldPath: `${base('Deployment')}containers[2].image` },
      'UnknownContainer',
      'Deployment shop/web: it has no container containers[2]',
    ],
    [
      { fieldPath: `${base('CronJob')}containers[0].image` },
      'InvalidFieldPath',
      expect.stringContaining('the field path of a Deployment must be'),
    ],
    [{}, 'NotAnnotated', 'Deployment shop/web: its annotation image.openshift.io/triggers does not follow shop/web:latest'],
  ])('%o is refused as %s', async (place, reason, message) => {
    cluster.put(oldWorkload('Deployment'));
    const images = [deliveredImage({ container: 'web' }), deliveredImage(place)];
    expect(await setUp(cluster).deliver(objectOf('Deployment'), images)).toEqual({ kind: 'refused', reason, message });
    expect(patches()).toEqual([]);
  });

  it('is no place for two images', async () => {
    cluster.put(oldWorkload('Deployment'));
    const images = [
      deliveredImage({ container: 'web' }),
      deliveredImage({ fieldPath: `${base('Deployment')}containers[1].image`, dockerImageReference: OLD }),
    ];
    expect(await setUp(cluster).deliver(objectOf('Deployment'), images)).toMatchObject({ kind: 'refused', reason: 'AmbiguousImage' });
  });

  it('may be what the annotation of the object says', async () => {
    const from = { kind: 'ImageStreamTag', name: 'web:latest' };
    cluster.put(oldWorkload('Deployment', 'web', annotated([{ from, fieldPath: `${base('Deployment')}containers[1].image` }])));
    expect(await setUp(cluster).deliver(objectOf('Deployment'), [deliveredImage()])).toMatchObject({ kind: 'delivered' });
    expect(imagesOf(cluster.read('Deployment', 'web'))['web']).toBe(NEW);
  });
});

describe('what goes wrong', () => {
  const once = (fault: ClusterFault, over: { signal?: AbortSignal } = {}, deps: Parameters<typeof setUp>[1] = {}) => {
    cluster.put(oldWorkload('Deployment'));
    cluster.fault({ method: 'PATCH' }, fault);
    return setUp(cluster, deps).deliver(objectOf('Deployment'), [deliveredImage({ container: 'web' })], over);
  };

  it.each<[number, 'retry' | 'refused']>([
    [400, 'refused'],
    [401, 'retry'],
    [403, 'refused'],
    [404, 'refused'],
    [409, 'retry'],
    [410, 'retry'],
    [413, 'refused'],
    [415, 'refused'],
    [422, 'refused'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
    [504, 'retry'],
  ])('%i means %s', async (status, kind) => {
    const outcome = await once({ status });
    expect(outcome).toMatchObject({ kind, message: expect.stringMatching(/^Deployment shop\/web: the API server answered \d+/) });
    expect((outcome as { reason: string }).reason).toMatch(/^[A-Z][A-Za-z]+$/);
  });

  it.each([429, 503])('%i comes again when the server says', async (status) => {
    expect(await once({ status, headers: { 'retry-after': '17' } })).toMatchObject({ kind: 'retry', retryAfter: 17 });
  });

  it('does not follow redirects', async () => {
    expect(await once({ status: 307, headers: { location: '/elsewhere' } })).toMatchObject({ kind: 'refused', reason: 'Redirected' });
    expect(cluster.requests.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it('does not show what the server says of the token, nor all that it says', async () => {
    const told = (message: string) => JSON.stringify({ kind: 'Status', reason: 'Forbidden', message });
    const echoed = await once({ status: 403, body: told(`no\n${cluster.token} no`) });
    expect(echoed).toMatchObject({ reason: 'Forbidden', message: 'Deployment shop/web: the API server answered 403: no ******** no' });
    const long = (await once({ status: 403, body: told('x'.repeat(5000)) })) as { message: string };
    expect(long.message.length).toBeLessThan(320);
    expect(await once({ status: 403, body: '<html>no</html>' })).toEqual({
      kind: 'refused',
      reason: 'Forbidden',
      message: 'Deployment shop/web: the API server answered 403',
    });
  });

  it('tells an API server from whatever else answers 200', async () => {
    expect(await once({ status: 200, body: '<html>welcome</html>' })).toMatchObject({ kind: 'refused', reason: 'NoApiServer' });
  });

  it('comes again when the connection breaks, hangs or the time is up', async () => {
    expect(await once('reset')).toMatchObject({
      kind: 'retry',
      reason: 'Unreachable',
      message: 'the API server cannot be reached: ECONNRESET',
    });
    expect(await once('hang', {}, { timeout: 100 })).toMatchObject({ kind: 'retry', reason: 'Timeout' });
    expect(await once('hang', { signal: AbortSignal.timeout(100) })).toMatchObject({ kind: 'retry', reason: 'Timeout' });
  });

  it('says which object is not there', async () => {
    expect(await setUp(cluster).deliver(objectOf('StatefulSet'), [deliveredImage({ container: 'web' })])).toEqual({
      kind: 'refused',
      reason: 'NotFound',
      message: 'StatefulSet shop/web: the API server answered 404: statefulsets.apps "web" not found',
    });
  });
});

describe('how the cluster is reached', () => {
  const images = [deliveredImage({ container: 'web' })];
  beforeEach(() => void cluster.put(oldWorkload('Deployment')));

  it('is not on a private address, unless the deployment allows it', async () => {
    const { deliver } = setUp(cluster, { allowPrivateAddresses: false });
    expect(await deliver(objectOf('Deployment'), images)).toMatchObject({ kind: 'refused', reason: 'ForbiddenAddress' });
    const server = cluster.url.replace('127.0.0.1', 'localhost');
    expect(await deliver({ ...objectOf('Deployment'), server }, images)).toMatchObject({ kind: 'refused', reason: 'ForbiddenAddress' });
    expect(cluster.requests).toEqual([]);
  });

  it('takes base64 of the CA bundle, and a path in front of the API', async () => {
    const caBundle = Buffer.from(cluster.ca).toString('base64');
    expect(await setUp(cluster).deliver({ ...objectOf('Deployment'), caBundle }, images)).toMatchObject({ kind: 'delivered' });
    const server = `${cluster.url}/clusters/one/`;
    expect(await setUp(cluster).deliver({ ...objectOf('Deployment'), server }, images)).toMatchObject({
      kind: 'refused',
      reason: 'NotFound',
    });
    expect(cluster.requests.at(-1)?.path).toBe('/clusters/one/apis/apps/v1/namespaces/shop/deployments/web');
  });

  it('does not trust a server that nobody vouches for, and sends it no token', async () => {
    expect(await setUp(cluster).deliver({ ...objectOf('Deployment'), caBundle: undefined }, images)).toMatchObject({
      kind: 'retry',
      reason: 'Unreachable',
      message: 'the API server cannot be reached: DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(cluster.requests).toEqual([]);
  });

  it.each([
    [{}, { tokenSecretRef: { name: 'gone', key: 'token' } }, 'NoToken'],
    [{ values: { 'deployer/token': 'two\nlines' } }, {}, 'InvalidToken'],
    [{}, { caBundle: 'nonsense' }, 'InvalidCaBundle'],
    [{}, { server: 'http://127.0.0.1' }, 'InvalidServer'],
  ])('%o %o is refused as %s', async (setting, spec, reason) => {
    expect(await setUp(cluster, setting).deliver({ ...objectOf('Deployment'), ...spec }, images)).toMatchObject({
      kind: 'refused',
      reason,
    });
    expect(cluster.requests).toEqual([]);
  });

  it('says that a token is refused', async () => {
    expect(await setUp(cluster, { values: { 'deployer/token': 'old' } }).deliver(objectOf('Deployment'), images)).toMatchObject({
      kind: 'retry',
      reason: 'Unauthorized',
    });
  });
});
