/** Services that are not hosted here, as functions of the toy stack and as a role of another account. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalRuntime } from '../../lib/local/index.ts';
import { createRemoteServices } from '../../lib/local/remote-services.ts';
import { startToy } from './toy-stack.ts';

let remote: Server;
let runtime: LocalRuntime | undefined;
let seen: { url?: string; target?: unknown; body: string }[] = [];
beforeEach(async () => {
  seen = [];
  remote = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ url: request.url, target: request.headers['x-amz-target'], body });
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end('{"__type":"Elsewhere","message":"not here"}');
    });
  });
  await new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await runtime?.stop();
  remote.close();
});
const address = () => `http://127.0.0.1:${(remote.address() as AddressInfo).port}`;
const send = new SendMessageCommand({ QueueUrl: 'http://127.0.0.1/1/elsewhere', MessageBody: 'x' });

function client(runtime: LocalRuntime, sessionToken?: string): SQSClient {
  const credentials = { accessKeyId: 'ASIAOTHER', secretAccessKey: 's', sessionToken };
  return new SQSClient({ endpoint: runtime.awsEndpoint, region: 'us-east-1', credentials, maxAttempts: 1, useQueueUrlAsEndpoint: false });
}

describe('a service that is elsewhere', () => {
  it('gets calls of roles that were assumed as they were sent, and its answer comes back', async () => {
    runtime = await startToy({ awsServices: { sqs: address() } });
    await expect(client(runtime, 'token').send(send)).rejects.toMatchObject({ name: 'Elsewhere' });
    expect(seen).toMatchObject([{ url: '/', target: 'AmazonSQS.SendMessage', body: expect.stringContaining('"MessageBody":"x"') }]);
    expect(runtime.stats.functions['external']?.calls['SendMessage']).toMatchObject({ calls: 1, refused: 1 });
  });

  it('gets no calls of whoever acts here', async () => {
    runtime = await startToy({ awsServices: { sqs: address() } });
    await expect(client(runtime).send(send)).rejects.not.toMatchObject({ name: 'Elsewhere' });
    expect(seen).toEqual([]);
  });

  it('is not hosted when nobody says where it is', async () => {
    runtime = await startToy();
    const sts = new STSClient({
      endpoint: runtime.awsEndpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    });
    const assume = sts.send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/r', RoleSessionName: 's' }));
    await expect(assume).rejects.toMatchObject({ name: 'UnknownOperationException', message: 'sts.AssumeRole is not hosted locally' });
  });

  it.each(['ftp://x', 'https://sqs.example', 'nowhere'])('is not at %s', (url) => {
    expect(() => createRemoteServices({ sqs: url })).toThrow('the address of sqs must be like');
  });
});
