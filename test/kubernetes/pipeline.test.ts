import { describe, expect, it } from 'vitest';
import { AUTHENTICATION_UNAVAILABLE } from '../../functions/kubernetes/unauthenticated.ts';
import { tooManyRequests } from '../../functions/kubernetes/status.ts';
import { createToyApi, jsonBody, WIDGETS } from './toy-resource.ts';

const WIDGET = { kind: 'Widget', apiVersion: 'example.io/v1', metadata: { name: 'x', namespace: 'ns' }, spec: { size: 1 } };
const JSON_TYPE = { 'content-type': 'application/json' };

describe('who is asking', () => {
  it('nobody: 401 exactly as apiserver says it', async () => {
    const { api } = createToyApi();
    expect(await api({ identity: null, unauthenticatedReason: 'expired token' })).toEqual({
      code: 401,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-cache, private',
        'audit-id': 'r-1',
        'x-content-type-options': 'nosniff',
      },
      body: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      },
    });
  });

  it('nobody knows: 503, since signing in again would not help', async () => {
    const { api } = createToyApi();
    expect(await api({ identity: null, unauthenticatedReason: AUTHENTICATION_UNAVAILABLE })).toMatchObject({
      code: 503,
      body: { reason: 'ServiceUnavailable' },
    });
  });

  it.each<Readonly<Record<string, string>>>([{ 'impersonate-user': 'bob' }, { 'impersonate-group': 'admins' }])(
    'somebody as somebody else: 403 for %j',
    async (headers) => {
      const { api } = createToyApi();
      const response = await api({ headers });
      expect(response).toMatchObject({ code: 403, body: { reason: 'Forbidden' } });
      expect((response.body as { message: string }).message).toContain(
        'User "alice" cannot impersonate resource "users" in API group "" at the cluster scope',
      );
    },
  );

  it('somebody who may not: 403 in upstream words, and nothing is done', async () => {
    const { api, stored } = createToyApi({ authorizer: { authorize: async () => ({ allowed: false, reason: '' }) } });
    const response = await api({ method: 'POST', body: jsonBody(WIDGET), headers: JSON_TYPE });
    expect(response).toMatchObject({
      code: 403,
      body: {
        message:
          'widgets.example.io is forbidden: User "alice" cannot create resource "widgets" in API group "example.io" in the namespace "ns"',
        details: { group: 'example.io', kind: 'widgets' },
      },
    });
    expect(stored.size).toBe(0);
  });

  it.each([
    [
      `${WIDGETS}/x/size`,
      'widgets.example.io "x" is forbidden: User "<b>" cannot get resource "widgets/size" in API group "example.io" in the namespace "ns": no role',
    ],
    [
      '/apis/example.io/v1/widgets',
      'widgets.example.io is forbidden: User "<b>" cannot list resource "widgets" in API group "example.io" at the cluster scope: no role',
    ],
  ])('%s', async (url, message) => {
    const { api } = createToyApi({ authorizer: { authorize: async () => ({ allowed: false, reason: 'no role' }) } });
    expect(await api({ url, identity: { user: '<b>', groups: [] } })).toMatchObject({
      body: { message: message.replaceAll('"<b>"', '"&lt;b&gt;"') },
    });
  });

  it('is asked with what the URL means', async () => {
    const asked: unknown[] = [];
    const { api } = createToyApi({
      authorizer: { authorize: async (identity, question) => (asked.push(identity, question), { allowed: true, reason: '' }) },
    });
    await api({ url: `${WIDGETS}/x/size` });
    expect(asked).toEqual([
      { user: 'alice', groups: [] },
      { verb: 'get', group: 'example.io', resource: 'widgets', subresource: 'size', namespace: 'ns', name: 'x' },
    ]);
  });
});

