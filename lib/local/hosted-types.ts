/** Resource types the local runtime hosts: the properties it acts on, and those it leaves out with the reason. Any other property stops the start. */
import * as z from 'zod/mini';

const text = z.string();
const count = z.number();
const flag = z.boolean();
const { optional, array, strictObject, unknown } = z;

const keySchema = array(strictObject({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }));
const table = {
  TableName: optional(text),
  KeySchema: keySchema,
  AttributeDefinitions: array(strictObject({ AttributeName: text, AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: optional(
    array(
      strictObject({
        IndexName: text,
        KeySchema: keySchema,
        Projection: strictObject({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']), NonKeyAttributes: optional(array(text)) }),
      }),
    ),
  ),
  StreamSpecification: optional(strictObject({ StreamViewType: text })),
  TimeToLiveSpecification: optional(strictObject({ AttributeName: text, Enabled: flag })),
  BillingMode: optional(z.literal('PAY_PER_REQUEST')),
};
const onFailure = optional(strictObject({ OnFailure: strictObject({ Destination: text, Type: optional(text) }) }));
const retry = optional(strictObject({ MaximumRetryAttempts: optional(count), MaximumEventAgeInSeconds: optional(count) }));
const target = {
  Arn: text,
  RoleArn: optional(text),
  Input: optional(text),
  SqsParameters: optional(strictObject({ MessageGroupId: text })),
  RetryPolicy: retry,
  DeadLetterConfig: optional(strictObject({ Arn: text })),
};
const SAFETY = 'a safety of the deployed data; local state is a directory';
const LABEL = 'a label';
const TUNING = 'tunes a fleet; one machine delivers at once';
const WATCHING = 'nobody watches one machine';

export const HOSTED_TYPES = {
  'AWS::DynamoDB::Table': {
    properties: strictObject(table),
    ignored: {
      PointInTimeRecoverySpecification: SAFETY,
      DeletionProtectionEnabled: SAFETY,
      SSESpecification: SAFETY,
      ContributorInsightsSpecification: WATCHING,
      Tags: LABEL,
    },
  },
  'AWS::DynamoDB::GlobalTable': {
    properties: strictObject(table),
    ignored: { Replicas: SAFETY, SSESpecification: SAFETY },
  },
  'AWS::Lambda::Function': {
    properties: strictObject({
      FunctionName: optional(text),
      Handler: text,
      Runtime: text,
      Timeout: optional(count),
      MemorySize: optional(count),
      ReservedConcurrentExecutions: optional(count),
      Environment: optional(strictObject({ Variables: optional(z.record(text, text)) })),
      DeadLetterConfig: optional(strictObject({ TargetArn: text })),
    }),
    ignored: {
      Code: 'read from the entry file or the bundle named in the metadata',
      Role: 'the only caller of the local AWS endpoint is this runtime',
      Architectures: 'runs on the architecture of this machine',
      LoggingConfig: WATCHING,
      TracingConfig: WATCHING,
      Description: LABEL,
      Tags: LABEL,
      KmsKeyArn: SAFETY,
      EphemeralStorage: TUNING,
    },
  },
  'AWS::Lambda::EventInvokeConfig': {
    properties: strictObject({
      FunctionName: text,
      Qualifier: z.literal('$LATEST'),
      MaximumRetryAttempts: optional(count),
      MaximumEventAgeInSeconds: optional(count),
      DestinationConfig: onFailure,
    }),
    ignored: {},
  },
  'AWS::Lambda::EventSourceMapping': {
    properties: strictObject({
      EventSourceArn: text,
      FunctionName: text,
      BatchSize: optional(count),
      Enabled: optional(flag),
      StartingPosition: optional(z.enum(['TRIM_HORIZON', 'LATEST'])),
      FilterCriteria: optional(strictObject({ Filters: array(strictObject({ Pattern: text })) })),
      FunctionResponseTypes: optional(array(z.literal('ReportBatchItemFailures'))),
      MaximumRetryAttempts: optional(count),
      MaximumRecordAgeInSeconds: optional(count),
      BisectBatchOnFunctionError: optional(flag),
      DestinationConfig: onFailure,
      ScalingConfig: optional(strictObject({ MaximumConcurrency: count })),
    }),
    ignored: {
      MaximumBatchingWindowInSeconds: TUNING,
      ParallelizationFactor: TUNING,
      MetricsConfig: WATCHING,
      KmsKeyArn: SAFETY,
      Tags: LABEL,
    },
  },
  'AWS::SQS::Queue': {
    properties: strictObject({
      QueueName: optional(text),
      FifoQueue: optional(flag),
      ContentBasedDeduplication: optional(flag),
      DeduplicationScope: optional(z.enum(['messageGroup', 'queue'])),
      VisibilityTimeout: optional(count),
      DelaySeconds: optional(count),
      MessageRetentionPeriod: optional(count),
      RedrivePolicy: optional(strictObject({ deadLetterTargetArn: text, maxReceiveCount: count })),
    }),
    ignored: {
      FifoThroughputLimit: TUNING,
      KmsMasterKeyId: SAFETY,
      KmsDataKeyReusePeriodSeconds: SAFETY,
      SqsManagedSseEnabled: SAFETY,
      RedriveAllowPolicy: SAFETY,
      Tags: LABEL,
    },
  },
  'AWS::Events::EventBus': {
    properties: strictObject({ Name: text }),
    ignored: { Description: LABEL, KmsKeyIdentifier: SAFETY, DeadLetterConfig: SAFETY, LogConfig: WATCHING, Tags: LABEL },
  },
  'AWS::Events::Rule': {
    properties: strictObject({
      EventBusName: text,
      EventPattern: z.record(text, unknown()),
      State: optional(z.enum(['ENABLED', 'DISABLED'])),
      Targets: array(strictObject({ ...target, Id: text, Input: optional(z.never()) })),
    }),
    ignored: { Name: LABEL, Description: LABEL, Tags: LABEL, RoleArn: 'see Role of functions' },
  },
  'AWS::Scheduler::Schedule': {
    properties: strictObject({
      ScheduleExpression: text,
      State: optional(z.enum(['ENABLED', 'DISABLED'])),
      Target: strictObject(target),
    }),
    ignored: {
      Name: LABEL,
      GroupName: LABEL,
      Description: LABEL,
      FlexibleTimeWindow: TUNING,
      ScheduleExpressionTimezone: 'rates have no zone',
    },
  },
  'AWS::ApiGatewayV2::Api': {
    properties: strictObject({ ProtocolType: z.literal('HTTP') }),
    ignored: { Name: LABEL, Description: LABEL, Tags: LABEL, DisableExecuteApiEndpoint: 'one address only' },
  },
  'AWS::ApiGatewayV2::Stage': {
    properties: strictObject({ ApiId: text, StageName: z.literal('$default'), AutoDeploy: z.literal(true) }),
    ignored: { AccessLogSettings: WATCHING, DefaultRouteSettings: TUNING, RouteSettings: TUNING, Description: LABEL, Tags: LABEL },
  },
  'AWS::ApiGatewayV2::Integration': {
    properties: strictObject({
      ApiId: text,
      IntegrationType: z.literal('AWS_PROXY'),
      IntegrationUri: text,
      PayloadFormatVersion: z.literal('2.0'),
      TimeoutInMillis: optional(count),
      IntegrationMethod: optional(text),
    }),
    ignored: { Description: LABEL },
  },
  'AWS::ApiGatewayV2::Route': {
    properties: strictObject({
      ApiId: text,
      RouteKey: text,
      Target: text,
      AuthorizationType: optional(z.enum(['NONE', 'CUSTOM'])),
      AuthorizerId: optional(text),
    }),
    ignored: { OperationName: LABEL },
  },
  'AWS::ApiGatewayV2::Authorizer': {
    properties: strictObject({
      ApiId: text,
      AuthorizerType: z.literal('REQUEST'),
      AuthorizerUri: text,
      AuthorizerPayloadFormatVersion: z.literal('2.0'),
      EnableSimpleResponses: z.literal(true),
      IdentitySource: optional(array(text)),
      AuthorizerResultTtlInSeconds: optional(count),
    }),
    ignored: { Name: LABEL },
  },
} as const;

export type HostedType = keyof typeof HOSTED_TYPES;
export type PropertiesOf<T extends HostedType> = z.infer<(typeof HOSTED_TYPES)[T]['properties']>;
