import { describe, expect, it } from 'vitest';
import type { StoredAdmissionMapping } from '../../../functions/admission/ports.ts';
import { createAdmissionMappingHandlers } from '../../../functions/resources/admissionmappings/handlers.ts';
import { createAdmissionTokenHandlers } from '../../../functions/resources/admissionmappings/issue-token.ts';
import type { AccessAttributes } from '../../../functions/resources/ports.ts';
import { anyNamespace, memoryStore, sender } from '../plain-store.ts';

const MAPPINGS = '/apis/delivery.image-streams.io/v1/admissionmappings';
const MERGE = 'application/merge-patch+json';
const TOKEN = `imgadm_${'t'.repeat(43)}`;

function setUp({ forbidden = [] as readonly string[] } = {}) {
  const store = memoryStore<StoredAdmissionMapping>();
  const asked: AccessAttributes[] = [];
  const authorizer = {
    authorize: async (_: unknown, attributes: AccessAttributes) => {
      asked.push(attributes);
      return { allowed: !forbidden.includes(attributes.namespace ?? ''), reason: '' };
    },
  };
  const api = {
    objects: store,
    namespaces: anyNamespace,
    authorizer,
    retry: <R>(attempt: () => Promise<R>) => attempt(),
    newToken: () => TOKEN,
  };
  const key = 'delivery.image-streams.io/v1/admissionmappings';
  return {
    store,
    asked,
    send: sender(key, createAdmissionMappingHandlers(api)),
    issue: (spec?: object, query = '', name = 'prod') =>
      sender(`${key}/token`, createAdmissionTokenHandlers(api))(
        'POST',
        `${MAPPINGS}/${name}/token${query}`,
        spec === undefined ? {} : { spec },
      ),
  };
}

const mapping = (namespaces: unknown, name = 'prod') => ({
  kind: 'AdmissionMapping',
  apiVersion: 'delivery.image-streams.io/v1',
  metadata: { name },
  spec: { namespaces },
});

describe('admissionmappings', () => {
  it('are of the cluster, and shown as they were written', async () => {
    const { send } = setUp();
    const namespaces = [{ name: 'shop' }, { name: 'shop-pr-*', imageNamespace: 'shop', resolveNames: true }];
    const { code, body } = await send('POST', MAPPINGS, mapping(namespaces));
    expect([code, body.spec, body.status]).toEqual([201, { namespaces }, undefined]);
    expect(body.metadata).not.toHaveProperty('namespace');
    expect((await send('GET', `${MAPPINGS}/prod`)).body).toEqual(body);
    expect((await send('GET', MAPPINGS)).body).toMatchObject({ kind: 'AdmissionMappingList', items: [{ metadata: { name: 'prod' } }] });
    expect((await send('DELETE', `${MAPPINGS}/prod`)).code).toBe(200);
    expect((await send('GET', `${MAPPINGS}/prod`)).code).toBe(404);
  });

  it('are applied', async () => {
    const { send, store } = setUp();
    const apply = () => send('PATCH', `${MAPPINGS}/prod?fieldManager=me`, mapping([{ name: 'shop' }]), 'application/apply-patch+yaml');
    expect([(await apply()).code, (await apply()).code, store.writes]).toEqual([201, 200, 1]);
  });

  it('are made by those who may pull what they lend', async () => {
    const { send, asked, store } = setUp({ forbidden: ['pay'] });
    const { code, body } = await send(
      'POST',
      MAPPINGS,
      mapping([{ name: 'shop' }, { name: 'pay' }, { name: 'x-*', imageNamespace: 'pay' }]),
    );
    expect(code).toBe(422);
    expect(body.details.causes).toMatchObject([
      {
        field: 'spec.namespaces[1].imageNamespace',
        reason: 'FieldValueForbidden',
        message: expect.stringContaining('no access') as string,
      },
      { field: 'spec.namespaces[2].imageNamespace' },
    ]);
    const attributes = { verb: 'get', group: 'image.openshift.io', resource: 'imagestreams', subresource: 'layers' };
    expect(asked).toEqual([
      { ...attributes, namespace: 'shop' },
      { ...attributes, namespace: 'pay' },
    ]);
    expect(store.writes).toBe(0);
  });

  it('ask of an update only for what it lends anew', async () => {
    const { send, asked } = setUp({ forbidden: ['pay'] });
    await send('POST', MAPPINGS, mapping([{ name: 'shop' }, { name: 'blog' }]));
    asked.length = 0;
    const patch = (namespaces: unknown) => send('PATCH', `${MAPPINGS}/prod`, { spec: { namespaces } }, MERGE);
    expect((await patch([{ name: 'blog' }])).code).toBe(200);
    expect(asked).toEqual([]);
    expect((await patch([{ name: 'blog', resolveNames: true }])).code).toBe(200);
    expect((await patch([{ name: 'blog-*', imageNamespace: 'blog' }])).code).toBe(200);
    expect(asked.map(({ namespace }) => namespace)).toEqual(['blog', 'blog']);
    expect((await patch([{ name: 'blog', imageNamespace: 'pay' }])).code).toBe(422);
  });

  it.each([
    ['no spec', undefined, 'spec.namespaces', 'Required value'],
    ['no namespaces', { namespaces: [] }, 'spec.namespaces', 'Required value'],
    ['an empty name', { namespaces: [{}] }, 'spec.namespaces[0].name', 'Required value'],
    ['a name that is none', { namespaces: [{ name: 'Shop' }] }, 'spec.namespaces[0].name', 'must be the name of a namespace'],
    ['a long name', { namespaces: [{ name: 'x'.repeat(64) }] }, 'spec.namespaces[0].name', 'must be the name of a namespace'],
    ['a pattern for nothing', { namespaces: [{ name: 'a-*' }] }, 'spec.namespaces[0].imageNamespace', 'a pattern is no namespace'],
    ['a pattern of ours', { namespaces: [{ name: 'a', imageNamespace: 'a*' }] }, 'spec.namespaces[0].imageNamespace', 'RFC 1123'],
    ['a name twice', { namespaces: [{ name: 'a' }, { name: 'a' }] }, 'spec.namespaces[1].name', 'Duplicate value'],
    ['a text', { namespaces: 'shop' }, 'spec.namespaces', 'must be of type array'],
    ['a number', { namespaces: [{ name: 5 }] }, 'spec.namespaces[0].name', 'must be of type string'],
    [
      'a flag that is none',
      { namespaces: [{ name: 'a', resolveNames: 'yes' }] },
      'spec.namespaces[0].resolveNames',
      'must be of type boolean',
    ],
    [
      'too many',
      { namespaces: Array.from({ length: 501 }, (_, index) => ({ name: `n${index}` })) },
      'spec.namespaces',
      'at most 500 items',
    ],
  ])('are refused with %s', async (_, spec, field, message) => {
    const { send, store } = setUp();
    const { code, body } = await send('POST', MAPPINGS, { ...mapping([]), spec });
    expect([code, body.details.causes[0]]).toMatchObject([422, { field, message: expect.stringContaining(message) as string }]);
    expect(store.writes).toBe(0);
  });

  it('have a table', async () => {
    const { send, issue } = setUp();
    await send('POST', MAPPINGS, mapping([{ name: 'shop' }, { name: 'pr-*', imageNamespace: 'shop' }]));
    const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const cells = async () => (await send('GET', MAPPINGS, undefined, undefined, accept)).body.rows[0].cells as string[];
    expect((await cells()).slice(0, 3)).toEqual(['prod', 'shop,pr-*=shop', '<none>']);
    await issue();
    expect((await cells())[2]).toBe('0s');
  });
});

