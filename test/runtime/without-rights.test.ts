/** What somebody learns of objects they may not read, by roles as they are stored and functions as they are deployed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import type { ResourceEntry } from '../../functions/resources/table/entry.ts';
import type { HttpOptions, Send } from '../support/http-chain.ts';
import { type HttpFunctions, loadHttpFunctions } from '../support/http-functions.ts';
import { digest, pushed } from '../support/image-api.ts';

const IMAGE = '/apis/image.openshift.io/v1/namespaces/shop';
const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop';
const DELIVERY = '/apis/delivery.image-streams.io/v1/namespaces/shop/imagetriggers';

let http: HttpFunctions;

beforeAll(async () => {
  http = await loadHttpFunctions();
  await create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  for (const name of ['hidden', 'named']) {
    await create('/api/v1/namespaces/shop/secrets', { metadata: { name } });
    await create('/api/v1/namespaces/shop/serviceaccounts', { metadata: { name } });
    await create(`${IMAGE}/imagestreams`, { metadata: { name } });
    await create(`${IMAGE}/imagestreammappings`, { ...pushed(name, 'v1', digest('a')), metadata: { name, namespace: 'shop' } });
    await create(`${RBAC}/roles`, { metadata: { name }, rules: [] });
    await create(DELIVERY, {
      apiVersion: 'delivery.image-streams.io/v1',
      kind: 'ImageTrigger',
      metadata: { name },
      spec: {
        images: [{ from: { kind: 'ImageStreamTag', name: `${name}:v1` } }],
        target: { webhook: { url: 'https://hooks.example.com/' } },
      },
    });
  }
});
afterAll(() => http.stop());

async function create(path: string, body: object): Promise<void> {
  expect(await http.send('POST', path, { body })).toMatchObject({ code: 201 });
}

/** Anybody may ask about themselves, and read what roles of the cluster there are; lists of projects are filtered. */
const OPEN = /^(projects|clusterroles|self.*reviews|subjectaccessreviews)$/;
const ENTRIES = RESOURCE_TABLE.filter(({ resource }) => !OPEN.test(resource)).map(
  (entry) => [[entry.group, entry.resource, entry.subresource].filter(Boolean).join('/'), entry] as const,
);

const SENT: Readonly<Record<string, readonly (readonly [string, HttpOptions?])[]>> = {
  get: [['GET']],
  update: [['PUT', { body: { metadata: { labels: {} } } }]],
  patch: ['merge-patch+json', 'json-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml'].map((type) => [
    'PATCH',
    { body: type.startsWith('json') ? [] : {}, headers: { 'content-type': `application/${type}` } },
  ]),
  delete: [['DELETE']],
};

function nameOf({ resource }: ResourceEntry, name: string): string {
  if (resource === 'namespaces') return name === 'named' ? 'shop' : 'nowhere';
  if (resource === 'images') return digest(name === 'named' ? 'a' : 'b');
  if (resource === 'imagestreamimages') return `${name}@${digest('a')}`;
  return /tags$/.test(resource) ? `${name}:v1` : name;
}

describe('a stranger', () => {
  it.each(ENTRIES)('is told nothing of %s', async (_what, entry) => {
    const stranger = http.as('stranger');
    const { group, version, resource, subresource, namespaced, verbs } = entry;
    const base = `${group === '' ? '/api' : `/apis/${group}`}/${version}`;
    const collection = `${base}${namespaced ? '/namespaces/shop' : ''}/${resource}`;
    const refusals = async (name: string) => {
      const path = `${collection}/${nameOf(entry, name)}${subresource === undefined ? '' : `/${subresource}`}`;
      const named = `${collection}?fieldSelector=metadata.name%3D${encodeURIComponent(nameOf(entry, name))}`;
      const asked: Parameters<Send>[] = [];
      for (const [method, options] of verbs.flatMap((verb) => SENT[verb] ?? []))
        asked.push([method, path, options], [method, `${path}?dryRun=All&fieldManager=x`, options]);
      if (verbs.includes('list')) asked.push(['GET', named], ['GET', collection], ['GET', `${base}/${resource}`]);
      if (verbs.includes('watch')) asked.push(['GET', `${named}&watch=1`]);
      if (verbs.includes('deletecollection')) asked.push(['DELETE', `${collection}?dryRun=All`]);
      if (verbs.includes('create')) asked.push(['POST', subresource === undefined ? collection : path, { body: '{' }]);
      const answers = await Promise.all(asked.map((request) => stranger(...request)));
      return answers.map(({ code, body }) => [code, String(body.message).replaceAll(nameOf(entry, name), 'NAME')]);
    };
    const [there, missing] = [await refusals('named'), await refusals('missing')];
    expect(there.length).toBeGreaterThan(0);
    expect(there.filter(([code]) => code !== 403)).toEqual([]);
    if (resource !== 'namespaces') expect(missing).toEqual(there);
  });
});

describe('who may list one object', () => {
  it.each([
    ['/api/v1/namespaces/shop/secrets', ''],
    ['/api/v1/namespaces/shop/serviceaccounts', ''],
    [`${IMAGE}/imagestreams`, 'image.openshift.io'],
    [`${RBAC}/roles`, 'rbac.authorization.k8s.io'],
    [DELIVERY, 'delivery.image-streams.io'],
  ])('is told of no other: %s', async (path, group) => {
    const resource = path.split('/').at(-1) ?? '';
    await create(`${RBAC}/roles`, {
      metadata: { name: `one-of-${resource}` },
      rules: [{ verbs: ['list'], apiGroups: [group], resources: [resource], resourceNames: ['named'] }],
    });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: `one-of-${resource}` };
    await create(`${RBAC}/rolebindings`, { metadata: { name: resource }, roleRef, subjects: [{ kind: 'User', name: 'limited' }] });
    const limited = http.as('limited');
    expect((await limited('GET', path)).code).toBe(403);
    const { code, body } = await limited('GET', `${path}?fieldSelector=metadata.name%3Dnamed&limit=1`);
    const { items, metadata } = body as { items: readonly { metadata: object }[]; metadata: { continue?: string } };
    expect([code, items.map((item) => item.metadata)]).toMatchObject([200, [{ name: 'named' }]]);
    expect(Buffer.from(metadata.continue ?? '', 'base64url').toString()).not.toContain('hidden');
  });
});
