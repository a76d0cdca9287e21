import { describe, expect, it } from 'vitest';
import { createDiscoveryApi } from '../../functions/kubernetes/discovery.ts';
import { createOpenApi } from '../../functions/kubernetes/openapi.ts';
import { ENTRIES } from './toy-resource.ts';
import { WIDGET } from './widget-schema.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const documents = createOpenApi({ entries: ENTRIES, kinds: [WIDGET], clock: () => NOW });
const api = createDiscoveryApi({ entries: ENTRIES, version: {}, documents });

function get(url: string, headers: Record<string, string> = {}) {
  const [path = '', query] = url.split('?');
  return api({ method: 'GET', path, query: new URLSearchParams(query), headers, body: null, identity: null, requestId: 'r-1' });
}

async function pinned(name: string): Promise<string> {
  const { body } = await get('/openapi/v3');
  return (body as { paths: Record<string, { serverRelativeURL: string }> }).paths[name]?.serverRelativeURL ?? '';
}

interface Document {
  readonly paths: Record<string, Record<string, never>>;
  readonly components: { readonly schemas: Record<string, Record<string, never>> };
}

async function read(name: string): Promise<Document> {
  return JSON.parse((await get(await pinned(name))).body as string) as Document;
}

describe('/openapi/v3', () => {
  it('lists a document per group and version, each under its hash', async () => {
    const { code, body, headers } = await get('/openapi/v3');
    expect(code).toBe(200);
    expect(headers['cache-control']).toBe('no-cache, private');
    expect(Object.keys((body as { paths: object }).paths)).toEqual(['apis/example.io/v1', 'api/v1']);
    expect(await pinned('api/v1')).toMatch(/^\/openapi\/v3\/api\/v1\?hash=[0-9A-F]{32}$/);
    expect(await pinned('apis/example.io/v1')).toMatch(/^\/openapi\/v3\/apis\/example.io\/v1\?hash=[0-9A-F]{32}$/);
  });

  it('says whether its index is still the same', async () => {
    const { headers } = await get('/openapi/v3');
    expect(await get('/openapi/v3', { 'if-none-match': headers['etag'] ?? '' })).toMatchObject({ code: 304, body: '' });
    expect((await get('/openapi/v3', { 'if-none-match': '"other"' })).code).toBe(200);
  });

  it('lets clients keep what is under a hash', async () => {
    const url = await pinned('apis/example.io/v1');
    const hash = url.split('=')[1];
    const { code, headers } = await get(url);
    expect(code).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, immutable',
      etag: `"${hash}"`,
      expires: 'Sun, 21 Nov 2027 10:00:00 GMT',
      vary: 'Accept',
    });
    expect(await get(url, { 'if-none-match': `"${hash}"` })).toMatchObject({ code: 304, body: '' });
    expect((await get(url, { 'if-none-match': '"other"' })).code).toBe(200);
    const bare = await get('/openapi/v3/apis/example.io/v1');
    expect(bare).toMatchObject({ code: 200, headers: { 'cache-control': 'no-cache, private', etag: `"${hash}"` } });
    expect(bare.headers).not.toHaveProperty('expires');
    expect(await get('/openapi/v3/apis/example.io/v1?hash=OLD')).toMatchObject({ code: 301, headers: { location: url } });
  });

  it.each(['/openapi/v2', '/openapi', '/openapi/v3/apis/none.io/v1', '/openapi/v3x', '/openapi/v3/constructor'])(
    '%s is a plain 404',
    async (path) => {
      expect(await get(path)).toMatchObject({ code: 404, body: '404 page not found\n' });
    },
  );
});

describe('a document', () => {
  it('says at the patch operation which patches there are, and that fields are validated', async () => {
    const patch = (await read('apis/example.io/v1')).paths['/apis/example.io/v1/namespaces/{namespace}/widgets/{name}']?.['patch'];
    expect(patch).toMatchObject({
      'x-kubernetes-group-version-kind': { group: 'example.io', version: 'v1', kind: 'Widget' },
      requestBody: {
        content: { 'application/merge-patch+json': {}, 'application/json-patch+json': {}, 'application/strategic-merge-patch+json': {} },
      },
    });
    expect((patch as unknown as { parameters: { name: string }[] }).parameters.map(({ name }) => name)).toContain('fieldValidation');
  });

  it('has every type under its name, with what makes lists merge', async () => {
    const { schemas } = (await read('apis/example.io/v1')).components;
    expect(schemas['io.example.v1.Widget']).toMatchObject({
      'x-kubernetes-group-version-kind': [{ group: 'example.io', version: 'v1', kind: 'Widget' }],
      properties: {
        parts: {
          type: 'array',
          items: { default: {}, allOf: [{ $ref: '#/components/schemas/io.example.v1.Part' }] },
          'x-kubernetes-patch-merge-key': 'name',
          'x-kubernetes-patch-strategy': 'merge',
        },
        plain: { type: 'array', items: { type: 'string' } },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        metadata: { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }] },
      },
    });
    expect(schemas['io.example.v1.WidgetList']).toMatchObject({ required: ['items'] });
    expect(Object.keys(schemas)).toContain('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry');
  });

  it('refers to nothing that is not there', async () => {
    for (const name of ['apis/example.io/v1', 'api/v1']) {
      const document = await read(name);
      const wanted = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, found]) => found ?? '');
      expect(wanted.filter((found) => !(found in document.components.schemas))).toEqual([]);
    }
  });

  it('tells kubectl to leave validation to the server for kinds that are only created', async () => {
    const marked = (await read('apis/example.io/v1')).paths['/apis/example.io/v1/namespaces/{namespace}/results/{name}'];
    expect(marked).toMatchObject({
      patch: { 'x-kubernetes-group-version-kind': { kind: 'Result' }, parameters: [{ name: 'fieldValidation' }] },
    });
    expect((await read('api/v1')).paths['/api/v1/namespaces/{name}']).toHaveProperty('patch');
  });

  it('leaves kinds open that nobody described', async () => {
    expect((await read('api/v1')).components.schemas['io.k8s.api.core.v1.Namespace']).toMatchObject({
      'x-kubernetes-preserve-unknown-fields': true,
    });
  });
});