describe('which resource', () => {
  it.each(['/apis/example.io/v2/namespaces/ns/widgets', '/apis/example.io', '/'])(
    '%s does not exist: plain 404, never 403',
    async (url) => {
      const { api } = createToyApi({ authorizer: { authorize: async () => ({ allowed: false, reason: '' }) } });
      const response = await api({ url });
      expect(response).toMatchObject({ code: 404, body: '404 page not found\n' });
      expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
    },
  );

  it.each([
    ['GET', '/apis/example.io/v1/namespaces/ns/gadgets'],
    ['GET', '/apis/example.io/v1/namespaces/ns/elsewhere/x'],
    ['GET', '/apis/example.io/v1/widgets/x'],
    ['GET', `${WIDGETS}/x/none`],
    ['GET', `${WIDGETS}/x/size/more`],
    ['GET', '/apis/example.io/v1/namespaces//widgets/x'],
    ['PUT', '/apis/example.io/v1/namespaces/ns/results/x'],
  ])('%s %s leads nowhere in a group that is served: 404 as a Status', async (method, url) => {
    const { api } = createToyApi({ authorizer: { authorize: async () => ({ allowed: false, reason: '' }) } });
    const message = 'the server could not find the requested resource';
    expect(await api({ method, url })).toMatchObject({ code: 404, body: { kind: 'Status', reason: 'NotFound', message, details: {} } });
  });

  it.each([
    ['DELETE', WIDGETS],
    ['OPTIONS', WIDGETS],
    ['POST', `${WIDGETS}/x`],
    ['POST', '/apis/example.io/v1/widgets'],
    ['GET', '/apis/example.io/v1/namespaces/ns/results'],
    ['GET', '/api/v1/namespaces'],
  ])('%s %s has other methods: 405', async (method, url) => {
    const { api } = createToyApi();
    const message = 'the server does not allow this method on the requested resource';
    expect(await api({ method, url })).toMatchObject({ code: 405, body: { reason: 'MethodNotAllowed', message, details: {} } });
  });

  it('a list that cannot be watched says so', async () => {
    const { api } = createToyApi();
    expect((await api({ url: `${WIDGETS}?watch=true` })).body).toMatchObject({
      code: 405,
      message: 'watch is not supported on resources of kind "widgets.example.io"',
    });
  });

  it('a namespace is asked for by its own name', async () => {
    const { api } = createToyApi();
    expect(await api({ url: '/api/v1/namespaces/proj' })).toMatchObject({ code: 200, body: { metadata: { name: 'proj' } } });
  });
});

