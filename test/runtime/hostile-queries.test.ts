/** Whatever is in the query, the headers or the path: what upstream answers, or at least a Status in bounded time. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import { type HttpFunctions, loadHttpFunctions } from '../support/http-functions.ts';
import { checkedSender, type CheckedSend, EXISTING, seedObjects, urlOf } from './hostile.ts';

let functions: HttpFunctions;
let send: CheckedSend;

beforeAll(async () => {
  functions = await loadHttpFunctions();
  send = checkedSender(functions.send);
  await seedObjects(functions.send);
});
afterAll(() => functions.stop());

const get = (url: string, headers: Readonly<Record<string, string>> = {}) => send('GET', url, undefined, headers, '');
const token = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Of every list: apimachinery reads the query before any resource does. */
const LIST_QUERIES: readonly (readonly [query: string, code: number])[] = [
  ['limit=-1', 200],
  ['limit=0', 200],
  ['limit=', 200],
  ['limit=1e3', 400],
  ['limit=99999999999999999999', 400],
  ['limit=9223372036854775807', 200],
  ['limit=1&limit=x', 200],
  ['labelSelector=%00', 400],
  ['labelSelector=a%20in%20(', 400],
  ['labelSelector=,', 400],
  [`labelSelector=${'a,'.repeat(2_000)}a`, 200],
  ['fieldSelector=%00', 400],
  ['fieldSelector=nosuch.field%3Dx', 400],
  ['fieldSelector=metadata.name%3D', 200],
  ['resourceVersion=x', 500],
  ['resourceVersion=-1', 500],
  ['resourceVersion=1&resourceVersionMatch=Sometimes', 422],
  ['resourceVersionMatch=Exact', 422],
  ['timeoutSeconds=x', 400],
  ['timeoutSeconds=-1', 200],
  ['%00=%00&__proto__=1&constructor=2', 200],
  ['includeObject=Everything', 200],
];

/** Continue tokens nobody was given. */
const TOKENS = [
  'x',
  '%00',
  '../../..',
  token('{'),
  token('null'),
  token([]),
  token({ streams: {}, after: [] }),
  token({ streams: token({}), after: ['default', 'app', '\ud800'] }),
  token({ after: ['a', 'b', 'c'] }),
  token({ v: 1, namespace: 'default', after: '\u0000'.repeat(2_000), revision: 1 }),
  token({ v: 1, namespace: '', after: '', revision: 'x' }),
  'a'.repeat(5_000),
];

const lists = RESOURCE_TABLE.filter(({ verbs }) => verbs.includes('list')).map((entry) => ({ name: entry.resource, url: urlOf(entry) }));
const objects = RESOURCE_TABLE.filter(({ verbs }) => verbs.includes('get')).map((entry) => ({
  name: `${entry.resource}/${entry.subresource ?? ''}`,
  url: urlOf(entry, EXISTING[entry.resource]),
}));

describe.each(lists)('a list of $name', ({ name, url }) => {
  // A list of projectrequests only says that one may ask for a project.
  const isReal = name !== 'projectrequests';

  it('reads its query as Kubernetes does', async () => {
    for (const [query, code] of LIST_QUERIES) {
      const answer = await get(`${url}?${query}`);
      if (isReal) expect({ query, code: answer.code }).toEqual({ query, code });
    }
  });

  it('knows its own continue tokens only', async () => {
    for (const text of TOKENS) {
      const { code } = await get(`${url}?limit=1&continue=${text}`);
      expect([200, 400, 410]).toContain(code);
    }
  });
});

describe('a watch', () => {
  it.each([
    ['resourceVersion=x', 500],
    ['resourceVersion=-1', 500],
    ['resourceVersion=99999999999999999999', 500],
    ['timeoutSeconds=x', 400],
    ['labelSelector=%00', 400],
    ['resourceVersionMatch=Exact', 422],
    ['sendInitialEvents=maybe', 422],
  ])('with %s is %d', async (query, code) => {
    expect((await functions.send('GET', `/apis/image.openshift.io/v1/imagestreams?watch=1&${query}`)).code).toBe(code);
  });
});

