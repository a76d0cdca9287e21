import { describe, expect, it, test } from 'vitest';
import type { StoredResourceQuota } from '../../../functions/access/ports.ts';
import type { ObjectHead } from '../../../functions/resources/ports.ts';
import { createResourceQuotaHandlers } from '../../../functions/resources/resourcequotas/handlers.ts';
import { anyNamespace, memoryStore, sender } from '../plain-store.ts';

const QUOTAS = '/api/v1/namespaces/shop/resourcequotas';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

function setUp(streams = 2) {
  const objects = memoryStore<StoredResourceQuota>();
  const heads = Array.from({ length: streams + 1 }, (_, index) => ({ name: `s${index}`, isDeleted: index === 0 }) as ObjectHead);
  const reader = { readHeads: async () => ({ heads, units: 1 }) };
  const api = { objects, streams: reader, namespaces: anyNamespace, retry: <T>(attempt: () => Promise<T>) => attempt() };
  return { objects, send: sender('/v1/resourcequotas', createResourceQuotaHandlers(api)) };
}

const quota = (hard: object, spec: object = {}) => ({
  kind: 'ResourceQuota',
  apiVersion: 'v1',
  metadata: { name: 'few' },
  spec: { hard, ...spec },
});

describe('a quota', () => {
  it('shows what there is beside what there may be', async () => {
    const { send } = setUp();
    const hard = { 'openshift.io/imagestreams': '10', 'count/imagestreams.image.openshift.io': '1k', pods: 4, 'requests.memory': '1024Mi' };
    const { code, body } = await send('POST', QUOTAS, quota(hard));
    const canonical = { ...hard, pods: '4', 'requests.memory': '1Gi' };
    const used = { 'openshift.io/imagestreams': '2', 'count/imagestreams.image.openshift.io': '2' };
    expect([code, body.spec.hard, body.status]).toEqual([201, canonical, { hard: canonical, used }]);
    expect((await send('GET', `${QUOTAS}/few`)).body.status).toEqual({ hard: canonical, used });
    expect((await send('GET', '/api/v1/resourcequotas')).body).toMatchObject({ kind: 'ResourceQuotaList', items: [{ status: { used } }] });
  });

  it('is printed as kubectl prints it', async () => {
    const { send } = setUp();
    await send('POST', QUOTAS, quota({ 'openshift.io/imagestreams': '10', 'limits.cpu': '2', pods: '3' }));
    const { body } = await send('GET', QUOTAS, undefined, 'application/json', { accept: TABLE });
    expect(body).toMatchObject({
      columnDefinitions: [{ name: 'Name' }, { name: 'Request' }, { name: 'Limit' }, { name: 'Age' }],
      rows: [{ cells: ['few', 'openshift.io/imagestreams: 2/10, pods: 0/3', 'limits.cpu: 0/2', expect.any(String)] }],
    });
  });

  it('counts nothing here when it is about certain pods', async () => {
    const { send } = setUp();
    const { body } = await send('POST', QUOTAS, quota({ 'openshift.io/imagestreams': '1' }, { scopes: ['BestEffort'] }));
    expect(body.status).toEqual({ hard: { 'openshift.io/imagestreams': '1' } });
  });

  it('is not written again when amounts are spelled otherwise, nor by a client that sends the status back', async () => {
    const { send, objects } = setUp();
    await send('POST', QUOTAS, quota({ 'openshift.io/imagestreams': '1000' }));
    await send('PUT', `${QUOTAS}/few`, { ...quota({ 'openshift.io/imagestreams': '1k' }), status: { used: { pods: '1' } } });
    expect(objects.writes).toBe(1);
  });
});

describe('refusals', () => {
  test.each<[string, object, string]>([
    ['an unknown resource', { streams: '1' }, 'spec.hard[streams]: Invalid value: "streams": must be a standard resource for quota'],
    ['less than nothing', { pods: '-1' }, 'spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0'],
    [
      'half a stream',
      { 'openshift.io/imagestreams': '1500m' },
      'spec.hard[openshift.io/imagestreams]: Invalid value: "1500m": must be an integer',
    ],
  ])('%s', async (_what, hard, message) => {
    const { code, body } = await setUp().send('POST', QUOTAS, quota(hard));
    expect([code, body.message]).toEqual([422, `ResourceQuota "few" is invalid: ${message}`]);
  });

  it('what is no quantity', async () => {
    expect((await setUp().send('POST', QUOTAS, quota({ pods: 'many' }))).code).toBe(400);
  });

  it('other scopes', async () => {
    const { send } = setUp();
    await send('POST', QUOTAS, quota({ pods: '1' }));
    const { code, body } = await send('PUT', `${QUOTAS}/few`, quota({ pods: '1' }, { scopes: ['Terminating'] }));
    expect([code, body.details.causes[0]]).toMatchObject([422, { field: 'spec.scopes' }]);
  });
});
