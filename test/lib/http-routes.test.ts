import { describe, expect, it } from 'vitest';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import type { ResourceEntry } from '../../functions/resources/table/entry.ts';
import { ADMISSION_ROUTES, OPEN_ROUTES, resourceRoutes } from '../../lib/http-routes.ts';

const streams: ResourceEntry = {
  group: 'image.openshift.io',
  version: 'v1',
  resource: 'imagestreams',
  kind: 'ImageStream',
  singular: 'imagestream',
  namespaced: true,
  verbs: ['get'],
  function: 'streams',
};

describe('resourceRoutes', () => {
  it('serves a namespaced resource over all namespaces, in one, and below', () => {
    expect(resourceRoutes([streams])).toEqual([
      { path: '/apis/image.openshift.io/v1/imagestreams', function: 'streams' },
      { path: '/apis/image.openshift.io/v1/namespaces/{namespace}/imagestreams', function: 'streams' },
      { path: '/apis/image.openshift.io/v1/namespaces/{namespace}/imagestreams/{proxy+}', function: 'streams' },
    ]);
  });

  it('serves a cluster-scoped resource of the core group', () => {
    expect(resourceRoutes([{ ...streams, group: '', resource: 'namespaces', namespaced: false, function: 'access' }])).toEqual([
      { path: '/api/v1/namespaces', function: 'access' },
      { path: '/api/v1/namespaces/{proxy+}', function: 'access' },
    ]);
  });

  it('lets a subresource of the same function ride on the greedy route', () => {
    expect(resourceRoutes([streams, { ...streams, subresource: 'layers' }])).toEqual(resourceRoutes([streams]));
  });

  it('gives a subresource of another function a route of its own', () => {
    const secrets: ResourceEntry = { ...streams, subresource: 'secrets', function: 'access' };
    expect(resourceRoutes([streams, secrets]).at(-1)).toEqual({
      path: '/apis/image.openshift.io/v1/namespaces/{namespace}/imagestreams/{name}/secrets',
      function: 'access',
    });
  });

  it.each(RESOURCE_TABLE)('$resource $subresource: at most three routes', (entry) => {
    expect(resourceRoutes([{ ...entry, verbs: [] }]).length).toBeLessThanOrEqual(3);
  });

  it('gives the old watch paths of a group version one route, whatever can be watched there', () => {
    const watched: ResourceEntry = { ...streams, verbs: ['watch'] };
    const routes = resourceRoutes([streams, watched, { ...watched, resource: 'images', namespaced: false }]);
    expect(routes.filter(({ path }) => path.includes('/watch/'))).toEqual([
      { path: '/apis/image.openshift.io/v1/watch/{proxy+}', function: 'streams' },
    ]);
  });

  it('has no path twice', () => {
    const paths = [...resourceRoutes(RESOURCE_TABLE), ...OPEN_ROUTES, ...ADMISSION_ROUTES].map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });
});
