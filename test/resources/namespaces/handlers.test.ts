import { describe, expect, it } from 'vitest';
import type { ApiRequest } from '../../../functions/kubernetes/handlers.ts';
import { createApi } from '../../../functions/kubernetes/pipeline.ts';
import { createNamespaceHandlers } from '../../../functions/resources/namespaces/handlers.ts';
import { RESOURCE_TABLE } from '../../../functions/resources/resource-table.ts';
import { storeStatus } from '../../../functions/resources/store-status.ts';
import { memoryNamespaces } from './memory-namespaces.ts';
import { EVERYBODY_MAY } from '../../support/everybody-may.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');

function setUp() {
  const { stored, ...namespaceApi } = memoryNamespaces();
  const api = createApi({
    entries: RESOURCE_TABLE,
    resources: new Map([['/v1/namespaces', createNamespaceHandlers(namespaceApi)]]),
    authorizer: EVERYBODY_MAY,
    clock: () => NOW,
    mapError: storeStatus,
    onError: (error) => {
      throw error;
    },
  });
  const send = (method: string, url: string, request: Partial<ApiRequest> = {}) => {
    const [path = '', query = ''] = url.split('?');
    const identity = { user: 'alice', groups: [] };
    return api({ method, path, query: new URLSearchParams(query), headers: {}, body: null, identity, requestId: 'r', ...request });
  };
  const create = (metadata: unknown, url = '/api/v1/namespaces') =>
    send('POST', url, { body: Buffer.from(JSON.stringify({ kind: 'Namespace', metadata })) });
  return { stored, send, create };
}