describe('reading', () => {
  it('one object, with the headers of apiserver', async () => {
    const { api, save } = createToyApi();
    save('ns/x', WIDGET);
    expect(await api({ url: `${WIDGETS}/x` })).toEqual({
      code: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private', 'audit-id': 'r-1' },
      body: { ...WIDGET, metadata: { ...WIDGET.metadata, resourceVersion: '1' } },
    });
    expect(await api({ url: `${WIDGETS}/y` })).toMatchObject({ code: 404, body: { message: 'widgets.example.io "y" not found' } });
  });

  it('lists of one and of all namespaces, by label', async () => {
    const { api, save } = createToyApi();
    save('ns/x', { ...WIDGET, metadata: { name: 'x', namespace: 'ns', labels: { a: 'b' } } });
    save('other/y', { ...WIDGET, metadata: { name: 'y', namespace: 'other' } });
    const names = async (url: string) =>
      ((await api({ url })).body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
    expect(await names(WIDGETS)).toEqual(['x']);
    expect(await names('/apis/example.io/v1/widgets')).toEqual(['x', 'y']);
    expect(await names('/apis/example.io/v1/widgets?labelSelector=!a')).toEqual(['y']);
  });

  it('what cannot be sent is 406', async () => {
    const { api } = createToyApi();
    expect(await api({ headers: { accept: 'application/vnd.kubernetes.protobuf' } })).toMatchObject({
      code: 406,
      body: { reason: 'NotAcceptable', message: 'only the following media types are accepted: application/json' },
    });
  });
});

describe('writing', () => {
  it('POST: 201, placed in the URL’s namespace, without what only servers set', async () => {
    const { api, calls } = createToyApi();
    const metadata = { name: 'x', uid: 'mine', creationTimestamp: '2020-01-01T00:00:00Z', resourceVersion: '7' };
    const response = await api({
      method: 'POST',
      url: `${WIDGETS}?fieldManager=kubectl-create&fieldValidation=Ignore`,
      body: jsonBody({ metadata }),
      headers: JSON_TYPE,
    });
    expect(response).toMatchObject({
      code: 201,
      body: { kind: 'Widget', apiVersion: 'example.io/v1', metadata: { name: 'x', namespace: 'ns' } },
    });
    expect(JSON.stringify(response.body)).not.toContain('mine');
    expect(calls[0]?.context).toMatchObject({ fieldManager: 'kubectl-create', dryRun: false, now: 1_000_000, identity: { user: 'alice' } });
  });

  it('POST twice: 409', async () => {
    const { api } = createToyApi();
    const request = { method: 'POST', body: jsonBody(WIDGET), headers: JSON_TYPE };
    await api(request);
    expect(await api(request)).toMatchObject({ code: 409, body: { reason: 'AlreadyExists' } });
  });

  it('a Status answers a POST too', async () => {
    const { api } = createToyApi();
    const url = '/apis/example.io/v1/namespaces/ns/results';
    expect(
      await api({
        method: 'POST',
        url,
        body: jsonBody({}),
        headers: { ...JSON_TYPE, accept: 'application/json;as=Table;g=meta.k8s.io;v=v1,*/*' },
      }),
    ).toMatchObject({
      code: 201,
      body: { kind: 'Status', status: 'Success', code: 201 },
    });
  });

  it('dryRun=All reaches every write', async () => {
    const { api, stored, save, calls } = createToyApi();
    await api({ method: 'POST', url: `${WIDGETS}?dryRun=All`, body: jsonBody(WIDGET), headers: JSON_TYPE });
    expect(stored.size).toBe(0);
    const before = save('ns/x', WIDGET);
    await api({ method: 'PUT', url: `${WIDGETS}/x?dryRun=All`, body: jsonBody({ ...WIDGET, spec: {} }), headers: JSON_TYPE });
    await api({ method: 'DELETE', url: `${WIDGETS}/x`, body: jsonBody({ dryRun: ['All'] }), headers: JSON_TYPE });
    expect(stored.get('ns/x')).toBe(before);
    expect(calls.map(({ verb, context }) => [verb, context.dryRun])).toEqual([
      ['create', true],
      ['update', true],
      ['delete', true],
    ]);
  });

  it('PUT: 201 when it creates, 200 when it replaces, 409 when the object moved on', async () => {
    const { api } = createToyApi();
    const put = (object: unknown) => api({ method: 'PUT', url: `${WIDGETS}/x`, body: jsonBody(object), headers: JSON_TYPE });
    expect((await put(WIDGET)).code).toBe(201);
    expect((await put(WIDGET)).code).toBe(200);
    expect(await put({ ...WIDGET, metadata: { name: 'x', resourceVersion: '1' } })).toMatchObject({
      code: 409,
      body: { reason: 'Conflict' },
    });
  });

  it.each([
    ['PUT', `${WIDGETS}/x`, { name: 'y' }, 'the name of the object (y) does not match the name on the URL (x)'],
    ['PUT', `${WIDGETS}/x`, {}, 'the name of the object (x based on URL) was undeterminable: name must be provided'],
    [
      'PUT',
      `${WIDGETS}/x`,
      { name: 'x', namespace: 'other' },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'POST',
      WIDGETS,
      { name: 'x', namespace: 'other' },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
  ])('%s %s with metadata %j is 400', async (method, url, metadata, message) => {
    const { api } = createToyApi();
    expect(await api({ method, url, body: jsonBody({ metadata }), headers: JSON_TYPE })).toMatchObject({ code: 400, body: { message } });
  });

  it('DELETE: 200 with what the resource says, preconditions passed on', async () => {
    const { api, save } = createToyApi();
    save('ns/x', WIDGET);
    const body = jsonBody({ propagationPolicy: 'Background', preconditions: { uid: 'u' } });
    expect(await api({ method: 'DELETE', url: `${WIDGETS}/x`, body, headers: JSON_TYPE })).toMatchObject({
      code: 200,
      body: { kind: 'Status', status: 'Success', details: { name: 'x', uid: 'u' } },
    });
    expect((await api({ method: 'DELETE', url: `${WIDGETS}/x` })).code).toBe(404);
  });
});

describe('patching', () => {
  const MERGE = { 'content-type': 'application/merge-patch+json' };

  it('changes the stored object, and again after a lost race', async () => {
    const { api, save } = createToyApi();
    save('ns/x', WIDGET);
    const patch = { metadata: { labels: { a: 'b' } }, spec: { size: null, parts: ['p'] } };
    const response = await api({ method: 'PATCH', url: `${WIDGETS}/x?fieldManager=kubectl-label`, body: jsonBody(patch), headers: MERGE });
    expect(response).toMatchObject({ code: 200, body: { metadata: { labels: { a: 'b' }, namespace: 'ns' }, spec: { parts: ['p'] } } });
    expect(response.body).not.toHaveProperty('spec.size');
  });

  it.each([
    ['nothing stored', 'y', {}, 404, 'widgets.example.io "y" not found'],
    ['another name', 'x', { metadata: { name: 'y' } }, 400, 'the name of the object (y) does not match the name on the URL (x)'],
    [
      'another namespace',
      'x',
      { metadata: { namespace: 'z' } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'labels that are no texts',
      'x',
      { metadata: { labels: { a: 1 } } },
      400,
      'Widget in version "v1" cannot be handled as a Widget: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
  ])('%s is refused', async (_, name, patch, code, message) => {
    const { api, save } = createToyApi();
    save('ns/x', WIDGET);
    expect(await api({ method: 'PATCH', url: `${WIDGETS}/${name}`, body: jsonBody(patch), headers: MERGE })).toMatchObject({
      code,
      body: { message },
    });
  });

  it('must leave an object', async () => {
    const { api, save } = createToyApi();
    save('ns/x', WIDGET);
    const body = jsonBody([{ op: 'replace', path: '', value: 'text' }]);
    expect(
      await api({ method: 'PATCH', url: `${WIDGETS}/x`, body, headers: { 'content-type': 'application/json-patch+json' } }),
    ).toMatchObject({ code: 422 });
  });
});

describe('failing', () => {
  it('an unforeseen error is logged once and tells the client nothing', async () => {
    const boom = new Error('table arn:aws:dynamodb:…');
    const { api, errors } = createToyApi({ authorizer: { authorize: () => Promise.reject(boom) } });
    const response = await api({});
    expect(response).toMatchObject({ code: 500, body: { reason: 'InternalError' } });
    expect(JSON.stringify(response)).not.toContain('arn');
    expect(errors).toEqual([boom]);
  });

  it('an adapter’s error is worded by the mapper, with Retry-After and without a log line', async () => {
    const { api, errors } = createToyApi({
      authorizer: { authorize: () => Promise.reject(new Error('throttled')) },
      mapError: (_error, info) => tooManyRequests(`busy with ${info.resource}`, 1),
    });
    const response = await api({});
    expect(response).toMatchObject({ code: 429, body: { message: 'busy with widgets' } });
    expect(response.headers['retry-after']).toBe('1');
    expect(errors).toEqual([]);
  });

  it('every decision is told', async () => {
    const decisions: unknown[] = [];
    const { api } = createToyApi({
      authorizer: { authorize: async (_who, { verb }) => ({ allowed: verb === 'get', reason: `may ${verb}` }) },
    });
    const tell = (decision: unknown) => void decisions.push(decision);
    await api({ url: `${WIDGETS}/x` }, tell);
    await api({}, tell);
    await api({ identity: null, unauthenticatedReason: 'unknown token' }, tell);
    await api({ url: `${WIDGETS}/x/whatever` }, tell);
    expect(decisions).toEqual([
      { allowed: true, reason: 'may get' },
      { allowed: false, reason: 'may list' },
    ]);
  });
});
