import * as sfn from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStepFunctionsTarget } from '../../../functions/triggers/targets/step-functions.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { deliveredImage, deliveryTo, recordSessions } from './aws/aws-delivery.ts';

const PREFIX = 'arn:aws:states:eu-central-1:111122223333';
const STATE_MACHINE = `${PREFIX}:stateMachine:deploy`;
const EXECUTION = `${PREFIX}:execution:deploy:msg_1`;

let aws: AwsEmulator;
/** Executions by name, as a standard workflow keeps them. */
let executions: Map<string, { input: unknown; status: string }>;

beforeAll(async () => {
  aws = await startAwsEmulator({ sfn });
  aws.answer('sfn', 'StartExecution', ({ name, input }) => {
    const known = executions.get(String(name));
    if (known !== undefined && (known.status !== 'RUNNING' || known.input !== input))
      throw new AwsError('ExecutionAlreadyExists', 'Execution Already Exists');
    executions.set(String(name), known ?? { input, status: 'RUNNING' });
    return { executionArn: `${PREFIX}:execution:deploy:${String(name)}`, startDate: new Date() };
  });
  aws.answer('sfn', 'DescribeExecution', ({ executionArn }) => ({
    executionArn,
    stateMachineArn: STATE_MACHINE,
    status: executions.get(String(executionArn).split(':').at(-1) ?? '')?.status,
    startDate: new Date(),
  }));
});
afterAll(() => aws.close());
let seen = 0;
beforeEach(() => {
  aws.clearFaults();
  executions = new Map();
  seen = aws.calls.length;
});

function setUp() {
  const { openSession, asked } = recordSessions();
  const target = createStepFunctionsTarget(openSession, (session) => new sfn.SFNClient({ ...session, ...aws.client, maxAttempts: 1 }));
  return { target, asked };
}
const operations = () => aws.calls.slice(seen).map(({ operation }) => operation);
const delivery = (over: Parameters<typeof deliveryTo>[1] = {}, stateMachineArn = STATE_MACHINE) =>
  deliveryTo({ stateMachineArn }, over as object);

describe('stepFunctions target', () => {
  it('starts an execution with the name of the delivery and what a webhook gets', async () => {
    const { target, asked } = setUp();
    const roleArn = 'arn:aws:iam::1:role/r';
    expect(await target.deliver(deliveryTo({ stateMachineArn: STATE_MACHINE, roleArn }))).toEqual({
      kind: 'delivered',
      pending: true,
      details: { executionArn: EXECUTION },
    });
    expect(asked).toEqual([{ arn: STATE_MACHINE, field: 'stateMachineArn', roleArn }]);
    expect(aws.calls.slice(seen)).toMatchObject([
      {
        operation: 'StartExecution',
        region: 'eu-central-1',
        input: { stateMachineArn: STATE_MACHINE, name: 'msg_1', input: expect.stringContaining('"type":"image-trigger.delivery"') },
      },
    ]);
    expect(aws.problems).toEqual([]);
  });

  it('answers the same execution when it is asked twice', async () => {
    const { target } = setUp();
    const first = await target.deliver(delivery());
    expect(await target.deliver(delivery())).toEqual(first);
    // The same images, but the target is known to have had another one meanwhile.
    expect(await target.deliver(delivery({ images: [deliveredImage({ previous: null })] }))).toEqual(first);
    expect(executions.size).toBe(1);
    expect(operations()).toEqual(['StartExecution', 'StartExecution', 'StartExecution', 'DescribeExecution']);
    expect(aws.problems).toEqual([]);
  });

  it.each<[string, object]>([
    ['SUCCEEDED', { kind: 'delivered', details: { executionArn: EXECUTION } }],
    ['FAILED', { kind: 'refused', reason: 'ExecutionFailed', message: `the execution ended as FAILED: ${EXECUTION}` }],
    ['TIMED_OUT', { kind: 'refused', reason: 'ExecutionFailed', message: `the execution ended as TIMED_OUT: ${EXECUTION}` }],
    ['ABORTED', { kind: 'refused', reason: 'ExecutionFailed', message: `the execution ended as ABORTED: ${EXECUTION}` }],
    ['PENDING_REDRIVE', { kind: 'delivered', pending: true, details: { executionArn: EXECUTION } }],
  ])('tells what came of an execution that ended as %s before its answer was known', async (status, outcome) => {
    executions.set('msg_1', { input: '', status });
    expect(await setUp().target.deliver(delivery({}, `${STATE_MACHINE}:live`))).toEqual(outcome);
    expect(aws.calls.at(-1)?.input).toEqual({ executionArn: EXECUTION });
  });

  it('waits for nothing when the workflow is an express one', async () => {
    const express = await startAwsEmulator({ sfn });
    const executionArn = `${PREFIX}:express:deploy:msg_1:0f1e`;
    express.answer('sfn', 'StartExecution', () => ({ executionArn, startDate: new Date() }));
    const client = (session: object) => new sfn.SFNClient({ ...session, ...express.client });
    const outcome = await createStepFunctionsTarget(recordSessions().openSession, client).deliver(delivery());
    await express.close();
    expect(outcome).toEqual({ kind: 'delivered', details: { executionArn } });
  });

  it.each<[string, object]>([
    ['ACTIVE', { kind: 'delivered', message: 'the state machine is there, of type STANDARD' }],
    ['DELETING', { kind: 'refused', reason: 'StateMachineDeleting' }],
  ])('only looks at the state machine on a dry run: %s', async (status, outcome) => {
    const [definition, roleArn, type, creationDate] = ['{}', 'arn:aws:iam::1:role/r', 'STANDARD', new Date()];
    aws.answer('sfn', 'DescribeStateMachine', ({ stateMachineArn }) => ({
      ...{ stateMachineArn, name: 'deploy', status, definition, roleArn, type, creationDate },
    }));
    expect(await setUp().target.deliver(delivery({ dryRun: true }))).toMatchObject(outcome);
    expect(operations()).toEqual(['DescribeStateMachine']);
    expect(aws.problems).toEqual([]);
  });

  it.each<[string, 'retry' | 'refused']>([
    ['StateMachineDoesNotExist', 'refused'],
    ['StateMachineDeleting', 'refused'],
    ['AccessDeniedException', 'refused'],
    ['InvalidExecutionInput', 'refused'],
    ['ExecutionLimitExceeded', 'retry'],
    ['ThrottlingException', 'retry'],
  ])('takes %s for %s', async (name, kind) => {
    aws.fault({ operation: 'StartExecution' }, new AwsError(name, 'no'));
    expect(await setUp().target.deliver(delivery())).toEqual({
      kind,
      reason: name,
      message: `the state machine cannot be started: ${name}: no`,
    });
  });

  it('tries again when the connection drops', async () => {
    aws.fault({ operation: 'StartExecution', times: 1 }, 'reset');
    expect(await setUp().target.deliver(delivery())).toMatchObject({ kind: 'retry' });
    expect(await setUp().target.deliver(delivery())).toMatchObject({ kind: 'delivered' });
  });
});
