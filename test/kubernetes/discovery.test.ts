import { describe, expect, it } from 'vitest';
import { createDiscoveryApi } from '../../functions/kubernetes/discovery.ts';
import { ENTRIES } from './toy-resource.ts';

const api = createDiscoveryApi({ entries: ENTRIES, version: { major: '1', minor: '31', gitVersion: 'v1.31.0' } });

/** Captured from oc and kubectl (clients-on-the-wire.md §1.2). */
const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

function get(path: string, accept?: string, method = 'GET', more: Record<string, string> = {}) {
  const headers: Record<string, string> = { ...more, ...(accept === undefined ? {} : { accept }) };
  return api({ method, path, query: new URLSearchParams('timeout=32s'), headers, body: null, identity: null, requestId: 'r-1' });
}

function read({ body }: { readonly body: unknown }): unknown {
  return JSON.parse(body as string) as unknown;
}

describe('aggregated discovery', () => {
  it('lists the groups with resources and subresources, under its exact media type', async () => {
    const response = await get('/apis', AGGREGATED);
    expect(response.headers).toMatchObject({
      'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      vary: 'Accept',
    });
    expect(read(response)).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: [{ metadata: { name: 'example.io', creationTimestamp: null }, versions: [{ version: 'v1', freshness: 'Current' }] }],
    });
    expect((read(response) as { items: { versions: { resources: unknown[] }[] }[] }).items[0]?.versions[0]?.resources[0]).toEqual({
      resource: 'widgets',
      responseKind: { group: 'example.io', version: 'v1', kind: 'Widget' },
      scope: 'Namespaced',
      singularResource: 'widget',
      verbs: ['create', 'delete', 'get', 'list', 'patch', 'update'],
      shortNames: ['wi'],
      categories: ['all'],
      subresources: [{ subresource: 'size', responseKind: { group: 'autoscaling', version: 'v2', kind: 'Scale' }, verbs: ['get'] }],
    });
  });

  it('has the core group under /api, without a name', async () => {
    expect(read(await get('/api', AGGREGATED))).toMatchObject({
      items: [
        { metadata: { creationTimestamp: null }, versions: [{ version: 'v1', resources: [{ resource: 'namespaces', scope: 'Cluster' }] }] },
      ],
    });
  });

  it('speaks v2beta1 to those who know nothing newer', async () => {
    const response = await get('/apis', 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json');
    expect(response.headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList');
    expect(read(response)).toMatchObject({ apiVersion: 'apidiscovery.k8s.io/v2beta1' });
  });

  it('is sent once to those who keep it', async () => {
    const { headers } = await get('/apis', AGGREGATED);
    expect(headers).toMatchObject({ 'cache-control': 'public', etag: expect.stringMatching(/^"[0-9A-F]{128}"$/) as string });
    const known = { 'if-none-match': headers['etag'] ?? '' };
    expect(await get('/apis', AGGREGATED, 'GET', known)).toMatchObject({ code: 304, body: '', headers: { etag: headers['etag'] } });
    expect((await get('/api', AGGREGATED, 'GET', known)).code).toBe(200);
    expect((await get('/apis', 'application/json', 'GET', known)).headers).not.toHaveProperty('etag');
  });
});

describe('legacy discovery', () => {
  it.each([undefined, 'application/json', 'application/json, */*', `application/json,${AGGREGATED}`])('is what %j gets', async (accept) => {
    const response = await get('/apis', accept);
    expect(response.headers['content-type']).toBe('application/json');
    const version = { groupVersion: 'example.io/v1', version: 'v1' };
    expect(response.body).toEqual({
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [{ name: 'example.io', versions: [version], preferredVersion: version }],
    });
  });

  it('has a document per level', async () => {
    expect((await get('/api')).body).toEqual({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
    expect((await get('/apis/example.io')).body).toMatchObject({ kind: 'APIGroup', apiVersion: 'v1', name: 'example.io' });
    expect((await get('/api/v1')).body).toMatchObject({
      kind: 'APIResourceList',
      groupVersion: 'v1',
      resources: [{ name: 'namespaces', namespaced: false }],
    });
    expect((await get('/apis/example.io/v1/')).body).toMatchObject({
      kind: 'APIResourceList',
      groupVersion: 'example.io/v1',
      resources: [
        { name: 'widgets', singularName: 'widget', namespaced: true, kind: 'Widget', shortNames: ['wi'], categories: ['all'] },
        { name: 'widgets/size', singularName: '', group: 'autoscaling', version: 'v2', kind: 'Scale', verbs: ['get'] },
        { name: 'results' },
        { name: 'elsewhere' },
      ],
    });
  });
});

describe('the rest', () => {
  it('says its version, its paths and that it lives', async () => {
    expect((await get('/version')).body).toMatchObject({ gitVersion: 'v1.31.0' });
    expect((await get('/')).body).toEqual({
      paths: ['/api', '/api/v1', '/apis', '/apis/example.io', '/apis/example.io/v1', '/healthz', '/livez', '/readyz', '/version'],
    });
    for (const path of ['/healthz', '/livez', '/readyz']) {
      expect(await get(path)).toMatchObject({ code: 200, body: 'ok', headers: { 'content-type': 'text/plain; charset=utf-8' } });
    }
    expect((await get('/', undefined, 'HEAD')).code).toBe(200);
    const verbose = await api({
      ...{ method: 'GET', path: '/readyz', query: new URLSearchParams('verbose'), headers: {} },
      ...{ body: null, identity: null, requestId: 'r-1' },
    });
    expect(verbose.body).toBe('[+]ping ok\nreadyz check passed\n');
  });

  it.each([
    '/openapi/v2',
    '/openapi/v3',
    '/apis/none.io',
    '/apis/example.io/v2',
    '/.well-known/oauth-authorization-server',
    '/foo',
    '/apis/config.openshift.io/v1/clusterversions/version',
  ])('%s is a plain 404', async (path) => {
    expect(await get(path, AGGREGATED)).toMatchObject({
      code: 404,
      body: '404 page not found\n',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  });

  it('is read only', async () => {
    expect((await get('/apis', undefined, 'POST')).code).toBe(404);
  });
});
