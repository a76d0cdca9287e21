/** What is asked of the authorizer is what is done: on every route, whatever the path is made of. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../functions/kubernetes/api-error.ts';
import { resourceKey } from '../../functions/kubernetes/api-resource.ts';
import type { ApiRequest, RequestContext, ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import { type AccessQuestion, createApi } from '../../functions/kubernetes/pipeline.ts';
import { notFound, success } from '../../functions/kubernetes/status.ts';
import type { KubernetesObject } from '../../functions/kubernetes/types.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';

interface Done {
  readonly key: string;
  readonly verb: string;
  readonly namespace: string;
  readonly name: string;
}

/** Every resource of the table, doing nothing but telling what it was called for. `stored`: whether what is written is there. */
function setUp(may: (question: AccessQuestion) => boolean = () => true, stored = true) {
  const asked: AccessQuestion[] = [];
  const done: Done[] = [];
  const handlersOf = (key: string): ResourceHandlers => {
    const call = (verb: string, { info }: RequestContext, name: string) => void done.push({ key, verb, namespace: info.namespace, name });
    return {
      get: async (context, name) => (call('get', context, name), {}),
      list: async (context) => (call('list', context, ''), { kind: 'List', apiVersion: 'v1', metadata: {}, items: [] }),
      watch: async (context) => (call('watch', context, ''), { events: [], resourceVersion: '1' }),
      create: async (context, object) => (call('create', context, ''), object),
      async update(context, name, next) {
        const current: KubernetesObject = { metadata: stored ? { name, uid: 'u', resourceVersion: '1' } : { name } };
        const object = next(current);
        call(stored ? 'update' : 'create', context, name);
        return { object, created: !stored };
      },
      delete: async (context, name) => (call('delete', context, name), success()),
    };
  };
  const api = createApi({
    entries: RESOURCE_TABLE,
    resources: new Map(RESOURCE_TABLE.map((entry) => [resourceKey(entry), handlersOf(resourceKey(entry))])),
    authorizer: {
      authorize: async (_, question) => {
        asked.push(question);
        return { allowed: may(question), reason: '' };
      },
    },
    clock: () => 0,
    mapError: () => null,
    onError: (error) => {
      throw error;
    },
  });
  const send = (method: string, url: string, body?: unknown, contentType = 'application/json') => {
    const [path = '', query = ''] = url.split('?');
    const request: ApiRequest = {
      method,
      path,
      query: new URLSearchParams(query),
      headers: { 'content-type': contentType },
      body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
      identity: { user: 'alice', groups: [] },
      requestId: 'r',
    };
    return api(request);
  };
  return { asked, done, send };
}

const STREAMS = '/apis/image.openshift.io/v1/namespaces/shop/imagestreams';
const image = { group: 'image.openshift.io', resource: 'imagestreams', subresource: '', namespace: 'shop', name: '' };

