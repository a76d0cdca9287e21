import { describe, expect, it } from 'vitest';
import type { StoredIamMapping } from '../../../functions/access/ports.ts';
import { readPrincipal } from '../../../functions/identity/iam-arn.ts';
import { createIamMappingHandlers } from '../../../functions/resources/iamidentitymappings/handlers.ts';
import { anyNamespace, memoryStore, sender } from '../plain-store.ts';

const MAPPINGS = '/apis/access.image-streams.io/v1/iamidentitymappings';
const ARN = 'arn:aws:iam::111122223333:role/team/developers';

function setUp() {
  const store = memoryStore<StoredIamMapping>();
  const findMapping = async (arn: string) => {
    const found = [...store.objects.values()].find((each) => readPrincipal(each.arn)?.arn === arn);
    return found === undefined ? null : { mapping: found.name, groups: found.groups };
  };
  const objects = Object.assign(store, { findMapping });
  const api = { objects, namespaces: anyNamespace, retry: <R>(attempt: () => Promise<R>) => attempt() };
  return { store, send: sender('access.image-streams.io/v1/iamidentitymappings', createIamMappingHandlers(api)) };
}

const mapping = (spec: unknown, name = 'developers') => ({
  kind: 'IAMIdentityMapping',
  apiVersion: 'access.image-streams.io/v1',
  metadata: { name },
  spec,
});

describe('iamidentitymappings', () => {
  it('are of the cluster, and shown as they were written', async () => {
    const { send } = setUp();
    const spec = { arn: ARN, username: 'dev:{{SessionName}}', groups: ['developers'] };
    const { code, body } = await send('POST', MAPPINGS, mapping(spec));
    expect([code, body.spec]).toEqual([201, spec]);
    expect(body.metadata).not.toHaveProperty('namespace');
    expect((await send('GET', `${MAPPINGS}/developers`)).body).toEqual(body);
    expect((await send('GET', MAPPINGS)).body).toMatchObject({
      kind: 'IAMIdentityMappingList',
      items: [{ metadata: { name: 'developers' } }],
    });
    expect((await send('DELETE', `${MAPPINGS}/developers`)).code).toBe(200);
    expect((await send('GET', `${MAPPINGS}/developers`)).code).toBe(404);
  });

  it('are changed, but for whom they are of', async () => {
    const { send } = setUp();
    await send('POST', MAPPINGS, mapping({ arn: ARN }));
    const merge = 'application/merge-patch+json';
    const changed = await send('PATCH', `${MAPPINGS}/developers`, { spec: { groups: ['ops'] } }, merge);
    expect(changed.body.spec).toEqual({ arn: ARN, groups: ['ops'] });
    // The same role: roles are told apart without their paths.
    const written = 'arn:aws:iam::111122223333:role/developers';
    expect((await send('PATCH', `${MAPPINGS}/developers`, { spec: { arn: written } }, merge)).body.spec.arn).toBe(written);
    const other = await send('PATCH', `${MAPPINGS}/developers`, { spec: { arn: 'arn:aws:iam::111122223333:role/x' } }, merge);
    expect([other.code, other.body.details.causes]).toMatchObject([
      422,
      [{ field: 'spec.arn', message: expect.stringContaining('immutable') as string }],
    ]);
  });

  it('are applied', async () => {
    const { send } = setUp();
    const apply = () =>
      send('PATCH', `${MAPPINGS}/developers?fieldManager=me`, mapping({ arn: ARN, groups: ['a'] }), 'application/apply-patch+yaml');
    expect([(await apply()).code, (await apply()).code]).toEqual([201, 200]);
  });

  it('are one for a principal', async () => {
    const { send } = setUp();
    await send('POST', MAPPINGS, mapping({ arn: ARN }));
    const { code, body } = await send('POST', MAPPINGS, mapping({ arn: 'arn:aws:iam::111122223333:role/developers' }, 'again'));
    expect([code, body.details.causes]).toMatchObject([422, [{ field: 'spec.arn', reason: 'FieldValueDuplicate' }]]);
    expect((await send('POST', MAPPINGS, mapping({ arn: ARN }))).code).toBe(409);
  });

  it.each([
    ['no spec', undefined, 'spec.arn', 'Required value'],
    ['no ARN', { groups: ['a'] }, 'spec.arn', 'Required value'],
    ['a wildcard', { arn: 'arn:aws:iam::111122223333:role/*' }, 'spec.arn', 'without wildcards'],
    ['a session', { arn: 'arn:aws:sts::111122223333:assumed-role/developers/alice' }, 'spec.arn', 'without the session'],
    ['an admin of Kubernetes', { arn: ARN, username: 'system:admin' }, 'spec.username', 'must not begin with system:'],
    ['a node', { arn: ARN, username: 'system:node:{{SessionName}}' }, 'spec.username', 'must not begin with system:'],
    ['masters', { arn: ARN, groups: ['ok', 'system:masters'] }, 'spec.groups[1]', 'must not begin with system:'],
    ['a name the caller chooses', { arn: ARN, username: '{{SessionName}}' }, 'spec.username', 'must come after a colon'],
    ['a group the caller chooses', { arn: ARN, groups: ['{{SessionNameRaw}}'] }, 'spec.groups[0]', 'must come after a colon'],
    ['an empty group', { arn: ARN, groups: [''] }, 'spec.groups[0]', 'must not be empty'],
    ['a number', { arn: 5 }, 'spec.arn', 'must be of type string'],
    ['a text for groups', { arn: ARN, groups: 'a' }, 'spec.groups', 'must be of type array'],
    ['too many groups', { arn: ARN, groups: Array.from({ length: 101 }, (_, index) => `g${index}`) }, 'spec.groups', 'at most 100 items'],
  ])('are refused with %s', async (_, spec, field, message) => {
    const { send, store } = setUp();
    const { code, body } = await send('POST', MAPPINGS, mapping(spec));
    expect([code, body.details.causes[0]]).toMatchObject([422, { field, message: expect.stringContaining(message) as string }]);
    expect(store.writes).toBe(0);
  });

  it('have a table', async () => {
    const { send } = setUp();
    await send('POST', MAPPINGS, mapping({ arn: ARN, groups: ['a', 'b'] }));
    const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const { body } = await send('GET', MAPPINGS, undefined, undefined, accept);
    const columns = ['Name', 'ARN', 'Username', 'Groups', 'Age'].map((name) => ({ name }));
    expect(body).toMatchObject({ columnDefinitions: columns, rows: [{ cells: ['developers', ARN, '<arn>', 'a,b', expect.any(String)] }] });
  });
});
