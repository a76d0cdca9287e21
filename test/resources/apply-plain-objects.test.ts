/** Server-side apply of objects that are one item each. */
import { describe, expect, it } from 'vitest';
import type { StoredLimitRange, StoredSecret, StoredServiceAccount } from '../../functions/access/ports.ts';
import { createLimitRangeHandlers } from '../../functions/resources/limitranges/handlers.ts';
import { createSecretHandlers } from '../../functions/resources/secrets/handlers.ts';
import { createServiceAccountHandlers } from '../../functions/resources/serviceaccounts/handlers.ts';
import { retryOnConflict } from '../../functions/store/retry-on-conflict.ts';
import { setUp } from './imagetriggers/fixtures.ts';
import { anyNamespace, memoryStore, sender } from './plain-store.ts';

const APPLY = 'application/apply-patch+yaml';
const retry = <T>(attempt: () => Promise<T>) => retryOnConflict(attempt, { sleep: async () => undefined });

function secrets() {
  const store = memoryStore<StoredSecret>();
  const objects = { ...store, listPullSecrets: async () => [] };
  const send = sender('/v1/secrets', createSecretHandlers({ objects, namespaces: anyNamespace, retry }));
  const apply = (secret: object, manager = 'flux', namespace = 'shop') =>
    send(
      'PATCH',
      `/api/v1/namespaces/${namespace}/secrets/a?fieldManager=${manager}`,
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...secret },
      APPLY,
    );
  return { store, send, apply };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('applying a secret', () => {
  it('creates, changes nothing the second time, and takes out what is no longer applied', async () => {
    const { store, apply } = secrets();
    const made = await apply({ data: { a: base64('1'), b: base64('2') } });
    expect(made.code).toBe(201);
    expect(made.body.metadata.managedFields).toMatchObject([
      { manager: 'flux', operation: 'Apply', apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} } } },
    ]);
    expect(await apply({ data: { a: base64('1'), b: base64('2') } })).toEqual({ code: 200, body: made.body });
    expect(store.writes).toBe(1);
    expect((await apply({ data: { b: base64('2') } })).body.data).toEqual({ b: base64('2') });
    expect(store.objects.get('shop/a')?.managedFields).toHaveLength(1);
  });

  it('owns by key of the data, also what it gives as stringData', async () => {
    const { apply } = secrets();
    await apply({ stringData: { a: '1', b: '2' } });
    expect((await apply({ data: { a: base64('9') } }, 'argo')).body.message).toBe(
      'Apply failed with 1 conflict: conflict with "flux": .data.a',
    );
    expect((await apply({ data: { c: base64('3') } }, 'argo')).code).toBe(200);
    expect((await apply({ stringData: { b: '2' } })).body.data).toEqual({ b: base64('2'), c: base64('3') });
  });

  it('needs its namespace', async () => {
    const { apply } = secrets();
    expect(await apply({}, 'flux', 'missing')).toMatchObject({ code: 404, body: { details: { kind: 'namespaces' } } });
  });

  it('is checked as any other write', async () => {
    const { apply } = secrets();
    expect((await apply({ type: 'kubernetes.io/dockerconfigjson', data: {} })).code).toBe(422);
    expect((await apply({ data: { a: 'no base64' } })).code).toBe(400);
  });
});

it('a service account is applied by reference, each as a whole', async () => {
  const objects = memoryStore<StoredServiceAccount>();
  const send = sender('/v1/serviceaccounts', createServiceAccountHandlers({ objects, namespaces: anyNamespace, retry }));
  const apply = (names: readonly string[], manager: string) => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ci' }, secrets: names.map((name) => ({ name })) };
    return send('PATCH', `/api/v1/namespaces/shop/serviceaccounts/ci?fieldManager=${manager}`, account, APPLY);
  };
  expect((await apply(['one'], 'flux')).code).toBe(201);
  expect((await apply(['two'], 'argo')).body.secrets).toEqual([{ name: 'one' }, { name: 'two' }]);
  const { body } = await apply([], 'flux');
  expect(body.secrets).toEqual([{ name: 'two' }]);
  expect(body.metadata.managedFields).toMatchObject([{ manager: 'argo', fieldsV1: { 'f:secrets': { 'k:{"name":"two"}': {} } } }]);
});

it('a trigger is applied without a write when nothing changes, its secret included', async () => {
  const { handlers, triggers } = setUp();
  const key = 'delivery.image-streams.io/v1/imagetriggers';
  const send = sender(key, handlers);
  const webhook = { url: 'https://hooks.example.com/x', signingSecret: `whsec_${Buffer.alloc(24, 2).toString('base64')}` };
  const apply = (over: object = {}) =>
    send(
      'PATCH',
      '/apis/delivery.image-streams.io/v1/namespaces/shop/imagetriggers/deploy?fieldManager=flux',
      {
        apiVersion: 'delivery.image-streams.io/v1',
        kind: 'ImageTrigger',
        metadata: { name: 'deploy' },
        spec: { images: [{ from: { name: 'app:1' } }], target: { webhook }, ...over },
      },
      APPLY,
    );
  expect((await apply()).code).toBe(201);
  const stored = triggers.current;
  expect(stored?.managedFields?.[0]?.fieldsV1).toEqual({
    'f:spec': { 'f:images': {}, 'f:target': { 'f:webhook': { 'f:signingSecret': {}, 'f:url': {} } } },
  });
  expect((await apply()).code).toBe(200);
  expect(triggers.current).toBe(stored);
  expect((await apply({ paused: true })).body.spec.paused).toBe(true);
  expect((await apply()).body.spec).not.toHaveProperty('paused');
});

it('a limit range is applied without a write when an amount is only spelled otherwise', async () => {
  const objects = memoryStore<StoredLimitRange>();
  const send = sender('/v1/limitranges', createLimitRangeHandlers({ objects, namespaces: anyNamespace, retry }));
  const apply = (storage: string) => {
    const spec = { limits: [{ type: 'openshift.io/Image', max: { storage } }] };
    const range = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'a' }, spec };
    return send('PATCH', '/api/v1/namespaces/shop/limitranges/a?fieldManager=flux', range, APPLY);
  };
  expect((await apply('1Gi')).code).toBe(201);
  expect((await apply('1024Mi')).code).toBe(200);
  expect(objects.writes).toBe(1);
});
