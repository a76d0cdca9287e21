import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAnswer } from '../../functions/declaring/answer.ts';
import { createHttpsTransport } from '../../functions/declaring/https-transport.ts';
import type { CloudFormationRequest } from '../../functions/declaring/types.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const received: Received[] = [];
let respond: { readonly code: number; readonly headers?: Record<string, string>; readonly body?: string };
const server = createServer((request, response) => {
  void text(request).then((body) => {
    received.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(respond.code, respond.headers).end(respond.body);
  });
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const request = (): CloudFormationRequest => ({
  RequestType: 'Create',
  ResponseURL: `${url}/bucket/answer?X-Amz-Signature=s3cret`,
  StackId: 'stack',
  RequestId: 'r',
  LogicalResourceId: 'Web',
  ResourceProperties: {},
});

it('CloudFormation is told what it has to be told, by a request that its signature is good for', async () => {
  respond = { code: 200 };
  await createAnswer()(request(), { physicalId: 'shop/ImageStream/web' });
  const { method, url: path, headers, body } = received.at(-1) ?? ({} as Received);
  expect([method, path, headers['content-type']]).toEqual(['PUT', '/bucket/answer?X-Amz-Signature=s3cret', '']);
  expect(JSON.parse(body)).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: 'shop/ImageStream/web',
    StackId: 'stack',
    RequestId: 'r',
    LogicalResourceId: 'Web',
  });
});

it('a failure is told in as many words as CloudFormation takes', async () => {
  respond = { code: 200 };
  await createAnswer()(request(), { physicalId: 'x', failure: 'ü'.repeat(5_000) });
  const { body } = received.at(-1) ?? ({} as Received);
  expect(JSON.parse(body)).toMatchObject({ Status: 'FAILED', Reason: 'ü'.repeat(800) });
  expect(Buffer.byteLength(body)).toBeLessThan(4_096);
});

it('an answer that is not taken is an error without the URL', async () => {
  respond = { code: 403 };
  await expect(createAnswer()(request(), { physicalId: 'x' })).rejects.toThrow(/^CloudFormation did not take the answer \(403\)$/);
  const nowhere = { ...request(), ResponseURL: 'http://127.0.0.1:1/?X-Amz-Signature=s3cret' };
  await expect(createAnswer()(nowhere, { physicalId: 'x' })).rejects.toThrow(/^CloudFormation did not take the answer \(no connection\)$/);
});

it('the API gets the token and the object', async () => {
  respond = { code: 201, body: '{"kind":"ImageStream"}' };
  const patch = { method: 'PATCH', path: '/apis/x', contentType: 'application/apply-patch+yaml', body: { a: 1 }, token: 't' } as const;
  expect(await createHttpsTransport(url)(patch)).toEqual({ code: 201, body: { kind: 'ImageStream' } });
  expect(received.at(-1)).toMatchObject({
    method: 'PATCH',
    url: '/apis/x',
    headers: { authorization: 'Bearer t', 'content-type': 'application/apply-patch+yaml' },
    body: '{"a":1}',
  });
});

it('an answer of a gateway that is no JSON is one, too', async () => {
  respond = { code: 503, body: 'Service Unavailable' };
  expect(await createHttpsTransport(url)({ method: 'GET', path: '/', token: 't' })).toEqual({ code: 503, body: null });
});

it('a redirect is not followed, and errors do not tell the token', async () => {
  respond = { code: 302, headers: { location: `${url}/elsewhere` } };
  const count = received.length;
  await expect(createHttpsTransport(url)({ method: 'GET', path: '/', token: 'k8s-aws-v1.t' })).rejects.toThrow(
    /^127.0.0.1:\d+ does not answer/,
  );
  expect(received).toHaveLength(count + 1);
  const nowhere = createHttpsTransport('http://127.0.0.1:1')({ method: 'GET', path: '/', token: 'k8s-aws-v1.t' });
  await expect(nowhere).rejects.toThrow(/^127.0.0.1:1 does not answer( \(\w+\))?$/);
});
