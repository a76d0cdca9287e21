/** Resource types the local runtime hosts, with the properties it acts on. A property that is neither here nor in LEFT_OUT stops the start. */
import * as z from 'zod/mini';
import { IDENTITY_POLICY, RESOURCE_POLICY, TRUST_POLICY } from './iam/policy-document.ts';

const text = z.string();
const { optional, array, strictObject } = z;
const count = optional(z.number());
const flag = optional(z.boolean());
const state = optional(z.enum(['ENABLED', 'DISABLED']));
const keySchema = array(strictObject({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }));
const projection = strictObject({ ProjectionType: text, NonKeyAttributes: optional(array(text)) });
const onFailure = optional(strictObject({ OnFailure: strictObject({ Destination: text }) }));

const table = strictObject({
  TableName: optional(text),
  KeySchema: keySchema,
  AttributeDefinitions: array(strictObject({ AttributeName: text, AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: optional(array(strictObject({ IndexName: text, KeySchema: keySchema, Projection: projection }))),
  StreamSpecification: optional(strictObject({ StreamViewType: text })),
  TimeToLiveSpecification: optional(strictObject({ AttributeName: text, Enabled: z.boolean() })),
  BillingMode: optional(z.literal('PAY_PER_REQUEST')),
  SSESpecification: optional(
    strictObject({ SSEEnabled: z.boolean(), SSEType: optional(z.literal('KMS')), KMSMasterKeyId: optional(text) }),
  ),
});
/** Delivery here cannot fail before the target has the event, so that what RetryPolicy and DeadLetterConfig are for does not happen. */
const target = {
  Arn: text,
  RoleArn: optional(text),
  RetryPolicy: optional(strictObject({ MaximumRetryAttempts: count, MaximumEventAgeInSeconds: count })),
  DeadLetterConfig: optional(strictObject({ Arn: text })),
};

export const HOSTED_TYPES = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Lambda::Function': strictObject({
    Code: optional(strictObject({ S3Bucket: optional(text), S3Key: optional(text), ZipFile: optional(text) })),
    FunctionName: optional(text),
    Handler: text,
    Runtime: text,
    Role: optional(text),
    Timeout: count,
    MemorySize: count,
    ReservedConcurrentExecutions: count,
    Environment: optional(strictObject({ Variables: optional(z.record(text, text)) })),
  }),
  'AWS::Lambda::EventInvokeConfig': strictObject({
    FunctionName: text,
    Qualifier: z.literal('$LATEST'),
    MaximumRetryAttempts: count,
    MaximumEventAgeInSeconds: count,
    DestinationConfig: onFailure,
  }),
  'AWS::Lambda::EventSourceMapping': strictObject({
    EventSourceArn: text,
    FunctionName: text,
    BatchSize: count,
    Enabled: flag,
    StartingPosition: optional(z.enum(['TRIM_HORIZON', 'LATEST'])),
    FilterCriteria: optional(strictObject({ Filters: array(strictObject({ Pattern: text })) })),
    FunctionResponseTypes: optional(array(z.literal('ReportBatchItemFailures'))),
    MaximumRetryAttempts: count,
    MaximumRecordAgeInSeconds: count,
    BisectBatchOnFunctionError: flag,
    DestinationConfig: onFailure,
    ScalingConfig: optional(strictObject({ MaximumConcurrency: z.number() })),
  }),
  'AWS::SQS::Queue': strictObject({
    QueueName: optional(text),
    FifoQueue: flag,
    ContentBasedDeduplication: flag,
    DeduplicationScope: optional(z.enum(['messageGroup', 'queue'])),
    VisibilityTimeout: count,
    DelaySeconds: count,
    MessageRetentionPeriod: count,
    RedrivePolicy: optional(strictObject({ deadLetterTargetArn: text, maxReceiveCount: z.number() })),
  }),
  'AWS::Events::EventBus': strictObject({ Name: text }),
  'AWS::Events::Rule': strictObject({
    EventBusName: optional(text),
    EventPattern: z.record(text, z.unknown()),
    State: state,
    Targets: array(strictObject({ ...target, Id: text, SqsParameters: optional(strictObject({ MessageGroupId: text })) })),
  }),
  'AWS::Scheduler::Schedule': strictObject({
    ScheduleExpression: text,
    State: state,
    Target: strictObject({ ...target, Input: optional(text) }),
  }),
  'AWS::IAM::Role': strictObject({
    RoleName: optional(text),
    AssumeRolePolicyDocument: TRUST_POLICY,
    Policies: optional(array(strictObject({ PolicyName: text, PolicyDocument: IDENTITY_POLICY }))),
    ManagedPolicyArns: optional(array(text)),
  }),
  'AWS::IAM::Policy': strictObject({ PolicyName: text, PolicyDocument: IDENTITY_POLICY, Roles: optional(array(text)) }),
  'AWS::IAM::ManagedPolicy': strictObject({ PolicyDocument: IDENTITY_POLICY, Roles: optional(array(text)) }),
  'AWS::SQS::QueuePolicy': strictObject({ PolicyDocument: RESOURCE_POLICY, Queues: array(text) }),
  'AWS::Lambda::Permission': strictObject({ Action: text, FunctionName: text, Principal: text, SourceArn: optional(text) }),
  'AWS::ApiGatewayV2::Api': strictObject({ ProtocolType: z.literal('HTTP') }),
  'AWS::ApiGatewayV2::Stage': strictObject({ ApiId: text, StageName: z.literal('$default'), AutoDeploy: z.literal(true) }),
  'AWS::ApiGatewayV2::Integration': strictObject({
    ApiId: text,
    IntegrationType: z.literal('AWS_PROXY'),
    IntegrationUri: text,
    PayloadFormatVersion: z.literal('2.0'),
    TimeoutInMillis: count,
  }),
  'AWS::ApiGatewayV2::Route': strictObject({
    ApiId: text,
    RouteKey: text,
    Target: text,
    AuthorizationType: optional(z.enum(['NONE', 'CUSTOM'])),
    AuthorizerId: optional(text),
  }),
  'AWS::ApiGatewayV2::Authorizer': strictObject({
    ApiId: text,
    AuthorizerType: z.literal('REQUEST'),
    AuthorizerUri: text,
    AuthorizerPayloadFormatVersion: z.literal('2.0'),
    EnableSimpleResponses: z.literal(true),
    IdentitySource: optional(array(text)),
    AuthorizerResultTtlInSeconds: count,
  }),
} as const;

