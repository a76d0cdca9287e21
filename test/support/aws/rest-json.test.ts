import * as eks from '@aws-sdk/client-eks';
import * as lambda from '@aws-sdk/client-lambda';
import * as sqs from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AwsEmulator, AwsError, startAwsEmulator } from './emulator.ts';

let aws: AwsEmulator;
beforeAll(async () => void (aws = await startAwsEmulator({ eks, lambda, sqs })));
afterAll(() => aws.close());
let seen = 0;
let problems = 0;
beforeEach(() => {
  aws.clearFaults();
  seen = aws.calls.length;
  problems = aws.problems.length;
});

const at = () => ({ ...aws.client, region: 'eu-west-1', maxAttempts: 1 });
const functions = () => new lambda.LambdaClient(at());
const clusters = () => new eks.EKSClient(at());
const asked = () => aws.calls.slice(seen).map(({ service, operation, input }) => ({ service, operation, input }));

describe('the AWS emulator, REST JSON', () => {
  it('reads members of the path, the query and the body', async () => {
    aws.answer('lambda', 'UpdateFunctionCode', () => ({ FunctionName: 'web', RevisionId: 'r2' }));
    aws.answer('lambda', 'GetFunction', () => ({ Code: { ImageUri: 'i' } }));
    const FunctionName = 'arn:aws:lambda:eu-west-1:111122223333:function:web';
    const update = { FunctionName, ImageUri: 'registry/web@sha256:1', Publish: true, DryRun: false };
    expect(await functions().send(new lambda.UpdateFunctionCodeCommand(update))).toMatchObject({ FunctionName: 'web', RevisionId: 'r2' });
    const get = { FunctionName, Qualifier: 'live & well' };
    expect(await functions().send(new lambda.GetFunctionCommand(get))).toMatchObject({ Code: { ImageUri: 'i' } });
    expect(asked()).toEqual([
      { service: 'lambda', operation: 'UpdateFunctionCode', input: update },
      { service: 'lambda', operation: 'GetFunction', input: get },
    ]);
    expect(aws.calls.at(-1)).toMatchObject({ region: 'eu-west-1', accessKeyId: 'AKIATEST' });
  });

  it('reads and writes headers, bytes and the status', async () => {
    aws.answer('lambda', 'Invoke', ({ Payload }) => ({ StatusCode: 202, ExecutedVersion: '7', Payload: Payload as Uint8Array }));
    const input = { FunctionName: 'web', InvocationType: 'Event', Payload: Buffer.from([0, 255, 1]) } as const;
    const { Payload, ...rest } = await functions().send(new lambda.InvokeCommand(input));
    expect(rest).toMatchObject({ StatusCode: 202, ExecutedVersion: '7', $metadata: { httpStatusCode: 202 } });
    expect([...(Payload ?? [])]).toEqual([0, 255, 1]);
    expect(aws.calls.at(-1)?.input).toEqual(input);
  });

  it('reads lists, numbers and flags of the query, and writes dates', async () => {
    aws.answer('eks', 'UntagResource', () => ({}));
    aws.answer('eks', 'ListClusters', () => ({ clusters: ['a'] }));
    const createdAt = new Date('2030-01-01T12:00:00Z');
    aws.answer('eks', 'DescribeCluster', () => ({ cluster: { name: 'prod', createdAt } }));
    const untag = { resourceArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod', tagKeys: ['a', 'b c'] };
    await clusters().send(new eks.UntagResourceCommand(untag));
    await clusters().send(new eks.ListClustersCommand({ maxResults: 5, include: ['all'] }));
    const { cluster } = await clusters().send(new eks.DescribeClusterCommand({ name: 'prod' }));
    expect(cluster).toEqual({ name: 'prod', createdAt });
    expect(asked().map(({ input }) => input)).toEqual([untag, { maxResults: 5, include: ['all'] }, { name: 'prod' }]);
  });

  it('answers without a body where the schema has none', async () => {
    aws.answer('lambda', 'DeleteAlias', () => ({}));
    const answer = await functions().send(new lambda.DeleteAliasCommand({ FunctionName: 'web', Name: 'live' }));
    expect(answer.$metadata.httpStatusCode).toBe(204);
  });

  it('tells errors by the header, and applies faults', async () => {
    const error = new AwsError('ResourceConflictException', 'an update is in progress', 409);
    aws.fault({ service: 'lambda', operation: 'UpdateAlias', times: 1 }, error);
    aws.answer('lambda', 'UpdateAlias', () => ({}));
    const send = () => functions().send(new lambda.UpdateAliasCommand({ FunctionName: 'web', Name: 'live' }));
    const thrown: unknown = await send().catch((caught: unknown) => caught);
    expect(thrown).toBeInstanceOf(lambda.ResourceConflictException);
    expect(thrown).toMatchObject({ message: 'an update is in progress', $metadata: { httpStatusCode: 409 } });
    await expect(send()).resolves.toMatchObject({});
    expect(aws.problems.slice(problems)).toEqual([]);
  });

  it('refuses paths, parameters and members no service would understand', async () => {
    const wrong = { FunctionName: 'web', MemorySize: 'much' as unknown as number };
    await expect(functions().send(new lambda.UpdateFunctionConfigurationCommand(wrong))).rejects.toMatchObject({
      name: 'SerializationException',
    });
    const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=A/20300101/eu-west-1/eks/aws4_request, SignedHeaders=host, Signature=0' };
    const status = async (path: string, init: RequestInit = {}) =>
      (await fetch(`${aws.client.endpoint}${path}`, { ...init, headers: signed })).status;
    expect(await status('/clusters/prod/nowhere')).toBe(404);
    expect(await status('/clusters/prod?colour=red')).toBe(400);
    expect(await status('/clusters/prod/update-config', { method: 'POST', body: '{"size":"big"}' })).toBe(400);
    expect(aws.problems.slice(problems)).toEqual([
      'UpdateFunctionConfiguration .MemorySize: no number',
      'GET /clusters/prod/nowhere is unknown',
      'DescribeCluster: unknown colour',
      'UpdateClusterConfig .size: unknown',
    ]);
  });
});
