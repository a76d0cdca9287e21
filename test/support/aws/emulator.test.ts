import * as ecr from '@aws-sdk/client-ecr';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AwsError, type AwsEmulator, startAwsEmulator } from './emulator.ts';

async function start(): Promise<AwsEmulator> {
  const aws = await startAwsEmulator({ ecr, sts, sqs });
  onTestFinished(() => aws.close());
  return aws;
}
const at = (aws: AwsEmulator, maxAttempts = 1) => ({ ...aws.client, region: 'eu-west-1', maxAttempts });
const ROLE = { RoleArn: 'arn:aws:iam::210987654321:role/pull', RoleSessionName: 'test' };

describe('the AWS emulator', () => {
  it('speaks JSON with types of the schema', async () => {
    const aws = await start();
    const expiresAt = new Date('2030-01-01T12:00:00Z');
    aws.answer('ecr', 'GetAuthorizationToken', () => ({ authorizationData: [{ authorizationToken: 'dDp0', expiresAt }] }));
    const answer = await new ecr.ECRClient(at(aws)).send(new ecr.GetAuthorizationTokenCommand({ registryIds: ['123456789012'] }));
    expect(answer.authorizationData).toEqual([{ authorizationToken: 'dDp0', expiresAt }]);
    const input = { registryIds: ['123456789012'] };
    expect(aws.calls).toEqual([
      { service: 'ecr', operation: 'GetAuthorizationToken', input, region: 'eu-west-1', accessKeyId: 'AKIATEST' },
    ]);
  });

  it('speaks the query protocol, lists and nested structures included', async () => {
    const aws = await start();
    const Expiration = new Date('2030-01-01T12:00:00Z');
    const Credentials = { AccessKeyId: 'ASIA1', SecretAccessKey: 'a<b&c', SessionToken: 'session', Expiration };
    aws.answer('sts', 'AssumeRole', () => ({ Credentials }));
    const client = new sts.STSClient(at(aws));
    const input = { ...ROLE, DurationSeconds: 900, PolicyArns: [{ arn: 'a' }, { arn: 'b' }], Tags: [{ Key: 'k', Value: 'v' }] };
    expect((await client.send(new sts.AssumeRoleCommand(input))).Credentials).toEqual(Credentials);
    expect(aws.calls[0]?.input).toEqual(input);
    aws.answer('sts', 'GetCallerIdentity', () => ({ Account: '1' }));
    const session = { ...at(aws), credentials: { accessKeyId: 'ASIA1', secretAccessKey: 's', sessionToken: 'session' } };
    await new sts.STSClient(session).send(new sts.GetCallerIdentityCommand({}));
    expect(aws.calls[1]).toMatchObject({ operation: 'GetCallerIdentity', accessKeyId: 'ASIA1', sessionToken: 'session' });
    expect(aws.problems).toEqual([]);
  });

  it('speaks maps of the query protocol', async () => {
    await using aws = await startAwsEmulator({ sns });
    aws.answer('sns', 'Publish', () => ({ MessageId: '1' }));
    const input = {
      TopicArn: 't',
      Message: 'm',
      MessageAttributes: { one: { DataType: 'String', StringValue: 'a' }, two: { DataType: 'String.Array', StringValue: '["b"]' } },
    };
    expect(await new sns.SNSClient(at(aws)).send(new sns.PublishCommand(input))).toMatchObject({ MessageId: '1' });
    expect(aws.calls[0]?.input).toEqual(input);
    expect(aws.problems).toEqual([]);
  });

  it('reports errors as each protocol does, and forgets faults that are used up', async () => {
    const aws = await start();
    aws.answer('sts', 'AssumeRole', () => {
      throw new AwsError('AccessDenied', 'not you & not <him>', 403);
    });
    aws.answer('ecr', 'GetAuthorizationToken', () => ({}));
    await expect(new sts.STSClient(at(aws)).send(new sts.AssumeRoleCommand(ROLE))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'not you & not <him>',
      $metadata: { httpStatusCode: 403 },
    });
    aws.fault({ service: 'ecr', times: 1 }, new AwsError('ThrottlingException', 'Rate exceeded'));
    aws.fault({ operation: 'GetAuthorizationToken', times: 1 }, 'reset');
    const client = new ecr.ECRClient(at(aws));
    const send = () => client.send(new ecr.GetAuthorizationTokenCommand({}));
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(send()).rejects.toMatchObject({ name: 'ThrottlingException' });
    await expect(send()).resolves.toMatchObject({});
    expect(aws.problems).toEqual([]);
  });

  it('loses answers of what is done', async () => {
    const aws = await start();
    let done = 0;
    aws.answer('ecr', 'GetAuthorizationToken', () => {
      done += 1;
      return {};
    });
    aws.fault({ operation: 'GetAuthorizationToken', times: 1 }, 'lost');
    const send = () => new ecr.ECRClient(at(aws)).send(new ecr.GetAuthorizationTokenCommand({}));
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(done).toBe(1);
    await expect(send()).resolves.toMatchObject({});
    expect(done).toBe(2);
  });

  it('refuses what no service would understand, and answers that no service would give', async () => {
    const aws = await start();
    const client = new sts.STSClient(at(aws));
    const wrong = { RoleArn: 'a', RoleSessionName: 'b', DurationSeconds: 'soon' as unknown as number };
    await expect(client.send(new sts.AssumeRoleCommand(wrong))).rejects.toThrow();
    await expect(new ecr.ECRClient(at(aws)).send(new ecr.GetAuthorizationTokenCommand({}))).rejects.toThrow('no test says what');
    aws.answer('ecr', 'GetAuthorizationToken', () => ({ authorizationData: [{ expiresAt: 'soon' }] }));
    await expect(new ecr.ECRClient(at(aws)).send(new ecr.GetAuthorizationTokenCommand({}))).rejects.toThrow('is none');
    const plain = await fetch(aws.client.endpoint, { method: 'POST', headers: { 'x-amz-target': 'Other.Do' } });
    expect(plain.status).toBe(403);
    expect(aws.problems.length).toBeGreaterThanOrEqual(3);
  });

  it('takes any client of these protocols', async () => {
    const aws = await start();
    aws.answer('sqs', 'SendMessage', (input) => ({ MessageId: '1', MD5OfMessageBody: String(input['MessageBody']).length.toString() }));
    const client = new sqs.SQSClient({ ...at(aws), md5: false });
    const answer = await client.send(new sqs.SendMessageCommand({ QueueUrl: `${aws.client.endpoint}/1/q`, MessageBody: 'hello' }));
    expect(answer).toMatchObject({ MessageId: '1', MD5OfMessageBody: '5' });
  });
});
