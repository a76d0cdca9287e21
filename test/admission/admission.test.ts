/** The webhook as it is deployed, asked as API servers ask. */
import { gzipSync } from 'node:zlib';
import jsonPatch from 'rfc6902';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdmissionToken } from '../../functions/admission/token.ts';
import { type HttpFunctions, loadHttpFunctions } from '../support/http-functions.ts';
import { digest, pushed } from '../support/image-api.ts';
import { logged } from '../runtime/logged.ts';
import { patchOf, podAt, review, type ReviewOptions, UID, workload, WORKLOADS } from './reviews.ts';

const IMAGE = '/apis/image.openshift.io/v1/namespaces/shop';
const MAPPINGS = '/apis/delivery.image-streams.io/v1/admissionmappings';
const A = digest('a');
const PYTHON = `registry.example.com/team/python@${A}`;
const ASKS = { 'alpha.image.policy.openshift.io/resolve-names': '*' };

let http: HttpFunctions;
let url: string;

beforeAll(async () => {
  http = await loadHttpFunctions();
  await create('/api/v1/namespaces', { metadata: { name: 'shop' } });
  for (const [name, local] of [
    ['python', true],
    ['private', false],
  ] as const) {
    await create(`${IMAGE}/imagestreams`, { metadata: { name }, spec: { lookupPolicy: { local } } });
    await create(`${IMAGE}/imagestreammappings`, { ...pushed(name, '3.5', A), metadata: { name, namespace: 'shop' } });
  }
  const namespaces = [{ name: 'shop' }, { name: 'asking', imageNamespace: 'shop', resolveNames: true }, { name: 'empty' }];
  await create(MAPPINGS, { metadata: { name: 'prod' }, spec: { namespaces } });
  url = (await create(`${MAPPINGS}/prod/token`, {})).status.path;
});
afterAll(() => http.stop());

async function create(path: string, body: object): Promise<{ readonly status: { readonly path: string } }> {
  const answer = await http.send('POST', path, { body });
  expect(answer).toMatchObject({ code: 201 });
  return answer.body as { status: { path: string } };
}

async function ask(object: object | null, options?: ReviewOptions, at = url) {
  const { code, body } = await http.send('POST', at, { body: review(object, options) });
  expect(code).toBe(200);
  expect(body).toMatchObject({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response: { uid: UID, allowed: true } });
  return body.response as { readonly patchType?: string; readonly warnings?: string[]; readonly auditAnnotations?: object };
}

const imagesOf = (answer: object) => patchOf({ response: answer }).map(({ value }) => value);

describe('a pod or workload', () => {
  it.each(WORKLOADS)('%s gets exact images for names of streams', async (resource) => {
    const object = workload(resource, { web: 'python:3.5', log: 'fluentd' }, { init: { setup: 'docker.io/library/python:3.5' } });
    const answer = await ask(object, { resource });
    const path = `${podAt(resource)}/spec/containers/0/image`;
    expect(answer).toMatchObject({
      patchType: 'JSONPatch',
      auditAnnotations: { 'resolved-images': JSON.stringify({ 'python:3.5': PYTHON }) },
    });
    expect(answer).not.toHaveProperty('warnings');
    expect(patchOf({ response: answer })).toEqual([{ op: 'replace', path, value: PYTHON }]);
  });

  it('is left alone once it has them: webhooks may be called again', async () => {
    const object = workload('deployments', { web: 'python:3.5' });
    const patched = structuredClone(object);
    expect(jsonPatch.applyPatch(patched, patchOf({ response: await ask(object, { resource: 'deployments' }) }) as never)).toEqual([null]);
    expect(JSON.stringify(patched)).toContain(PYTHON);
    expect(await ask(patched, { resource: 'deployments' })).toEqual({ uid: UID, allowed: true });
  });

  it('is asked about only where an update changes it', async () => {
    const oldObject = workload('deployments', { web: 'python:3.5' });
    const options = { resource: 'deployments', operation: 'UPDATE', oldObject };
    expect(await ask(oldObject, options)).toEqual({ uid: UID, allowed: true });
    expect(imagesOf(await ask(workload('deployments', { web: `python@${A}` }), options))).toEqual([PYTHON]);
  });

  it('is debugged with images of streams', async () => {
    const oldObject = workload('pods', { web: PYTHON });
    const object = workload('pods', { web: PYTHON }, { ephemeral: { debug: 'python:3.5' } });
    const answer = await ask(object, { subResource: 'ephemeralcontainers', operation: 'UPDATE', oldObject });
    expect(patchOf({ response: answer })).toEqual([{ op: 'replace', path: '/spec/ephemeralContainers/0/image', value: PYTHON }]);
  });

  it.each([
    ['a stream that does not lend its name', workload('pods', { web: 'private:3.5' }), {}],
    ['a name of no stream', workload('pods', { web: 'nginx' }), {}],
    ['a namespace that is not mapped', workload('pods', { web: 'python:3.5' }), { namespace: 'other' }],
    ['a namespace without streams', workload('pods', { web: 'python:3.5' }), { namespace: 'empty' }],
    ['what is of the cluster', { kind: 'Node' }, { resource: 'nodes', namespace: '' }],
  ])('is left alone, with nothing told: %s', async (_, object, options) => {
    expect(await ask(object, options)).toEqual({ uid: UID, allowed: true });
  });

  it('is warned of a tag that is not there', async () => {
    const answer = await ask(workload('pods', { web: 'python:9', log: `python@${digest('b')}` }));
    expect(answer).not.toHaveProperty('patch');
    expect(answer.warnings).toEqual([
      'container "web": the image stream has no python:9, which is left as it is',
      `container "log": the image stream has no python@${digest('b')}, which is left as it is`,
    ]);
  });

  it('asks for any stream only where the mapping lets it', async () => {
    const object = workload('pods', { web: 'private:3.5', log: 'quay.io/any/python:3.5' }, { annotations: ASKS });
    const refused = await ask(object);
    expect(refused).not.toHaveProperty('patch');
    expect(refused.warnings).toEqual(["this cluster's AdmissionMapping does not let pods ask for names of image streams"]);
    expect(imagesOf(await ask(object, { namespace: 'asking' }))).toEqual([`registry.example.com/team/private@${A}`, PYTHON]);
  });

  it('is answered the same on a dry run', async () => {
    const object = workload('pods', { web: 'python:3.5' });
    expect(await ask(object, { dryRun: true })).toEqual(await ask(object));
  });

  it('makes us read only so much', async () => {
    const names = Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`c${index}`, `python:t${index}`]));
    const { warnings } = await ask(workload('pods', names));
    expect(warnings?.[0]).toBe('only the first 100 image names were looked up');
    expect(warnings).toHaveLength(16);
    expect(warnings?.at(-1)).toBe('and 86 warnings more');
  });
});