describe('a write', () => {
  it.each([
    ['dryRun=Maybe', 422],
    ['dryRun=', 422],
    ['fieldManager=%00', 422],
    [`fieldManager=${'m'.repeat(129)}`, 422],
    ['fieldValidation=Sometimes', 422],
    ['force=x', 422],
    ['__proto__=x', 200],
  ])('with %s is %d', async (query, code) => {
    const url = `/apis/image.openshift.io/v1/namespaces/default/imagestreams/app?${query}`;
    const answer = await send('PATCH', url, '{}', { 'content-type': 'application/merge-patch+json' }, query);
    expect(answer.code).toBe(code);
  });

  it.each([
    ['gracePeriodSeconds=x', 400],
    ['orphanDependents=x&propagationPolicy=y', 422],
    ['dryRun=Maybe', 422],
  ])('that deletes with %s is %d', async (query, code) => {
    const url = `/apis/image.openshift.io/v1/namespaces/default/imagestreams/app?${query}`;
    expect((await send('DELETE', url, undefined, {}, query)).code).toBe(code);
  });
});

describe('subresources of ours', () => {
  const streams = '/apis/image.openshift.io/v1/namespaces/default';
  it.each([
    [`${streams}/imagestreams/app/resolve?tag=%00`, 404],
    [`${streams}/imagestreams/app/resolve?tag=`, 404],
    [`${streams}/imagestreams/app/resolve?tag=${'t'.repeat(3_000)}`, 404],
    [`${streams}/imagestreamtags/app:v1/history?limit=-1`, 200],
    [`${streams}/imagestreamtags/app:v1/history?limit=x`, 400],
    [`${streams}/imagestreamtags/app:v1/history?continue=x`, 410],
    [`${streams}/imagestreamtags/app:v1/history?at=yesterday`, 400],
    [`${streams}/imagestreamtags/app:v1/history?at=9999-99-99T99:99:99Z`, 400],
    [`${streams}/imagestreamtags/app:v1/history?at=0000-01-01T00:00:00Z`, 404],
  ])('%.120s is %s', async (url, code) => {
    expect((await get(url)).code).toBe(code);
  });
});

describe('headers', () => {
  it.each<[Record<string, string>, number]>([
    [{ accept: '' }, 200],
    [{ accept: ';;;,,,' }, 406],
    [{ accept: 'application/json;as=Table;v=v9;g=meta.k8s.io' }, 406],
    [{ accept: `${'application/x,'.repeat(500)}application/json` }, 200],
    [{ 'accept-encoding': 'gzip;q=0' }, 200],
    [{ 'accept-encoding': '\u0001' }, 200],
    [{ 'content-type': '\u0001;=' }, 200],
    [{ 'user-agent': '\u0001/\u0002' }, 200],
    [{ 'impersonate-user': '' }, 403],
    [{ 'x-forwarded-for': "'; DROP TABLE state" }, 200],
    [{ cookie: 'a=b; __proto__=c' }, 200],
  ])('%j answer %d', async (headers, code) => {
    expect((await get('/apis/image.openshift.io/v1/namespaces/default/imagestreams', headers)).code).toBe(code);
  });
});

describe('names', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.string({ minLength: 1, maxLength: 30 }),
    fc.constantFrom('app:', ':v1', 'app:a:b', 'app@', '@', '__proto__', 'constructor', 'a'.repeat(3_000), '%00', '..', '~'),
  );

  it('of any text are answered, in any verb', async () => {
    const asked = fc.record({
      entry: fc.constantFrom(...RESOURCE_TABLE),
      name,
      method: fc.constantFrom('GET', 'PUT', 'PATCH', 'DELETE', 'POST'),
    });
    const property = fc.asyncProperty(asked, async ({ entry, name: text, method }) => {
      if (text.toWellFormed() !== text || text === '.' || text === '..') return;
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const body = method === 'GET' ? undefined : JSON.stringify({ metadata: { name: text } });
      await send(method, `${urlOf(entry, text)}?dryRun=All`, body, { 'content-type': type }, text);
    });
    await fc.assert(property, { numRuns: 500 });
  });

  it('of namespaces, too', async () => {
    const property = fc.asyncProperty(name, async (text) => {
      if (text.toWellFormed() !== text) return;
      for (const resource of ['imagestreams', 'imagestreamtags'])
        await get(`/apis/image.openshift.io/v1/namespaces/${encodeURIComponent(text)}/${resource}`);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

it.each(objects)('$name takes any query', async ({ url }) => {
  const query = fc.webQueryParameters();
  await fc.assert(
    fc.asyncProperty(query, async (text) => void (await get(`${url}?${text}`))),
    { numRuns: 10 },
  );
});