export type HostedType = keyof typeof HOSTED_TYPES;
export type PropertiesOf<T extends HostedType> = z.infer<(typeof HOSTED_TYPES)[T]>;

const LABEL = 'a label';
const SAFETY = 'a safety of deployed data; here the state directory is the boundary';
const TUNING = 'tunes a fleet; one machine takes things one by one, at once';
const WATCHING = 'nobody watches one machine';

/** Properties of hosted types that change nothing here, each with the reason. Where a type acts on one, the type wins. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  AccessLogSettings: WATCHING,
  Architectures: 'runs on the architecture of this machine',
  DefaultRouteSettings: TUNING,
  DeletionProtectionEnabled: SAFETY,
  Description: LABEL,
  FifoThroughputLimit: TUNING,
  FlexibleTimeWindow: TUNING,
  GroupName: LABEL,
  KmsKeyArn: SAFETY,
  KmsKeyIdentifier: SAFETY,
  KmsMasterKeyId: SAFETY,
  LoggingConfig: WATCHING,
  MaximumBatchingWindowInSeconds: TUNING,
  Name: LABEL,
  ParallelizationFactor: TUNING,
  PointInTimeRecoverySpecification: SAFETY,
  Replicas: SAFETY,
  SqsManagedSseEnabled: SAFETY,
  Tags: LABEL,
  TracingConfig: WATCHING,
};
