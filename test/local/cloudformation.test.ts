import { describe, expect, it } from 'vitest';
import { loadStack, type Template } from '../../lib/local/cloudformation.ts';
import { StartError } from '../../lib/local/start-error.ts';
import { TOY_TEMPLATE } from './toy-stack.ts';

const place = { region: 'eu-north-1', accountId: '123456789012', awsEndpoint: 'http://127.0.0.1:1' };
const load = (resources: Template['Resources'], more: Partial<Template> = {}) => loadStack({ Resources: resources, ...more }, place);
const withVariable = (value: unknown): Template['Resources'] => ({
  ...TOY_TEMPLATE.Resources,
  Probe: {
    Type: 'AWS::Lambda::Function',
    Properties: { Handler: 'h', Runtime: 'nodejs24.x', Environment: { Variables: { PROBE: value } } },
  },
});

function resolveIn(value: unknown, more: Partial<Template> = {}): string | undefined {
  const probe = load(withVariable(value), more)
    .ofType('AWS::Lambda::Function')
    .find(({ logicalId }) => logicalId === 'Probe');
  return probe?.properties.Environment?.Variables?.['PROBE'];
}

describe('intrinsics', () => {
  it.each([
    [{ Ref: 'Queue' }, 'http://127.0.0.1:1/123456789012/Queue.fifo'],
    [{ Ref: 'Table' }, 'Table'],
    [{ Ref: 'Bus' }, 'toy-bus'],
    [{ Ref: 'AWS::Region' }, 'eu-north-1'],
    [{ 'Fn::GetAtt': ['Table', 'StreamArn'] }, 'arn:aws:dynamodb:eu-north-1:123456789012:table/Table/stream/local'],
    [{ 'Fn::GetAtt': 'Queue.QueueName' }, 'Queue.fifo'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] }, 'a-123456789012'],
    [{ 'Fn::Sub': '${AWS::Partition}/${Queue.Arn}/${!kept}' }, 'aws/arn:aws:sqs:eu-north-1:123456789012:Queue.fifo/${kept}'],
    [{ 'Fn::Sub': ['${x}-${AWS::URLSuffix}', { x: { Ref: 'Table' } }] }, 'Table-amazonaws.com'],
    [{ 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Echo', 'Arn'] }] }] }, 'function'],
    [{ Ref: 'Version' }, '7'],
  ])('resolves %j', (value, expected) => {
    expect(resolveIn(value, { Parameters: { Version: { Default: 7 } } })).toBe(expected);
  });

  it.each([
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
    [{ Ref: 'AWS::NotificationARNs' }, 'AWS::NotificationARNs'],
    [{ Ref: 'Nowhere' }, 'Nowhere'],
    [{ 'Fn::GetAtt': ['Table', 'Colour'] }, 'Colour'],
    [{ 'Fn::Join': ['', 'text'] }, 'Fn::Join'],
  ])('stops at %j', (value, name) => {
    expect(() => resolveIn(value)).toThrow(name);
  });
});

describe('closed world', () => {
  it('accepts the toy stack', () => {
    expect(load(TOY_TEMPLATE.Resources).ofType('AWS::SQS::Queue')).toHaveLength(3);
  });

  it.each<[string, Template['Resources']]>([
    ['AWS::S3::Bucket', { Files: { Type: 'AWS::S3::Bucket' } }],
    ['property Colour is not hosted', { Q: { Type: 'AWS::SQS::Queue', Properties: { Colour: 'red' } } }],
    [
      'RedrivePolicy.colour',
      { Q: { Type: 'AWS::SQS::Queue', Properties: { RedrivePolicy: { deadLetterTargetArn: 'a', maxReceiveCount: 1, colour: 1 } } } },
    ],
    ['StageName', { S: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: 'a', StageName: 'prod', AutoDeploy: true } } }],
    ['conditions', { Q: { Type: 'AWS::SQS::Queue', Condition: 'Sometimes' } }],
  ])('stops with %s', (message, resources) => {
    expect(() => load(resources)).toThrow(StartError);
    expect(() => load(resources)).toThrow(message);
  });

  it('names every problem at once', () => {
    expect(() => load({ A: { Type: 'AWS::S3::Bucket' }, B: { Type: 'AWS::SQS::Queue', Properties: { Hue: 1 } } })).toThrow(
      /A: type AWS::S3::Bucket[^]*Hue/,
    );
  });

  it('never resolves what it leaves out', () => {
    const Tags = { 'Fn::If': ['x', 'y', 'z'] };
    const fn = { Type: 'AWS::Lambda::Function', Properties: { Handler: 'h', Runtime: 'nodejs24.x', Tags } };
    expect(load({ Fn: fn }).ofType('AWS::Lambda::Function')[0]?.properties).toEqual({ Handler: 'h', Runtime: 'nodejs24.x' });
  });
});