describe('namespaces', () => {
  it('are created and read', async () => {
    const { send, create } = setUp();
    const expected = {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: {
        name: 'proj',
        uid: 'uid-proj',
        resourceVersion: '5',
        creationTimestamp: '2026-01-02T00:00:00.000Z',
        labels: { team: 'a', 'kubernetes.io/metadata.name': 'proj' },
        managedFields: [
          {
            manager: 'unknown',
            operation: 'Update',
            apiVersion: 'v1',
            time: '2026-01-02T00:00:00Z',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:metadata': { 'f:labels': { 'f:kubernetes.io/metadata.name': {}, 'f:team': {} } } },
          },
        ],
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    };
    expect(await create({ name: 'proj', labels: { team: 'a', 'kubernetes.io/metadata.name': 'lie' } })).toMatchObject({
      code: 201,
      body: expected,
    });
    expect((await send('GET', '/api/v1/namespaces/proj')).body).toEqual(expected);
    expect(await send('GET', '/api/v1/namespaces/none')).toMatchObject({ code: 404, body: { message: 'namespaces "none" not found' } });
    expect(await create({ name: 'proj' })).toMatchObject({
      code: 409,
      body: { reason: 'AlreadyExists', message: 'namespaces "proj" already exists' },
    });
  });

  it('are created by kubectl 1.33, in protobuf', async () => {
    const { send, stored } = setUp();
    // Captured: kubectl create namespace proj.
    const meta = [0x0a, 4, ...Buffer.from('proj'), 0x12, 0, 0x1a, 0, 0x22, 0, 0x2a, 0, 0x32, 0, 0x38, 0, 0x42, 0];
    const raw = [0x0a, meta.length, ...meta, 0x12, 0, 0x1a, 2, 0x0a, 0];
    const type = [0x0a, 2, ...Buffer.from('v1'), 0x12, 9, ...Buffer.from('Namespace')];
    const body = Uint8Array.from([0x6b, 0x38, 0x73, 0, 0x0a, type.length, ...type, 0x12, raw.length, ...raw, 0x1a, 0, 0x22, 0]);
    const headers = {
      'content-type': 'application/vnd.kubernetes.protobuf',
      accept: 'application/vnd.kubernetes.protobuf,application/json',
    };
    expect(await send('POST', '/api/v1/namespaces?fieldManager=kubectl-create', { body, headers })).toMatchObject({
      code: 201,
      body: { metadata: { name: 'proj' } },
    });
    expect([...stored.keys()]).toEqual(['proj']);
  });

  it('take a generated name', async () => {
    const { create } = setUp();
    expect((await create({ generateName: 'ci-' })).body).toMatchObject({
      metadata: { name: expect.stringMatching(/^ci-[a-z0-9]{5}$/) as string },
    });
  });

  it('are not created by a dry run', async () => {
    const { create, stored } = setUp();
    const url = '/api/v1/namespaces?dryRun=All';
    expect(await create({ name: 'proj' }, url)).toMatchObject({
      code: 201,
      body: { metadata: { name: 'proj', uid: '01234567-89ab-4def-8123-456789abcdef' } },
    });
    expect(stored.size).toBe(0);
    await create({ name: 'proj' });
    expect((await create({ name: 'proj' }, url)).code).toBe(409);
  });

  it.each<[Record<string, unknown>, number, RegExp]>([
    [{}, 422, /metadata.name: Required value: name or generateName is required/],
    [
      { name: 'Proj' },
      422,
      /metadata.name: Invalid value: "Proj": a lowercase RFC 1123 label must consist of .*regex used for validation is/,
    ],
    [{ name: 'a.b' }, 422, /must not contain dots/],
    [{ name: 'a'.repeat(64) }, 422, /must be no more than 63 bytes/],
    [{ name: 'a', labels: { 'b c': 'd' } }, 422, /metadata.labels: Invalid value: "b c": name part must consist of/],
    [{ name: 'a', labels: { b: 'c d' } }, 422, /metadata.labels: Invalid value: "c d": a valid label must be/],
    [{ name: 'a', resourceVersion: '1' }, 500, /resourceVersion should not be set/],
  ])('%j is %d', async (metadata, code, message) => {
    const { create } = setUp();
    const response = await create(metadata);
    expect(response.code).toBe(code);
    expect((response.body as { message: string }).message).toMatch(message);
  });

  it('are listed, selected and shown as a table', async () => {
    const { send, create } = setUp();
    await create({ name: 'one', labels: { team: 'a' } });
    await create({ name: 'two' });
    const names = async (query: string) =>
      ((await send('GET', `/api/v1/namespaces?${query}`)).body as { items: { metadata: { name: string } }[] }).items.map(
        ({ metadata }) => metadata.name,
      );
    expect(await names('')).toEqual(['one', 'two']);
    expect(await names('labelSelector=team')).toEqual(['one']);
    expect(await names('fieldSelector=metadata.name%3Dtwo')).toEqual(['two']);
    expect((await send('GET', '/api/v1/namespaces?fieldSelector=spec.x%3Dtwo')).code).toBe(400);
    expect((await send('GET', '/api/v1/namespaces?limit=1')).body).toMatchObject({ metadata: { resourceVersion: '7', continue: 'next' } });
    const table = await send('GET', '/api/v1/namespaces', {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
    });
    expect(table.body).toMatchObject({
      columnDefinitions: [{ name: 'Name' }, { name: 'Status' }, { name: 'Age' }],
      rows: [{ cells: ['one', 'Active', '0s'] }, { cells: ['two', 'Active', '0s'] }],
    });
  });
});

describe('a namespace that is changed', () => {
  const json = (body: object, headers: Record<string, string> = {}) => ({ body: Buffer.from(JSON.stringify(body)), headers });
  const merge = (body: object) => json(body, { 'content-type': 'application/merge-patch+json' });

  it('takes labels and annotations, and keeps its name label', async () => {
    const { send, create } = setUp();
    await create({ name: 'proj' });
    const metadata = { labels: { team: 'a', 'kubernetes.io/metadata.name': 'lie' }, annotations: { note: 'x' } };
    const patched = await send('PATCH', '/api/v1/namespaces/proj', merge({ metadata, status: { phase: 'Terminating' } }));
    const labels = { team: 'a', 'kubernetes.io/metadata.name': 'proj' };
    expect(patched).toMatchObject({
      code: 200,
      body: { metadata: { labels, annotations: { note: 'x' }, resourceVersion: '6' }, status: { phase: 'Active' } },
    });
    expect((await send('PATCH', '/api/v1/namespaces/proj', merge({ metadata }))).body).toEqual(patched.body);
    const stale = { kind: 'Namespace', metadata: { name: 'proj', resourceVersion: '5' } };
    expect(await send('PUT', '/api/v1/namespaces/proj', json(stale))).toMatchObject({ code: 409, body: { reason: 'Conflict' } });
    const bad = await send('PATCH', '/api/v1/namespaces/proj', merge({ metadata: { labels: { 'a b': '' } } }));
    expect(bad).toMatchObject({
      code: 422,
      body: { message: expect.stringMatching(/^Namespace "proj" is invalid: metadata.labels/) as string },
    });
    expect((await send('PATCH', '/api/v1/namespaces/none', merge({}))).code).toBe(404);
  });

  it('is marked when it is deleted, and written again when that is repeated', async () => {
    const { send, create, stored } = setUp();
    await create({ name: 'proj' });
    await send('DELETE', '/api/v1/namespaces/proj?dryRun=All');
    expect(stored.get('proj')?.deletionTimestamp).toBeUndefined();
    const preconditions = json({ kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'other' } });
    expect((await send('DELETE', '/api/v1/namespaces/proj', preconditions)).code).toBe(409);
    const deleted = await send('DELETE', '/api/v1/namespaces/proj');
    expect(deleted).toMatchObject({
      code: 200,
      body: { kind: 'Namespace', metadata: { deletionTimestamp: '2026-01-02T00:00:00Z' }, status: { phase: 'Terminating' } },
    });
    expect(stored.get('proj')?.deletedBy).toBe('alice');
    expect((await send('DELETE', '/api/v1/namespaces/proj')).body).toMatchObject({
      metadata: { deletionTimestamp: '2026-01-02T00:00:00Z', resourceVersion: '7' },
    });
    expect(await create({ name: 'proj' })).toMatchObject({
      code: 409,
      body: { message: 'object is being deleted: namespaces "proj" already exists' },
    });
  });

  it('may not be deleted when clients live in it', async () => {
    const { send } = setUp();
    expect(await send('DELETE', '/api/v1/namespaces/default')).toMatchObject({
      code: 403,
      body: { message: 'namespaces "default" is forbidden: this namespace may not be deleted' },
    });
    expect((await send('DELETE', '/api/v1/namespaces/none')).code).toBe(404);
  });
});
