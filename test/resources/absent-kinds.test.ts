import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../functions/kubernetes/handlers.ts';
import { listAbsentKind } from '../../functions/resources/absent-kinds.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';

function get(url: string, method = 'GET') {
  const [path = '', query = ''] = url.split('?');
  const request: ApiRequest = { method, path, query: new URLSearchParams(query), headers: {}, body: null, identity: null, requestId: 'r' };
  return listAbsentKind(request);
}

describe('lists of what lives elsewhere', () => {
  it.each([
    ['/api/v1/pods', 'PodList', 'v1'],
    ['/api/v1/namespaces/shop/pods', 'PodList', 'v1'],
    ['/api/v1/replicationcontrollers', 'ReplicationControllerList', 'v1'],
    ['/apis/apps/v1/namespaces/shop/deployments', 'DeploymentList', 'apps/v1'],
    ['/apis/batch/v1/cronjobs', 'CronJobList', 'batch/v1'],
    ['/apis/build.openshift.io/v1/builds', 'BuildList', 'build.openshift.io/v1'],
  ])('%s is empty', (url, kind, apiVersion) => {
    expect(get(url)).toMatchObject({ code: 200, body: { kind, apiVersion, metadata: { resourceVersion: '1' }, items: [] } });
  });

  it.each([
    '/api/v1/namespaces/shop/pods/web',
    '/api/v1/namespaces/shop/pods/web/log',
    '/api/v1/pods?watch=true',
    '/api/v1/secrets',
    '/api/v1/constructor',
    '/apis/apps/v1beta1/deployments',
    '/version',
    '/',
  ])('%s is none', (url) => {
    expect(get(url)).toBeNull();
  });

  it('are only read', () => {
    expect(get('/api/v1/namespaces/shop/pods', 'POST')).toBeNull();
    expect(get('/api/v1/namespaces/shop/pods', 'DELETE')).toBeNull();
  });

  it('hide nothing that is served', () => {
    const paths = RESOURCE_TABLE.map(
      ({ group, version, resource }) => `${group === '' ? '/api' : `/apis/${group}`}/${version}/${resource}`,
    );
    expect(paths.filter((path) => get(path) !== null)).toEqual([]);
  });
});
