/** Standard workflows of Step Functions and their executions, over the wire-level emulator. Facts: API reference, StartExecution. */
import { type AwsEmulator, AwsError } from './emulator.ts';

export interface FakeExecution {
  readonly executionArn: string;
  readonly input: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
}

export interface FakeStepFunctions {
  /** Oldest first. */
  readonly executions: FakeExecution[];
  /** What executions are as soon as they are started. */
  startAs: FakeExecution['status'];
}

export function answerAsStepFunctions(aws: AwsEmulator, stateMachineArn: string): FakeStepFunctions {
  const startDate = new Date();
  const common = { stateMachineArn, startDate };
  const fake: FakeStepFunctions = { executions: [], startAs: 'RUNNING' };
  const find = (arn: string) => fake.executions.find(({ executionArn }) => executionArn === arn);
  aws.answer('states', 'DescribeStateMachine', () => ({
    stateMachineArn,
    name: stateMachineArn.split(':').at(-1),
    status: 'ACTIVE',
    definition: '{}',
    roleArn: 'arn:aws:iam::000000000000:role/machine',
    type: 'STANDARD',
    creationDate: startDate,
  }));
  aws.answer('states', 'StartExecution', ({ name, input }) => {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${String(name)}`;
    const before = find(executionArn);
    // The same request is answered the same while the execution runs; its name is taken for 90 days.
    if (before !== undefined && (before.status !== 'RUNNING' || before.input !== input))
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    if (before === undefined) fake.executions.push({ executionArn, input: String(input), status: fake.startAs });
    return { executionArn, startDate };
  });
  aws.answer('states', 'DescribeExecution', ({ executionArn }) => {
    const found = find(String(executionArn));
    if (found === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${String(executionArn)}'`);
    return { ...common, executionArn, status: found.status };
  });
  return fake;
}
