import { describe, expect, it } from 'vitest';
import type { SecretStore, StoredSecret } from '../../../functions/access/ports.ts';
import { createSecretHandlers } from '../../../functions/resources/secrets/handlers.ts';
import { retryOnConflict } from '../../../functions/store/retry-on-conflict.ts';
import { anyNamespace, memoryStore, sender } from '../plain-store.ts';

const SECRETS = '/api/v1/namespaces/shop/secrets';
const MERGE = 'application/merge-patch+json';
const base64 = (text: string) => Buffer.from(text).toString('base64');

function setUp() {
  const store = memoryStore<StoredSecret>();
  const objects: SecretStore = { ...store, listPullSecrets: async () => [] };
  const retry = <T>(attempt: () => Promise<T>) => retryOnConflict(attempt, { sleep: async () => undefined, attempts: 3 });
  const send = sender('/v1/secrets', createSecretHandlers({ objects, namespaces: anyNamespace, retry }));
  const create = (secret: object, query = '') => send('POST', `${SECRETS}${query}`, { metadata: { name: 'a' }, ...secret });
  return { store, send, create };
}

describe('secrets', () => {
  it('are created, read, listed and deleted', async () => {
    const { send, create } = setUp();
    const { code, body } = await create({ metadata: { name: 'a', labels: { x: 'y' } }, data: { k: base64('v') }, unknown: 1 });
    expect(code).toBe(201);
    expect(body).toEqual({
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: {
        name: 'a',
        namespace: 'shop',
        uid: expect.any(String) as string,
        resourceVersion: '1',
        creationTimestamp: '2026-01-02T00:00:00Z',
        labels: { x: 'y' },
        managedFields: [
          {
            manager: 'unknown',
            operation: 'Update',
            apiVersion: 'v1',
            time: '2026-01-02T00:00:00Z',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:data': { 'f:k': {} }, 'f:metadata': { 'f:labels': { 'f:x': {} } } },
          },
        ],
      },
      data: { k: base64('v') },
      type: 'Opaque',
    });
    expect((await send('GET', `${SECRETS}/a`)).body).toEqual(body);
    const { kind: _kind, apiVersion: _apiVersion, ...unnamed } = body;
    expect((await send('GET', SECRETS)).body).toEqual({
      kind: 'SecretList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '7' },
      items: [unnamed],
    });
    expect((await send('GET', `${SECRETS}?fieldSelector=type%3DOpaque&labelSelector=x%3Dz`)).body.items).toEqual([]);
    expect((await send('GET', `${SECRETS}?fieldSelector=type!%3DOpaque`)).body.items).toEqual([]);
    expect((await send('GET', `${SECRETS}?fieldSelector=data%3Dx`)).code).toBe(400);
    expect(await send('DELETE', `${SECRETS}/a`)).toMatchObject({
      code: 200,
      body: { status: 'Success', details: { name: 'a', kind: 'secrets' } },
    });
    expect(await send('GET', `${SECRETS}/a`)).toMatchObject({ code: 404, body: { message: 'secrets "a" not found' } });
    expect((await send('DELETE', `${SECRETS}/a`)).code).toBe(404);
  });

  it('merge stringData into data, also by a patch', async () => {
    const { send, create } = setUp();
    const created = await create({ data: { a: base64('1'), b: base64('2') }, stringData: { b: 'ü' } });
    expect(created.body.data).toEqual({ a: base64('1'), b: base64('ü') });
    expect(created.body).not.toHaveProperty('stringData');
    const patched = await send('PATCH', `${SECRETS}/a`, { stringData: { c: '3' }, data: { a: null } }, MERGE);
    expect(patched.body.data).toEqual({ b: base64('ü'), c: base64('3') });
  });

  it('are shown in a table', async () => {
    const { send, create } = setUp();
    await create({ data: { a: '', b: '' }, type: 'team/custom' });
    const accept = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };
    const { body } = await send('GET', SECRETS, undefined, 'application/json', accept);
    expect(body.columnDefinitions).toMatchObject(['Name', 'Type', 'Data', 'Age'].map((name) => ({ name })));
    expect(body.rows[0].cells).toEqual(['a', 'team/custom', 2, '0s']);
  });

  it.each<[string, object, number, RegExp]>([
    ['no name', { metadata: {} }, 422, /metadata.name: Required value: name or generateName is required/],
    [
      'a bad name',
      { metadata: { name: 'A_b' } },
      422,
      /Secret "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain/,
    ],
    ['a bad label', { metadata: { name: 'a', labels: { 'a b': '' } } }, 422, /metadata.labels: Invalid value: "a b"/],
    ['a bad key', { data: { 'a/b': '' } }, 422, /data\[a\/b\]: Invalid value: "a\/b": a valid config key/],
    ['a key of dots', { data: { '..x': '' } }, 422, /must not start with '\.\.'/],
    ['no base64', { data: { k: 'hunter2!' } }, 400, /illegal base64 data at input byte 7/],
    ['a number', { data: { k: 7 } }, 400, /cannot unmarshal number into Go struct field Secret.data of type \[\]uint8/],
    ['a list', { stringData: ['hunter2'] }, 400, /cannot unmarshal array/],
    ['a bad immutable', { immutable: 'hunter2' }, 400, /Secret.immutable of type bool/],
    ['a resourceVersion', { metadata: { name: 'a', resourceVersion: '1' } }, 400, /resourceVersion should not be set/],
    ['no .dockercfg', { type: 'kubernetes.io/dockercfg' }, 422, /data\[.dockercfg\]: Required value/],
    ['no .dockerconfigjson', { type: 'kubernetes.io/dockerconfigjson' }, 422, /data\[.dockerconfigjson\]: Required value/],
    [
      'a broken .dockerconfigjson',
      { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{"hunter2' } },
      422,
      /data\[.dockerconfigjson\]: Invalid value: "<secret contents redacted>": must be a JSON object/,
    ],
    [
      'no user and no password',
      { type: 'kubernetes.io/basic-auth' },
      422,
      /\[data\[username\]: Required value, data\[password\]: Required value\]/,
    ],
    ['no ssh key', { type: 'kubernetes.io/ssh-auth', data: { 'ssh-privatekey': '' } }, 422, /data\[ssh-privatekey\]: Required value/],
    ['no certificate', { type: 'kubernetes.io/tls', data: { 'tls.key': '' } }, 422, /data\[tls.crt\]: Required value$/],
    ['a token', { type: 'kubernetes.io/service-account-token' }, 422, /type: Forbidden/],
    [
      'too much',
      { data: { k: Buffer.alloc(1024 * 1024 + 1).toString('base64') } },
      422,
      /data: Too long: may not be more than 1048576 bytes/,
    ],
  ])('are refused with %s', async (_, secret, code, message) => {
    const { store, create } = setUp();
    const answer = await create(secret);
    expect(answer.code).toBe(code);
    expect(answer.body.message).toMatch(message);
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    expect(store.writes).toBe(0);
  });

  it.each([
    ['kubernetes.io/dockercfg', { '.dockercfg': '{}' }],
    ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{"auths":{}}' }],
    ['kubernetes.io/basic-auth', { password: '' }],
    ['kubernetes.io/ssh-auth', { 'ssh-privatekey': 'x' }],
    ['kubernetes.io/tls', { 'tls.crt': '', 'tls.key': '' }],
    ['constructor', {}],
  ])('of type %s need no more than that', async (type, stringData) => {
    expect((await setUp().create({ type, stringData })).code).toBe(201);
  });

  it('are created once, in a namespace that exists', async () => {
    const { send, create } = setUp();
    await create({});
    expect(await create({})).toMatchObject({ code: 409, body: { reason: 'AlreadyExists' } });
    expect(await create({}, '?dryRun=All')).toMatchObject({ code: 409 });
    expect(await send('POST', '/api/v1/namespaces/missing/secrets', { metadata: { name: 'a' } })).toMatchObject({
      code: 404,
      body: { message: 'namespaces "missing" not found' },
    });
    expect((await create({ metadata: { generateName: 'x-' } })).body.metadata.name).toMatch(/^x-[0-9a-f]{5}$/);
  });

  it('keep their type', async () => {
    const { store, send, create } = setUp();
    const type = 'kubernetes.io/basic-auth';
    await create({ type, data: { username: '' } });
    expect((await send('PUT', `${SECRETS}/a`, { metadata: { name: 'a' }, data: { password: '' } })).body).toMatchObject({
      type,
      data: { password: '' },
    });
    expect(store.writes).toBe(2);
    expect(await send('PATCH', `${SECRETS}/a`, { type: 'Opaque' }, MERGE)).toMatchObject({
      code: 422,
      body: { message: 'Secret "a" is invalid: type: Invalid value: "Opaque": field is immutable' },
    });
  });

  it('that are immutable keep their data, not their labels', async () => {
    const { send, create } = setUp();
    await create({ data: { k: base64('v') }, immutable: true });
    const patch = (body: object) => send('PATCH', `${SECRETS}/a`, body, MERGE);
    expect((await patch({ data: { k: base64('w') } })).body.message).toMatch(/data: Forbidden: field is immutable when `immutable` is set/);
    expect((await patch({ immutable: null })).body.message).toMatch(/immutable: Forbidden/);
    expect((await patch({ metadata: { labels: { a: 'b' } } })).code).toBe(200);
  });

  it('are changed as they were read, and only when something changes', async () => {
    const { store, send, create } = setUp();
    const { body } = await create({ data: { k: '' } });
    await send('PUT', `${SECRETS}/a`, body);
    expect(store.writes).toBe(1);
    await send('PUT', `${SECRETS}/a?dryRun=All`, { ...body, data: {} });
    expect(store.writes).toBe(1);
    expect((await send('PUT', `${SECRETS}/a`, { ...body, data: {} })).body.metadata.resourceVersion).toBe('2');
    expect(await send('PUT', `${SECRETS}/a`, body)).toMatchObject({ code: 409, body: { reason: 'Conflict' } });
    expect(await send('DELETE', `${SECRETS}/a`, { preconditions: { uid: 'other' } })).toMatchObject({ code: 409 });
    expect((await send('PUT', `${SECRETS}/b`, { metadata: { name: 'b' } })).code).toBe(404);
  });
});