describe('the question', () => {
  it.each<[string, string, Partial<AccessQuestion>]>([
    ['GET', STREAMS, { ...image, verb: 'list' }],
    ['GET', `${STREAMS}?watch=true`, { ...image, verb: 'watch' }],
    ['GET', `${STREAMS}?fieldSelector=metadata.name%3Dapp`, { ...image, verb: 'list', name: 'app' }],
    ['GET', `${STREAMS}?watch=1&fieldSelector=metadata.name%3Dapp`, { ...image, verb: 'watch', name: 'app' }],
    ['GET', `${STREAMS}?fieldSelector=metadata.name!%3Dapp`, { ...image, verb: 'list', name: '' }],
    ['GET', '/apis/image.openshift.io/v1/watch/namespaces/shop/imagestreams/app', { ...image, verb: 'watch', name: 'app' }],
    ['GET', '/apis/image.openshift.io/v1/imagestreams', { ...image, verb: 'list', namespace: '' }],
    ['GET', `${STREAMS}/app/layers`, { ...image, verb: 'get', subresource: 'layers', name: 'app' }],
    ['HEAD', `${STREAMS}/app`, { ...image, verb: 'get', name: 'app' }],
    ['DELETE', STREAMS, { ...image, verb: 'deletecollection' }],
    ['DELETE', `${STREAMS}?fieldSelector=metadata.name%3Dapp`, { ...image, verb: 'deletecollection', name: '' }],
    ['DELETE', `${STREAMS}/app`, { ...image, verb: 'delete', name: 'app' }],
    [
      'POST',
      '/api/v1/namespaces/shop/serviceaccounts/robot/token',
      { verb: 'create', group: '', resource: 'serviceaccounts', subresource: 'token', namespace: 'shop', name: 'robot' },
    ],
    ['GET', '/api/v1/namespaces/shop', { verb: 'get', group: '', resource: 'namespaces', namespace: 'shop', name: 'shop' }],
    ['GET', '/api/v1/namespaces', { verb: 'list', group: '', resource: 'namespaces', namespace: '', name: '' }],
    [
      'GET',
      '/apis/project.openshift.io/v1/projects/shop',
      { verb: 'get', group: 'project.openshift.io', resource: 'projects', namespace: 'shop', name: 'shop' },
    ],
    ['GET', '/apis/project.openshift.io/v1/projects', { verb: 'list', resource: 'projects', namespace: '', name: '' }],
    ['GET', '/apis/user.openshift.io/v1/users/~', { verb: 'get', resource: 'users', namespace: '', name: '~' }],
  ])('%s %s', async (method, url, question) => {
    const { asked, send } = setUp(() => false);
    expect((await send(method, url)).code).toBe(403);
    expect(asked).toMatchObject([question]);
  });

  it('comes before the body is looked at', async () => {
    const { asked, done, send } = setUp(() => false);
    expect((await send('POST', STREAMS, 'nonsense')).code).toBe(403);
    expect([asked.length, done]).toEqual([1, []]);
  });

  it('is left to the resource by one resource alone, whose body tells what to ask', () => {
    const own = RESOURCE_TABLE.filter(({ asksAccess }) => asksAccess === true).map(resourceKey);
    expect(own).toEqual(['authorization.openshift.io/v1/subjectaccessreviews']);
  });
});

describe('creating what is not there takes the right to create', () => {
  const TAG = '/apis/image.openshift.io/v1/namespaces/shop/imagestreamtags/app:v1';
  const tag = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStreamTag', metadata: { name: 'app:v1' } };

  it.each([
    ['PUT', 'application/json', ['update', 'create']],
    ['PATCH', 'application/merge-patch+json', ['patch', 'create']],
    ['PATCH', 'application/json-patch+json', ['patch', 'create']],
  ])('by %s of %s', async (method, type, verbs) => {
    const body = type.includes('json-patch') ? [{ op: 'add', path: '/metadata/labels', value: {} }] : tag;
    const allowed = setUp(() => true, false);
    expect((await allowed.send(method, TAG, body, type)).code).toBe(201);
    expect(allowed.asked.map(({ verb }) => verb)).toEqual(verbs);
    const refused = setUp(({ verb }) => verb !== 'create', false);
    const answer = await refused.send(method, TAG, body, type);
    expect([answer.code, refused.done]).toEqual([403, []]);
    const existing = setUp(({ verb }) => verb !== 'create', true);
    expect((await existing.send(method, TAG, body, type)).code).toBe(200);
  });
});

