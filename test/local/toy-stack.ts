/** A small stack with one of everything: HTTP → table → stream → FIFO queue → bus → table. Code: test/fixtures/local. */
import { fileURLToPath } from 'node:url';
import { type LocalOptions, type LocalRuntime, startLocal, type Template } from '../../lib/local/index.ts';
import { TOY_ROLES } from './toy-roles.ts';

export const FIXTURES = fileURLToPath(new URL('../fixtures/local/', import.meta.url));

const att = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });

export function toyFunction(entry: string, variables: object = {}, more: object = {}) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: 10,
      MemorySize: 256,
      Environment: { Variables: variables },
      ...more,
    },
    Metadata: { 'image-streams:entry': `${entry}.ts` },
  };
}

function route(key: string, integration: string, authorizer?: string) {
  const authorization = authorizer ? { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } } : {};
  const Target = { 'Fn::Join': ['', ['integrations/', { Ref: integration }]] };
  return { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: { Ref: 'Api' }, RouteKey: key, Target, ...authorization } };
}

function integration(functionId: string, more: object = {}) {
  return {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: att(functionId, 'Arn'),
      PayloadFormatVersion: '2.0',
      ...more,
    },
  };
}

export const TOY_TEMPLATE: Template = {
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
          { AttributeName: 'kind', AttributeType: 'S' },
        ],
        GlobalSecondaryIndexes: [
          { IndexName: 'by-kind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } },
        ],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        FifoQueue: true,
        ContentBasedDeduplication: true,
        VisibilityTimeout: 1,
        RedrivePolicy: { deadLetterTargetArn: att('DeadLetters', 'Arn'), maxReceiveCount: 50 },
      },
    },
    DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
    Failures: { Type: 'AWS::SQS::Queue', Properties: {} },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'toy-bus' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['toy'], 'detail-type': [{ prefix: 'Se' }] },
        State: 'ENABLED',
        Targets: [{ Id: 'Target0', Arn: att('Record', 'Arn') }],
      },
    },
    Echo: toyFunction('echo', { GREETING: 'hello', QUEUE_URL: { Ref: 'Queue' } }, { Timeout: 2 }),
    Authorize: toyFunction('authorize'),
    Write: toyFunction('write', { TABLE: { Ref: 'Table' } }, { Role: att('WriteRole', 'Arn') }),
    Forward: toyFunction('forward', { QUEUE_URL: { Ref: 'Queue' } }, { Role: att('ForwardRole', 'Arn') }),
    Publish: toyFunction('publish', { BUS: { Ref: 'Bus' } }, { Role: att('PublishRole', 'Arn') }),
    Record: toyFunction('record', { TABLE: { Ref: 'Table' } }, { Role: att('RecordRole', 'Arn') }),
    RecordInvoke: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Record' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: att('Failures', 'Arn') } },
      },
    },
    StreamMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: att('Table', 'StreamArn'),
        FunctionName: { Ref: 'Forward' },
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 10,
        FilterCriteria: {
          Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT'], dynamodb: { NewImage: { kind: { S: ['wanted'] } } } }) }],
        },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: att('Failures', 'Arn') } },
      },
    },
    QueueMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: att('Queue', 'Arn'),
        FunctionName: { Ref: 'Publish' },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'toy', ProtocolType: 'HTTP' } },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true } },
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId: { Ref: 'Api' },
        AuthorizerType: 'REQUEST',
        AuthorizerUri: {
          'Fn::Sub': 'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Authorize.Arn}/invocations',
        },
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
        IdentitySource: ['$request.header.Authorization'],
        AuthorizerResultTtlInSeconds: 60,
      },
    },
    EchoIntegration: integration('Echo', { TimeoutInMillis: 1000 }),
    WriteIntegration: integration('Write'),
    DefaultRoute: route('$default', 'EchoIntegration'),
    SecretRoute: route('ANY /secret/{proxy+}', 'EchoIntegration', 'Authorizer'),
    ItemRoute: route('GET /items/{id}', 'EchoIntegration'),
    WriteRoute: route('POST /items', 'WriteIntegration'),
    ...TOY_ROLES,
    Inert: { Type: 'AWS::CloudWatch::Alarm', Properties: { Anything: { 'Fn::If': ['never', 'resolved', 'here'] } } },
  },
};

/** Starts the toy stack with resources changed or added by `resources`. */
export function startToy(options: Partial<LocalOptions> = {}, resources: Template['Resources'] = {}): Promise<LocalRuntime> {
  const template = { Resources: { ...TOY_TEMPLATE.Resources, ...resources } };
  return startLocal({ template, project: FIXTURES, redeliverAfterMs: 20, ...options });
}
