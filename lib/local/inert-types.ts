/** Resource types that need nothing on one machine, each with the reason. A type that is neither here nor in hosted-types.ts stops the start. */
const NO_IAM = 'the only caller of the local AWS endpoint is this runtime';
const NO_KEYS = 'nothing leaves the machine; the state directory is the boundary';
const NO_WATCHERS = 'nobody watches alarms and metrics of one machine';

export const INERT_TYPES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': NO_IAM,
  'AWS::IAM::Policy': NO_IAM,
  'AWS::IAM::ManagedPolicy': NO_IAM,
  'AWS::Lambda::Permission': NO_IAM,
  'AWS::SQS::QueuePolicy': NO_IAM,
  'AWS::SNS::TopicPolicy': NO_IAM,
  'AWS::Events::EventBusPolicy': NO_IAM,
  'AWS::KMS::Key': NO_KEYS,
  'AWS::KMS::Alias': NO_KEYS,
  'AWS::Logs::LogGroup': 'function output goes to functions.log of the state directory',
  'AWS::Logs::MetricFilter': NO_WATCHERS,
  'AWS::Logs::QueryDefinition': NO_WATCHERS,
  'AWS::CloudWatch::Alarm': NO_WATCHERS,
  'AWS::CloudWatch::CompositeAlarm': NO_WATCHERS,
  'AWS::CloudWatch::Dashboard': NO_WATCHERS,
  'AWS::SNS::Topic': NO_WATCHERS,
  'AWS::SNS::Subscription': NO_WATCHERS,
  'AWS::Events::Archive': 'the bus of one machine is not replayed',
  'AWS::Scheduler::ScheduleGroup': 'a label of schedules',
  'AWS::CDK::Metadata': 'usage data of the CDK',
};
