/** Resource types that need nothing on one machine, each with the reason. A type that is neither here nor in hosted-types.ts stops the start. */
const NO_FOREIGNERS = 'nobody but this runtime and the owner of this machine comes to it';
const NO_KEYS = 'nothing leaves the machine; the state directory is the boundary';
const NO_WATCHERS = 'nobody watches alarms and metrics of one machine';

export const INERT_TYPES: Readonly<Record<string, string>> = {
  'AWS::SNS::TopicPolicy': 'nobody watches alarms and metrics of one machine',
  'AWS::Events::EventBusPolicy': NO_FOREIGNERS,
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