describe('POST admissionmappings/NAME/token', () => {
  it('shows a token once, and keeps its hash', async () => {
    const { send, issue, store } = setUp();
    await send('POST', MAPPINGS, mapping([{ name: 'shop' }]));
    const { code, body } = await issue();
    expect([code, body]).toMatchObject([
      201,
      { kind: 'AdmissionToken', metadata: { name: 'prod' }, status: { token: TOKEN, path: `/admission/v1/prod/${TOKEN}` } },
    ]);
    expect(JSON.stringify([...store.objects.values()])).not.toContain(TOKEN);
    const shown = (await send('GET', `${MAPPINGS}/prod`)).body;
    expect(shown.status).toEqual({ tokens: [{ issued: '2026-01-02T00:00:00Z' }] });
  });

  it('survives updates of the mapping, and no client writes it', async () => {
    const { send, issue, store } = setUp();
    await send('POST', MAPPINGS, mapping([{ name: 'shop' }]));
    await issue();
    await send('PATCH', `${MAPPINGS}/prod`, { spec: { namespaces: [{ name: 'blog' }] }, status: { tokens: [] } }, MERGE);
    await send('PUT', `${MAPPINGS}/prod`, { ...mapping([{ name: 'news' }]), status: { tokens: [{ issued: 'x', sha256: 'y' }] } });
    expect(store.objects.get('/prod')).toMatchObject({ namespaces: [{ name: 'news' }], tokens: [{ issued: '2026-01-02T00:00:00Z' }] });
    await send('POST', MAPPINGS, { ...mapping([{ name: 'shop' }], 'other'), status: { tokens: [{ sha256: 'y', issued: '' }] } });
    expect(store.objects.get('/other')?.tokens).toEqual([]);
  });

  it('keeps the token before, unless told otherwise', async () => {
    const { send, issue, store } = setUp();
    await send('POST', MAPPINGS, mapping([{ name: 'shop' }]));
    const counts: (number | undefined)[] = [];
    for (const spec of [undefined, {}, {}, { revokeOthers: true }]) {
      await issue(spec);
      counts.push(store.objects.get('/prod')?.tokens.length);
    }
    expect(counts).toEqual([1, 2, 2, 1]);
  });

  it('writes nothing on a dry run, and shows no token that would not be one', async () => {
    const { send, issue, store } = setUp();
    await send('POST', MAPPINGS, mapping([{ name: 'shop' }]));
    expect((await issue(undefined, '?dryRun=All')).body.status).toEqual({});
    expect(store.writes).toBe(1);
  });

  it('is of a mapping that is there', async () => {
    expect((await setUp().issue(undefined, '', 'nowhere')).code).toBe(404);
  });
});
