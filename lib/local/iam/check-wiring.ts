/**
 * What AWS checks when it wires a stack, or does on behalf of a role while nobody looks: event sources, failure destinations, schedules, routes
 * and rules. Policies do not change while the runtime runs, so one look at the start is as good as one per call.
 */
import type { Stack } from '../cloudformation.ts';
import { nameFromArn, tableFromStreamArn } from '../physical-names.ts';
import { StartError } from '../start-error.ts';
import type { AccessControl } from './access-control.ts';
import { keyNeeds, tableKeys } from './api-actions.ts';
import { type Access, decide } from './decide.ts';

/** Roles: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and services-ddb-create-mapping.html */
const STREAM_ACTIONS = ['DescribeStream', 'GetRecords', 'GetShardIterator'];
const QUEUE_ACTIONS = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];

interface Problem {
  readonly who: string;
  readonly access: Access;
}

/** Throws one StartError that names every permission without which the deployed stack would not be created, or would not run. */
export function checkWiring(stack: Stack, control: AccessControl): void {
  const problems = [...roleProblems(stack, control), ...serviceProblems(stack, control)];
  const lines = problems.map(({ who, access: { action, resource } }) => `${who} needs ${action} on ${resource}`);
  if (lines.length > 0) throw new StartError(`the stack lacks permissions:\n  ${lines.join('\n  ')}`);
}

/** What services do as the role of a function or schedule. */
function roleProblems(stack: Stack, control: AccessControl): readonly Problem[] {
  const { roles } = control.policies;
  const keys = tableKeys(stack);
  const functions = stack.ofType('AWS::Lambda::Function');
  const sends = (resource: string): Access => ({ action: 'sqs:SendMessage', resource, context: { 'aws:SecureTransport': 'true' } });

  function asRole(who: string, service: string, roleArn: string | undefined, needs: readonly Access[], context = {}): readonly Problem[] {
    const role = roles.get(nameFromArn(roleArn ?? ''));
    const assume: Access = { action: 'sts:AssumeRole', resource: roleArn ?? '(no role)', context };
    if (!role || !decide(role.trust, assume, service).allowed) return [{ who: service, access: assume }];
    return needs.filter((access) => !control.allows(role, access)).map((access) => ({ who, access }));
  }

  function asFunction(nameOrArn: string, needs: readonly Access[]): readonly Problem[] {
    const fn = functions.find(({ name }) => name === nameFromArn(nameOrArn));
    return asRole(fn?.logicalId ?? nameOrArn, 'lambda.amazonaws.com', fn?.properties.Role, needs);
  }

  const mappings = stack.ofType('AWS::Lambda::EventSourceMapping').flatMap(({ properties }) => {
    const source = properties.EventSourceArn;
    const table = tableFromStreamArn(source);
    const needs =
      table === undefined
        ? QUEUE_ACTIONS.map((action) => ({ action: `sqs:${action}`, resource: source, context: { 'aws:SecureTransport': 'true' } }))
        : [
            ...STREAM_ACTIONS.map((action) => ({ action: `dynamodb:${action}`, resource: source })),
            { action: 'dynamodb:ListStreams', resource: source },
            ...keyNeeds(keys.get(table), false),
          ];
    const failures = properties.DestinationConfig ? [sends(properties.DestinationConfig.OnFailure.Destination)] : [];
    return asFunction(properties.FunctionName, [...needs, ...failures]);
  });
  const destinations = stack
    .ofType('AWS::Lambda::EventInvokeConfig')
    .flatMap(({ properties: { FunctionName, DestinationConfig } }) =>
      DestinationConfig ? asFunction(FunctionName, [sends(DestinationConfig.OnFailure.Destination)]) : [],
    );
  const schedules = stack.ofType('AWS::Scheduler::Schedule').flatMap(({ logicalId, properties: { Target } }) => {
    const needs = [
      { action: 'lambda:InvokeFunction', resource: Target.Arn },
      ...(Target.DeadLetterConfig ? [sends(Target.DeadLetterConfig.Arn)] : []),
    ];
    const source = { 'aws:SourceAccount': stack.place.accountId };
    return asRole(logicalId, 'scheduler.amazonaws.com', Target.RoleArn, needs, source);
  });
  return [...mappings, ...destinations, ...schedules];
}

/** What services do in their own name, allowed by whom they come to. */
function serviceProblems(stack: Stack, { policies }: AccessControl): readonly Problem[] {
  const { region, accountId } = stack.place;

  function asService(service: string, action: string, resource: string, source: string): readonly Problem[] {
    const access: Access = { action, resource, context: { 'aws:SourceArn': source, 'aws:SecureTransport': 'true' } };
    return decide(policies.resources, access, service).allowed ? [] : [{ who: service, access }];
  }

  const invocation = (uri: string) => /(arn:[^/]*:function:[^/]*)/.exec(uri)?.[1] ?? uri;
  const gateway = (uri: string, apiId: string, path: string) =>
    asService(
      'apigateway.amazonaws.com',
      'lambda:InvokeFunction',
      invocation(uri),
      `arn:aws:execute-api:${region}:${accountId}:${apiId}/${path}`,
    );
  const integrations = stack
    .ofType('AWS::ApiGatewayV2::Integration')
    .flatMap(({ properties }) => gateway(properties.IntegrationUri, properties.ApiId, '$default/GET/apis'));
  const authorizers = stack
    .ofType('AWS::ApiGatewayV2::Authorizer')
    .flatMap(({ logicalId, properties }) => gateway(properties.AuthorizerUri, properties.ApiId, `authorizers/${logicalId}`));
  const rules = stack
    .ofType('AWS::Events::Rule')
    .flatMap(({ arn, properties }) =>
      properties.Targets.flatMap(({ Arn, DeadLetterConfig }) => [
        ...asService('events.amazonaws.com', Arn.includes(':sqs:') ? 'sqs:SendMessage' : 'lambda:InvokeFunction', Arn, arn),
        ...(DeadLetterConfig ? asService('events.amazonaws.com', 'sqs:SendMessage', DeadLetterConfig.Arn, arn) : []),
      ]),
    );
  return [...integrations, ...authorizers, ...rules];
}
