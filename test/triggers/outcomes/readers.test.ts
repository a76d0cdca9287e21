/** Readers of events, over events as the services' guides show them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../functions/triggers/kinds/registry.ts';
import type { ServiceEvent } from '../../../functions/triggers/outcomes/late-outcome.ts';
import { OUTCOME_READERS } from '../../../functions/triggers/outcomes/registry.ts';
import type { TargetSpec } from '../../../functions/triggers/target-spec.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';

function eventOf(source: string, detailType: string, resources: readonly string[], detail: unknown): ServiceEvent {
  return { source, 'detail-type': detailType, account: ACCOUNT, region: REGION, time: '2026-08-01T10:00:00Z', resources, detail };
}

function read(event: ServiceEvent) {
  const reader = OUTCOME_READERS.find(({ source, detailType }) => source === event.source && detailType === event['detail-type']);
  return reader?.read(event) ?? null;
}

/** What a rule lets through of the states there are. */
function passes(source: string, member: string): readonly unknown[] {
  return OUTCOME_READERS.find((reader) => reader.source === source)?.detail?.[member] ?? [];
}

describe('CodeBuild Build State Change', () => {
  const build = `arn:aws:codebuild:${REGION}:${ACCOUNT}:build/deploy-web:8745a7a9-c340-456a-9166-edf953571bEX`;
  const said = (status: string) =>
    eventOf('aws.codebuild', 'CodeBuild Build State Change', [build], {
      'build-status': status,
      'project-name': 'deploy-web',
      'build-id': build,
      'additional-information': { 'build-complete': true, initiator: 'image-streams@shop' },
      'current-phase': 'COMPLETED',
      version: '1',
    });
  const about = {
    kind: 'codebuild',
    identity: `arn:aws:codebuild:${REGION}:${ACCOUNT}:project/deploy-web`,
    details: { buildId: build },
  };

  it.each([
    ['SUCCEEDED', { outcome: 'Delivered', reason: 'Delivered', message: 'the build succeeded' }],
    ['FAILED', { outcome: 'Refused', reason: 'BuildFailed', message: 'the build ended as FAILED' }],
    ['FAULT', { outcome: 'Refused', reason: 'BuildFailed', message: 'the build ended as FAULT' }],
    ['TIMED_OUT', { outcome: 'Refused', reason: 'BuildFailed', message: 'the build ended as TIMED_OUT' }],
    ['STOPPED', { outcome: 'Refused', reason: 'BuildStopped', message: 'the build was stopped', interrupted: true }],
  ])('%s', (status, told) => {
    expect(read(said(status))).toEqual({ ...about, ...told });
    expect(passes('aws.codebuild', 'build-status')).toContain(status);
  });

  it('says nothing while the build goes on, or of what is no build', () => {
    expect(read(said('IN_PROGRESS'))).toBeNull();
    expect(read(eventOf('aws.codebuild', 'CodeBuild Build State Change', [], { 'build-status': 'FAILED', 'build-id': 'x' }))).toBeNull();
  });
});

describe('CodePipeline Pipeline Execution State Change', () => {
  const pipeline = `arn:aws:codepipeline:${REGION}:${ACCOUNT}:myPipeline`;
  const said = (state: string, resources = [pipeline]) =>
    eventOf('aws.codepipeline', 'CodePipeline Pipeline Execution State Change', resources, {
      pipeline: 'myPipeline',
      'execution-id': '12345678-1234-5678-abcd-12345678abcd',
      state,
      version: 3,
    });
  const about = { kind: 'codepipeline', identity: pipeline, details: { pipelineExecutionId: '12345678-1234-5678-abcd-12345678abcd' } };

  it.each([
    ['SUCCEEDED', { outcome: 'Delivered', reason: 'Delivered' }],
    ['FAILED', { outcome: 'Refused', reason: 'ExecutionFailed' }],
    ['STOPPED', { outcome: 'Refused', reason: 'ExecutionStopped', interrupted: true }],
    ['CANCELED', { outcome: 'Refused', reason: 'ExecutionStopped', interrupted: true }],
    ['SUPERSEDED', { outcome: 'Refused', reason: 'Superseded', interrupted: true }],
  ])('%s', (state, told) => {
    expect(read(said(state))).toEqual({ ...about, ...told, message: expect.any(String) as string });
    expect(passes('aws.codepipeline', 'state')).toContain(state);
  });

  it.each(['STARTED', 'RESUMED', 'STOPPING'])('says nothing at %s', (state) => {
    expect(read(said(state))).toBeNull();
    expect(passes('aws.codepipeline', 'state')).not.toContain(state);
  });

  it('says nothing of what is no pipeline', () => {
    expect(read(said('FAILED', [`${pipeline}/stage`]))).toBeNull();
  });
});

