/** Acts on targets of kind `stepFunctions`. */
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { formatArn, parseArn } from '../arn.ts';
import type { AwsSession, OpenSession } from './aws/aws-session.ts';
import { STEP_FUNCTIONS_KIND } from '../kinds/step-functions.ts';
import type { StepFunctionsTarget } from '../target-spec.ts';
import { createAwsTarget } from './aws/aws-target.ts';
import { formatPayload } from './payload.ts';
import type { Delivery, DeliveryTarget, Outcome } from './target.ts';

type Client = Pick<SFNClient, 'send'>;

/**
 * The execution has the name of the delivery: a standard workflow runs once per delivery, and tells later what came of it. An express workflow
 * does neither; its input is what a webhook gets, and `$$.Execution.Name` the id of the delivery.
 */
export function createStepFunctionsTarget(
  openSession: OpenSession,
  createClient: (session: AwsSession) => Client = (session) => new SFNClient(session),
): DeliveryTarget<StepFunctionsTarget> {
  return createAwsTarget({
    kind: STEP_FUNCTIONS_KIND,
    createClient,
    openSession,
    failed: 'the state machine cannot be started',
    act: (client, delivery) => (delivery.dryRun ? ask(client, delivery) : start(client, delivery)),
  });
}

async function ask(client: Client, { target: { stateMachineArn }, signal }: Delivery<StepFunctionsTarget>): Promise<Outcome> {
  const { status, type } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }), { abortSignal: signal });
  if (status === 'DELETING') return { kind: 'refused', reason: 'StateMachineDeleting', message: 'the state machine is being deleted' };
  return { kind: 'delivered', message: `the state machine is there, of type ${type ?? 'unknown'}` };
}

async function start(client: Client, delivery: Delivery<StepFunctionsTarget>): Promise<Outcome> {
  const { target, id: name, signal } = delivery;
  const { stateMachineArn } = target;
  try {
    const command = new StartExecutionCommand({ stateMachineArn, name, input: formatPayload(delivery) });
    const { executionArn = '' } = await client.send(command, { abortSignal: signal });
    return {
      kind: 'delivered',
      ...(parseArn(executionArn).resource.startsWith('execution:') ? { pending: true } : {}),
      details: { executionArn },
    };
  } catch (error) {
    // It ended already, or what goes with the images is not what it was at the first try: it is this delivery's all the same.
    if (error instanceof ExecutionAlreadyExists) return found(client, executionOf(stateMachineArn, name), signal);
    throw error;
  }
}

async function found(client: Client, executionArn: string, signal: AbortSignal): Promise<Outcome> {
  const { status = '' } = await client.send(new DescribeExecutionCommand({ executionArn }), { abortSignal: signal });
  if (status === 'SUCCEEDED') return { kind: 'delivered', details: { executionArn } };
  if (['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status))
    return { kind: 'refused', reason: 'ExecutionFailed', message: `the execution ended as ${status}: ${executionArn}` };
  return { kind: 'delivered', pending: true, details: { executionArn } };
}

/** An execution is one of its state machine, whichever version or alias started it. */
function executionOf(stateMachineArn: string, name: string): string {
  const arn = parseArn(stateMachineArn);
  const [, stateMachine] = arn.resource.split(':');
  return formatArn({ ...arn, resource: `execution:${stateMachine}:${name}` });
}
