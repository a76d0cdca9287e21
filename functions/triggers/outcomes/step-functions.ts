/**
 * `Step Functions Execution Status Change`: how an execution of a standard state machine ended
 * (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html). Input, output and cause are not read: they may hold secrets.
 */
import { membersOf } from './event-members.ts';
import type { LateOutcome, OutcomeReader, ServiceEvent } from './late-outcome.ts';

const STATE_MACHINE = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[\w-]{1,80}$/;
/** Names of errors are the author's to choose: what is no name is not shown. */
const ERROR_NAME = /^[\w.-]{1,128}$/;

export const STEP_FUNCTIONS_EXECUTION: OutcomeReader = {
  source: 'aws.states',
  detailType: 'Step Functions Execution Status Change',
  detail: { status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] },
  read,
};

function read({ detail }: ServiceEvent): LateOutcome | null {
  const { executionArn, stateMachineArn: identity, status, error = '' } = membersOf(detail);
  if (executionArn === undefined || identity === undefined || !STATE_MACHINE.test(identity)) return null;
  const about = { kind: 'stepFunctions', identity, details: { executionArn } };
  switch (status) {
    case 'SUCCEEDED':
      return { ...about, outcome: 'Delivered', reason: 'Delivered', message: 'the execution succeeded' };
    case 'ABORTED':
      return { ...about, outcome: 'Refused', reason: 'ExecutionStopped', message: 'the execution was aborted', interrupted: true };
    case 'FAILED':
    case 'TIMED_OUT': {
      const named = ERROR_NAME.test(error) ? `: ${error}` : '';
      return { ...about, outcome: 'Refused', reason: 'ExecutionFailed', message: `the execution ended as ${status}${named}` };
    }
    default:
      return null;
  }
}