describe('Step Functions Execution Status Change', () => {
  const machine = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:deploy`;
  const execution = `arn:aws:states:${REGION}:${ACCOUNT}:execution:deploy:msg_5f6c`;
  const said = (status: string, more = {}) =>
    eventOf('aws.states', 'Step Functions Execution Status Change', [execution], {
      executionArn: execution,
      stateMachineArn: machine,
      name: 'msg_5f6c',
      status,
      startDate: 1_551_225_271_984,
      input: '{"password": "geheim"}',
      output: null,
      ...more,
    });
  const about = { kind: 'stepFunctions', identity: machine, details: { executionArn: execution } };

  it.each([
    ['SUCCEEDED', {}, { outcome: 'Delivered', reason: 'Delivered', message: 'the execution succeeded' }],
    ['FAILED', {}, { outcome: 'Refused', reason: 'ExecutionFailed', message: 'the execution ended as FAILED' }],
    [
      'FAILED',
      { error: 'States.TaskFailed', cause: 'geheim' },
      { outcome: 'Refused', reason: 'ExecutionFailed', message: 'the execution ended as FAILED: States.TaskFailed' },
    ],
    [
      'FAILED',
      { error: 'the password is geheim' },
      { outcome: 'Refused', reason: 'ExecutionFailed', message: 'the execution ended as FAILED' },
    ],
    ['TIMED_OUT', {}, { outcome: 'Refused', reason: 'ExecutionFailed', message: 'the execution ended as TIMED_OUT' }],
    ['ABORTED', {}, { outcome: 'Refused', reason: 'ExecutionStopped', message: 'the execution was aborted', interrupted: true }],
  ])('%s %j', (status, more, told) => {
    expect(read(said(status, more))).toEqual({ ...about, ...told });
    expect(passes('aws.states', 'status')).toContain(status);
  });

  it('says nothing at RUNNING', () => {
    expect(read(said('RUNNING'))).toBeNull();
  });
});

it.each(OUTCOME_READERS)('$detailType: whatever it holds is no error', (reader) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.string()), (detail, resources) => {
      reader.read(eventOf(reader.source, reader.detailType, resources, detail));
    }),
  );
});

describe('what readers make of an event is what kinds make of a target', () => {
  const PIPELINE = `arn:aws:codepipeline:${REGION}:${ACCOUNT}:deploy`;
  const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:deploy`;
  const SERVICE = `arn:aws:ecs:${REGION}:${ACCOUNT}:service/shop/web`;

  it.each<[string, TargetSpec, ServiceEvent]>([
    [
      'codebuild',
      { codebuild: { projectArn: `arn:aws:codebuild:${REGION}:${ACCOUNT}:project/deploy` } },
      eventOf('aws.codebuild', 'CodeBuild Build State Change', [], {
        'build-id': `arn:aws:codebuild:${REGION}:${ACCOUNT}:build/deploy:1`,
        'build-status': 'FAILED',
      }),
    ],
    [
      'codepipeline',
      { codepipeline: { pipelineArn: PIPELINE } },
      eventOf('aws.codepipeline', 'CodePipeline Pipeline Execution State Change', [PIPELINE], { 'execution-id': '1', state: 'FAILED' }),
    ],
    [
      'ecs',
      { ecs: { serviceArn: SERVICE } },
      eventOf('aws.ecs', 'ECS Deployment State Change', [SERVICE], { deploymentId: 'ecs-svc/1', eventName: 'SERVICE_DEPLOYMENT_FAILED' }),
    ],
    [
      'stepFunctions',
      { stepFunctions: { stateMachineArn: `${MACHINE}:PROD` } },
      eventOf('aws.states', 'Step Functions Execution Status Change', [], {
        executionArn: 'arn:1',
        stateMachineArn: MACHINE,
        status: 'FAILED',
      }),
    ],
  ])('%s', (name, target, event) => {
    const found = kindOf(target);
    const owner = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
    expect(read(event)).toMatchObject({ kind: name, identity: found?.kind.identity(found.spec, owner) });
    expect(found?.kind.awsResource?.(found.spec)?.arn.split(':').slice(3, 5)).toEqual([REGION, ACCOUNT]);
  });
});