describe('the webhook', () => {
  const other = createAdmissionToken();

  it.each([
    ['another token', () => `/admission/v1/prod/${other}`],
    ['another mapping', () => url.replace('/prod/', '/other/')],
    ['a name nobody can have', () => url.replace('/prod/', `/${'x'.repeat(2_000)}/`)],
    ['no token', () => '/admission/v1/prod/x'],
    ['a token that was cut off', () => url.slice(0, -1)],
  ])('lets in nobody by %s, and tells nothing', async (_, at) => {
    const { code, body } = await http.send('POST', at(), { body: review(workload('pods', { web: 'python:3.5' })) });
    const name = at().split('/')[3] ?? '';
    expect([code, body]).toEqual([
      403,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: `admissionmappings.delivery.image-streams.io "${name}" is forbidden: no such mapping, or the token is not its own`,
        reason: 'Forbidden',
        details: { name, group: 'delivery.image-streams.io', kind: 'admissionmappings' },
        code: 403,
      },
    ]);
  });

  it.each([
    ['nothing', undefined, 400],
    ['no JSON', '{', 400],
    ['a list', '[]', 400],
    ['another kind', { kind: 'Pod', apiVersion: 'v1' }, 400],
    ['the version before', { ...review(null), apiVersion: 'admission.k8s.io/v1beta1' }, 400],
    ['no request', { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' }, 400],
    ['no uid', { ...review(null), request: { ...review(null).request, uid: '' } }, 400],
    ['no resource', { ...review(null), request: { uid: UID } }, 400],
    ['a namespace that is none', { ...review(null), request: { ...review(null).request, namespace: {} } }, 400],
    ['a deep one', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 400],
    ['too much', `"${'x'.repeat(3 * 1024 * 1024)}"`, 413],
    ['bytes', gzipSync('{}'), 400],
  ])('refuses %s', async (_, body, code) => {
    const answer = await http.send('POST', url, { ...(body === undefined ? {} : { body }) });
    expect(answer.code).toBe(code);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code });
  });

  it('takes POST and JSON alone, at its own path', async () => {
    expect(await http.send('GET', url)).toMatchObject({ code: 405, body: { kind: 'Status' } });
    expect(await http.send('POST', url, { body: 'a: b', headers: { 'content-type': 'application/yaml' } })).toMatchObject({ code: 415 });
    expect(await http.send('POST', `${url}/x`, { body: {} })).toMatchObject({ code: 404 });
    expect(await http.send('POST', '/admission/v2/prod/x', { body: {} })).toMatchObject({ code: 404 });
  });

  it('goes on with the token before until the next', async () => {
    const object = workload('pods', { web: 'python:3.5' });
    await create(MAPPINGS, { metadata: { name: 'rotated' }, spec: { namespaces: [{ name: 'shop' }] } });
    const issue = async (spec: object = {}) => (await create(`${MAPPINGS}/rotated/token`, { spec })).status.path;
    const [first, second] = [await issue(), await issue()];
    expect(imagesOf(await ask(object, {}, first))).toEqual([PYTHON]);
    expect(imagesOf(await ask(object, {}, second))).toEqual([PYTHON]);
    const third = await issue({ revokeOthers: true });
    for (const at of [first, second]) expect((await http.send('POST', at, { body: review(object) })).code).toBe(403);
    expect(imagesOf(await ask(object, {}, third))).toEqual([PYTHON]);
    await http.send('DELETE', `${MAPPINGS}/rotated`);
    expect((await http.send('POST', third, { body: review(object) })).code).toBe(403);
  });

  it('tells the log who asked, but no token, not even one that is wrong', async () => {
    const lines = await logged(async () => {
      await ask(workload('pods', { web: 'python:3.5' }));
      for (const at of [`${url}/x`, url.slice(0, -3), `/admission/v1/prod/${other}`]) await http.send('POST', at, { body: {} });
    });
    const text = JSON.stringify(lines);
    expect(text).toContain('token of AdmissionMapping \\"prod\\", issued 2');
    expect(text).toContain('/admission/v1/prod/[redacted]');
    expect(text).not.toMatch(/imgadm_/);
  });
});
