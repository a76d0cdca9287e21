/** What the functions of the toy stack may do, and who may invoke them. */
import type { Template } from '../../lib/local/index.ts';

type Resources = Template['Resources'];
const att = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });
const allow = (Action: string | string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

export function toyRole(...Statement: readonly object[]): Resources[string] {
  const AssumeRolePolicyDocument = {
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
  };
  return {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument, Policies: [{ PolicyName: 'Toy', PolicyDocument: { Version: '2012-10-17', Statement } }] },
  };
}

function invokedBy(Principal: string, functionId: string): Resources[string] {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: { Action: 'lambda:InvokeFunction', FunctionName: att(functionId, 'Arn'), Principal },
  };
}

export const TOY_ROLES: Resources = {
  WriteRole: toyRole(allow('dynamodb:PutItem', att('Table', 'Arn'))),
  ForwardRole: toyRole(
    allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      att('Table', 'StreamArn'),
    ),
    allow('sqs:SendMessage', [att('Queue', 'Arn'), att('Failures', 'Arn')]),
  ),
  PublishRole: toyRole(
    allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], att('Queue', 'Arn')),
    allow('events:PutEvents', att('Bus', 'Arn')),
  ),
  RecordRole: toyRole(allow('dynamodb:UpdateItem', att('Table', 'Arn')), allow('sqs:SendMessage', att('Failures', 'Arn'))),
  GatewayToEcho: invokedBy('apigateway.amazonaws.com', 'Echo'),
  GatewayToWrite: invokedBy('apigateway.amazonaws.com', 'Write'),
  GatewayToAuthorize: invokedBy('apigateway.amazonaws.com', 'Authorize'),
  RuleToRecord: invokedBy('events.amazonaws.com', 'Record'),
};