describe('crafted paths', () => {
  it.each([
    '/apis/image.openshift.io/v1/namespaces//imagestreams/app',
    '/apis/image.openshift.io/v1/namespaces/shop//imagestreams/app',
    '/apis/image.openshift.io/v1/namespaces/shop/imagestreams//status',
    '/apis/image.openshift.io/v1//namespaces/shop/imagestreams/app',
    '/apis//image.openshift.io/v1/namespaces/shop/imagestreams/app',
    '/apis/image.openshift.io/v1/namespaces/shop/./imagestreams/app',
    '/apis/image.openshift.io/v1/namespaces/shop/../other/imagestreams/app',
    '/apis/image.openshift.io/v1/namespaces/shop/%2e%2e/other/imagestreams/app',
    '/apis/image.openshift.io/v1/namespaces/shop/imagestreams/app/../../secrets/x',
    '/apis/image.openshift.io/v1/namespaces/shop/imagestreams/app/layers/more',
    '/apis/image.openshift.io/v1/namespaces/shop/ImageStreams/app',
    '/apis/image.openshift.io/v1/namespaces/shop/imagestreams./app',
    '/apis/image.openshift.io/v1/namespaces/shop/imagestreams%2e/app',
    '/apis/image.openshift.io/v1/Namespaces/shop/imagestreams/app',
    '/apis/IMAGE.openshift.io/v1/namespaces/shop/imagestreams/app',
    '/apis/image.openshift.io./v1/namespaces/shop/imagestreams/app',
    '/apis/image.openshift.io/V1/namespaces/shop/imagestreams/app',
    '/APIS/image.openshift.io/v1/namespaces/shop/imagestreams/app',
    '/api/image.openshift.io/v1/namespaces/shop/imagestreams/app',
    '/apis/image.openshift.io/v1/namespaces/shop/imagestreams/app/Layers',
    '/apis/image.openshift.io/v1/imagestreams/app',
    '/apis/image.openshift.io/v1/namespaces/shop/images/sha256:a',
    '/api/v1/namespaces/shop/secrets/pull/status',
  ])('%s does not exist', async (path) => {
    const { asked, done, send } = setUp();
    expect((await send('GET', path)).code).toBe(404);
    expect([asked, done]).toEqual([[], []]);
  });

  it.each([
    [`${STREAMS}/app/`, { namespace: 'shop', name: 'app' }],
    [`/${STREAMS}/app`, { namespace: 'shop', name: 'app' }],
    [`${STREAMS}/..`, { namespace: 'shop', name: '..' }],
    [`${STREAMS}/%2e%2e`, { namespace: 'shop', name: '%2e%2e' }],
    [`${STREAMS}/app.`, { namespace: 'shop', name: 'app.' }],
    ['/apis/image.openshift.io/v1/namespaces/SHOP/imagestreams/app', { namespace: 'SHOP', name: 'app' }],
    ['/apis/image.openshift.io/v1/namespaces/shop./imagestreams/app', { namespace: 'shop.', name: 'app' }],
    ['/apis/image.openshift.io/v1/namespaces/%2e/imagestreams/app', { namespace: '%2e', name: 'app' }],
  ])('%s means the object of that very name', async (path, object) => {
    const { asked, done, send } = setUp();
    await send('GET', path);
    expect(asked).toMatchObject([{ resource: 'imagestreams', ...object }]);
    expect(done).toMatchObject([object]);
  });

  const segment = fc.constantFrom(
    ...[
      'api',
      'apis',
      'v1',
      'image.openshift.io',
      'project.openshift.io',
      'namespaces',
      'shop',
      'imagestreams',
      'imagestreamtags',
      'secrets',
    ],
    ...[
      'projects',
      'images',
      'app',
      'layers',
      'token',
      'serviceaccounts',
      'watch',
      'proxy',
      'status',
      'finalize',
      '',
      '.',
      '..',
      '%2e',
      '%2F',
      'SECRETS',
    ],
  );
  const prefix = fc.constantFrom(
    '/api/v1/',
    '/apis/image.openshift.io/v1/',
    '/apis/project.openshift.io/v1/',
    '/',
    '//apis/image.openshift.io/v1/',
  );
  const url = fc.tuple(
    prefix,
    fc.array(segment, { maxLength: 6 }),
    fc.constantFrom('', '?watch=true', '?fieldSelector=metadata.name%3Dapp'),
  );

  it('are never done but as what was asked for', async () => {
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(method, url, async (verb, [start, segments, query]) => {
        const { asked, done, send } = setUp();
        const [, version] = start.includes('image') ? ['', 'image.openshift.io/v1'] : ['', 'v1'];
        await send(
          verb,
          `${start}${segments.join('/')}${query}`,
          { apiVersion: version, metadata: {} },
          verb === 'PATCH' ? 'application/merge-patch+json' : undefined,
        );
        for (const { key, namespace, name } of done) {
          const [question] = asked;
          const { group = '', resource = '', subresource = '' } = question ?? {};
          expect(key).toMatch(new RegExp(`^${group}/v1(beta1)?/${resource}${subresource === '' ? '' : `/${subresource}`}$`));
          // A project is the namespace of its name.
          expect(resource === 'projects' ? '' : question?.namespace).toBe(namespace);
          if (name !== '') expect(question?.name).toBe(name);
        }
        if (done.length > 0) expect(asked.length).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('are done by nobody who may do nothing', async () => {
    await fc.assert(
      fc.asyncProperty(url, async ([start, segments, query]) => {
        const { done, send } = setUp(() => false);
        await send('GET', `${start}${segments.join('/')}${query}`);
        expect(done).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

it('a 404 tells nothing to those who may not ask', async () => {
  const { send } = setUp(() => false);
  const hidden = new ApiError(notFound('image.openshift.io', 'imagestreams', 'app'));
  expect((await send('GET', `${STREAMS}/app`)).code).not.toBe(hidden.status.code);
});
