/** A cluster's API server asks the running service, set up with kubectl alone. */
import { request as send } from 'node:https';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdmissionToken } from '../../functions/admission/token.ts';
import { patchOf, review, type ReviewOptions, workload } from '../admission/reviews.ts';
import { digest, pushed } from '../support/image-api.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';

const TOKENS = '/apis/delivery.image-streams.io/v1/admissionmappings/shop-prod/token';
const A = digest('a');
const B = digest('b');
const pull = (image: string) => `registry.example.com/team/python@${image}`;

let stack: LocalStack;
let path: string;

beforeAll(async () => {
  stack = await startLocalStack({}, { schedules: false });
  await stack.kubectl.run(['create', '-f', '-'], {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'python' },
  });
  await push(A);
  await stack.kubectl.run(['create', '-f', fileURLToPath(new URL('../../docs/examples/admissionmapping.yaml', import.meta.url))]);
  const issued = await stack.kubectl.run(['create', '--raw', TOKENS, '-f', '-'], {});
  path = (JSON.parse(issued) as { status: { path: string } }).status.path;
});
afterAll(async () => {
  const { refused } = stack.runtime.permissions();
  await stack.stop();
  expect(refused).toEqual([]);
});

async function push(image: string): Promise<void> {
  const mapping = { ...pushed('python', '3.5', image), metadata: { name: 'python', namespace: 'default' } };
  const { code } = await stack.request('POST', '/apis/image.openshift.io/v1/namespaces/default/imagestreammappings', mapping);
  expect(code).toBe(201);
}

/** As an API server does: no credentials, and whatever it trusts is the webhook's caBundle. */
function post(at: string, body: string): Promise<{ readonly code: number; readonly body: { readonly response: object } }> {
  const { url, ca } = stack.runtime;
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, */*', 'user-agent': 'kube-apiserver-admission' };
    const call = send(`${url}${at}?timeout=10s`, { method: 'POST', ca, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = String(response.headers['content-type']).includes('json');
        resolve({ code: response.statusCode ?? 0, body: (isJson ? JSON.parse(text) : text) as never });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

async function imagesOf(object: object, options?: ReviewOptions): Promise<readonly string[]> {
  const { code, body } = await post(path, JSON.stringify(review(object, options)));
  expect([code, body]).toMatchObject([200, { response: { allowed: true } }]);
  return patchOf(body).map(({ value }) => value);
}

describe('pods of a mapped namespace', () => {
  const pod = workload('pods', { web: 'python:3.5' });

  it('keep the names of streams that do not lend theirs', async () => {
    expect(await imagesOf(pod)).toEqual([]);
  });

  it('get exact images once the stream is set to local lookup, always the newest', async () => {
    await stack.kubectl.run(['patch', 'is', 'python', '-p', '{"spec":{"lookupPolicy":{"local":true}}}', '--type', 'merge']);
    expect(await imagesOf(pod)).toEqual([pull(A)]);
    await push(B);
    expect(await imagesOf(pod)).toEqual([pull(B)]);
    expect(await imagesOf(pod, { namespace: 'shop-pr-7' })).toEqual([pull(B)]);
    expect(await imagesOf(workload('cronjobs', { web: `python@${A}` }), { resource: 'cronjobs' })).toEqual([pull(A)]);
    expect(await imagesOf(pod, { namespace: 'default' })).toEqual([]);
  });

  it('are warned of tags that are not there', async () => {
    const { body } = await post(
      path,
      JSON.stringify(review(workload('deployments', { web: 'python:3.5', old: 'python:2' }), { resource: 'deployments' })),
    );
    expect(patchOf(body)).toEqual([{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: pull(B) }]);
    expect(body.response).toMatchObject({ warnings: ['container "old": the image stream has no python:2, which is left as it is'] });
  });

  it('ask with the token that was issued, and no other', async () => {
    const codes = [
      `/admission/v1/shop-prod/${createAdmissionToken()}`,
      path.replace('shop-prod', 'shop-test'),
      '/admission/v1/shop-prod',
    ].map(async (at) => (await post(at, '{}')).code);
    expect(await Promise.all(codes)).toEqual([403, 403, 404]);
    expect(await post(path, 'not json')).toMatchObject({ code: 400, body: { kind: 'Status', reason: 'BadRequest' } });
  });

  it('are seen by those who run the cluster', async () => {
    const shown = await stack.kubectl.run(['get', 'admmap']);
    expect(shown).toMatch(/^NAME +NAMESPACES +TOKEN +AGE\nshop-prod +shop=default,shop-pr-\*=default +\S+ +\S+\n$/);
    expect(await stack.kubectl.run(['explain', 'admissionmapping.spec.namespaces.imageNamespace'])).toContain(
      'Namespace of the image streams',
    );
    expect(await stack.kubectl.run(['get', 'admmap', 'shop-prod', '-o', 'yaml'])).not.toMatch(/imgadm_|sha256/);
  });
});
