/** The toy stack with a permission less, a policy more: what its functions, people at the endpoint and the start are told. */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalRuntime, Template } from '../../../lib/local/index.ts';
import { TOY_ROLES, toyRole } from '../toy-roles.ts';
import { startToy, TOY_TEMPLATE } from '../toy-stack.ts';

type Resources = Template['Resources'];
let runtime: LocalRuntime | undefined;
afterEach(() => runtime?.stop());

async function start(resources: Resources = {}): Promise<{ runtime: LocalRuntime; log: string[] }> {
  const log: string[] = [];
  runtime = await startToy({ log: (name, line) => log.push(`${name} ${line}`) }, resources);
  return { runtime, log };
}

const put = (started: LocalRuntime) => started.invoke('write', { body: JSON.stringify({ id: 'a', kind: 'wanted' }) });
const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/Table';
const allow = (Action: string, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });
const att = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });

describe('a call that the role does not allow', () => {
  it('is refused as AWS refuses it, so that the SDK throws it', async () => {
    const started = await start({ WriteRole: toyRole(allow('dynamodb:GetItem', att('Table', 'Arn'))) });
    await expect(put(started.runtime)).rejects.toMatchObject({
      errorType: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/WriteRole/Write is not authorized to perform: dynamodb:PutItem ' +
        `on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
    });
    expect(started.runtime.permissions().refused).toEqual([`write dynamodb:PutItem ${table}`]);
    expect(started.runtime.stats.functions['write']?.calls['PutItem']).toMatchObject({ refused: 1 });
  });

  it.each<[string, string, Resources]>([
    [
      'forward',
      'sqs:SendMessage',
      {
        Deny: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: {
            Queues: [{ Ref: 'Queue' }],
            PolicyDocument: {
              Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: att('Queue', 'Arn') }],
            },
          },
        },
      },
    ],
    [
      'publish',
      'events:PutEvents',
      {
        Deny: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyName: 'Deny',
            Roles: [{ Ref: 'PublishRole' }],
            PolicyDocument: { Statement: [{ Effect: 'Deny', Action: 'events:*', Resource: '*' }] },
          },
        },
      },
    ],
  ])('is refused to %s too, explicitly (%s)', async (label, action, resources) => {
    const started = await start(resources);
    await put(started.runtime);
    await expect
      .poll(() => started.log.filter((line) => line.startsWith(label)).join('\n'), { timeout: 10_000 })
      .toMatch(new RegExp(`AccessDeniedException: User: \\S+ is not authorized to perform: ${action} .* explicit deny`));
  });

  it('is refused where a function has no role', async () => {
    const { Role: _, ...Properties } = TOY_TEMPLATE.Resources['Write']?.Properties ?? {};
    const started = await start({ Write: { ...TOY_TEMPLATE.Resources['Write'], Type: 'AWS::Lambda::Function', Properties } });
    await expect(put(started.runtime)).rejects.toMatchObject({ errorType: 'AccessDeniedException' });
  });

  it('is the owner’s of the machine, who may everything', async () => {
    const started = await start();
    const client = new DynamoDBClient({
      endpoint: started.runtime.awsEndpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'me', secretAccessKey: 'me' },
    });
    await client.send(new PutItemCommand({ TableName: 'Table', Item: { pk: { S: 'p' }, sk: { S: 's' } } }));
    client.destroy();
  });
});

describe('permissions that are used', () => {
  it('are told apart from those that are not', async () => {
    const started = await start({ WriteRole: toyRole(allow('dynamodb:*', '*'), allow('dynamodb:GetItem', att('Table', 'Arn'))) });
    const before = started.runtime.permissions();
    expect(before.granted).toEqual(expect.arrayContaining(['write dynamodb:* *', `write dynamodb:GetItem ${table}`]));
    // What services do as the functions was checked by the start.
    expect(before.used).toContain('publish sqs:ReceiveMessage arn:aws:sqs:us-east-1:000000000000:Queue.fifo');
    expect(before.used.filter((line) => line.startsWith('write'))).toEqual([]);
    await put(started.runtime);
    await started.runtime.settled();
    const after = started.runtime.permissions();
    expect(after.granted.filter((line) => !after.used.includes(line))).toEqual([`write dynamodb:GetItem ${table}`]);
    expect(after.refused).toEqual([]);
  });

  it('may come from a policy of its own that a role names', async () => {
    const { Properties } = toyRole() as { Properties: object };
    const started = await start({
      WriteRole: { Type: 'AWS::IAM::Role', Properties: { ...Properties, ManagedPolicyArns: [{ Ref: 'Writing' }] } },
      Writing: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: { Statement: [allow('dynamodb:PutItem', att('Table', 'Arn'))] } },
      },
    });
    await expect(put(started.runtime)).resolves.toMatchObject({ statusCode: 201 });
  });
});

describe('a start', () => {
  const without = (id: string): Resources => ({ [id]: { Type: 'AWS::CDK::Metadata' } });
  const forwardRole = (...statements: object[]): Resources => ({ ForwardRole: toyRole(...statements) });

  it.each<[string, Resources]>([
    ['Forward needs dynamodb:ListStreams on', forwardRole(allow('dynamodb:GetRecords', att('Table', 'StreamArn')))],
    ['Forward needs sqs:SendMessage on arn:aws:sqs:us-east-1:000000000000:Failures', forwardRole()],
    ['Publish needs sqs:ReceiveMessage', { PublishRole: toyRole(allow('events:PutEvents', '*')) }],
    ['Record needs sqs:SendMessage', { RecordRole: toyRole() }],
    [
      'apigateway.amazonaws.com needs lambda:InvokeFunction on arn:aws:lambda:us-east-1:000000000000:function:Echo',
      without('GatewayToEcho'),
    ],
    ['apigateway.amazonaws.com needs lambda:InvokeFunction', without('GatewayToAuthorize')],
    ['events.amazonaws.com needs lambda:InvokeFunction', without('RuleToRecord')],
    [
      'lambda.amazonaws.com needs sts:AssumeRole',
      {
        RecordRole: {
          Type: 'AWS::IAM::Role',
          Properties: {
            ...TOY_ROLES['RecordRole']?.Properties,
            AssumeRolePolicyDocument: {
              Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
            },
          },
        },
      },
    ],
    ['PolicyDocument.Statement.0.NotAction is not hosted', { WriteRole: toyRole({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }) }],
    [
      'condition key aws:RequestTag/x',
      { WriteRole: toyRole({ ...allow('a:b', '*'), Condition: { Null: { 'aws:RequestTag/x': 'true' } } }) },
    ],
    [
      'role WriteRole: policy arn:aws:iam::aws:policy/AdministratorAccess is not in the template',
      {
        WriteRole: {
          Type: 'AWS::IAM::Role',
          Properties: { ...TOY_ROLES['WriteRole']?.Properties, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
        },
      },
    ],
  ])('stops: %s', async (message, resources) => {
    await expect(start(resources)).rejects.toThrow(message);
  });
});
