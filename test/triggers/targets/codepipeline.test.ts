import * as codepipeline from '@aws-sdk/client-codepipeline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCodePipelineTarget } from '../../../functions/triggers/targets/codepipeline.ts';
import type { Delivery } from '../../../functions/triggers/targets/target.ts';
import type { CodePipelineTarget } from '../../../functions/triggers/target-spec.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { deliveredImage, deliveryTo, DIGEST, OLD_DIGEST, recordSessions } from './aws/aws-delivery.ts';

const PIPELINE = 'arn:aws:codepipeline:eu-central-1:111122223333:release';
const WANTED: CodePipelineTarget = {
  pipelineArn: PIPELINE,
  variables: [{ name: 'WEB_IMAGE', container: 'web' }, { name: 'PROXY_DIGEST', container: 'proxy', value: 'Digest' }, { name: 'FIRST' }],
  sourceActions: [{ name: 'Proxy', container: 'proxy' }, { name: 'Web' }],
};
const IMAGES = [
  deliveredImage({ container: 'web' }),
  deliveredImage({ container: 'proxy', stream: 'proxy', image: OLD_DIGEST, dockerImageReference: `quay.io/shop/proxy@${OLD_DIGEST}` }),
];

let aws: AwsEmulator;
/** Executions by token, as the service tells a repeated request. */
const executions = new Map<unknown, string>();
beforeAll(async () => {
  aws = await startAwsEmulator({ codepipeline });
  aws.answer('codepipeline', 'StartPipelineExecution', ({ clientRequestToken }) => {
    executions.set(clientRequestToken, executions.get(clientRequestToken) ?? `execution-${executions.size + 1}`);
    return { pipelineExecutionId: executions.get(clientRequestToken) };
  });
  aws.answer('codepipeline', 'GetPipeline', () => ({ pipeline: pipelineOf(['WEB_IMAGE', 'PROXY_DIGEST', 'FIRST'], ['Proxy', 'Web']) }));
});
afterAll(() => aws.close());
let seen = 0;
beforeEach(() => {
  aws.clearFaults();
  executions.clear();
  seen = aws.calls.length;
});

function pipelineOf(variables: readonly string[], sources: readonly string[], provider = 'ECR') {
  const actionTypeId = { category: 'Source', owner: 'AWS', provider, version: '1' };
  const actions = sources.map((name) => ({ name, actionTypeId }));
  return { name: 'release', roleArn: 'r', stages: [{ name: 'Source', actions }], variables: variables.map((name) => ({ name })) };
}
function setUp() {
  const { openSession, asked } = recordSessions();
  const create = (session: object) => new codepipeline.CodePipelineClient({ ...session, ...aws.client, maxAttempts: 1 });
  return { target: createCodePipelineTarget(openSession, create), asked };
}
const deliver = (wanted: CodePipelineTarget, over: Partial<Delivery<CodePipelineTarget>> = {}) =>
  setUp().target.deliver(deliveryTo(wanted, { images: IMAGES, ...over }));
const calls = () => aws.calls.slice(seen);

describe('codepipeline target', () => {
  it('starts the pipeline with images for its variables and digests for its source actions', async () => {
    const { target, asked } = setUp();
    const roleArn = 'arn:aws:iam::1:role/r';
    expect(await target.deliver(deliveryTo({ ...WANTED, roleArn }, { images: IMAGES }))).toEqual({
      kind: 'delivered',
      pending: true,
      details: { pipelineExecutionId: 'execution-1' },
    });
    expect(asked).toEqual([{ arn: PIPELINE, field: 'pipelineArn', roleArn }]);
    expect(calls()).toMatchObject([{ operation: 'StartPipelineExecution', region: 'eu-central-1' }]);
    expect(calls()[0]?.input).toEqual({
      name: 'release',
      clientRequestToken: 'msg-1',
      variables: [
        { name: 'WEB_IMAGE', value: `quay.io/shop/web@${DIGEST}` },
        { name: 'PROXY_DIGEST', value: OLD_DIGEST },
        { name: 'FIRST', value: `quay.io/shop/web@${DIGEST}` },
      ],
      sourceRevisions: [
        { actionName: 'Proxy', revisionType: 'IMAGE_DIGEST', revisionValue: OLD_DIGEST },
        { actionName: 'Web', revisionType: 'IMAGE_DIGEST', revisionValue: DIGEST },
      ],
    });
    expect(aws.problems).toEqual([]);
  });

  it('starts it plainly when nothing is wanted, as pipelines of type V1 take it', async () => {
    await deliver({ pipelineArn: PIPELINE });
    expect(calls()[0]?.input).toEqual({ name: 'release', clientRequestToken: 'msg-1' });
  });

  it('starts it once per delivery', async () => {
    const outcomes = [await deliver(WANTED), await deliver(WANTED), await deliver(WANTED, { id: 'msg_2-again' })];
    expect(outcomes.map((outcome) => 'details' in outcome && outcome.details?.['pipelineExecutionId'])).toEqual([
      'execution-1',
      'execution-1',
      'execution-2',
    ]);
    expect(calls().map(({ input }) => input['clientRequestToken'])).toEqual(['msg-1', 'msg-1', 'msg-2-again']);
  });

  it.each<[string, CodePipelineTarget]>([
    ['a variable', { pipelineArn: PIPELINE, variables: [{ name: 'D', value: 'Digest' }] }],
    ['a source action', { pipelineArn: PIPELINE, sourceActions: [{ name: 'Web' }] }],
  ])('does not start it when %s wants the digest of a reference tag', async (_, wanted) => {
    const images = [deliveredImage({ image: '', dockerImageReference: 'redis:7' })];
    expect(await deliver(wanted, { images })).toMatchObject({ kind: 'refused', reason: 'NoDigest' });
    expect(calls()).toEqual([]);
  });

  it('only looks at the pipeline on a dry run', async () => {
    expect(await deliver(WANTED, { dryRun: true })).toMatchObject({ kind: 'delivered' });
    expect(calls()).toMatchObject([{ operation: 'GetPipeline', input: { name: 'release' } }]);
    expect(aws.problems).toEqual([]);
  });

  it.each<[string, ReturnType<typeof pipelineOf>, string]>([
    ['variable', pipelineOf(['WEB_IMAGE', 'FIRST'], ['Proxy', 'Web']), 'the pipeline has no variable PROXY_DIGEST'],
    ['action', pipelineOf(['WEB_IMAGE', 'FIRST', 'PROXY_DIGEST'], ['Proxy']), 'the pipeline has no source action of ECR Web'],
    [
      'action of ECR',
      pipelineOf(['WEB_IMAGE', 'FIRST', 'PROXY_DIGEST'], ['Proxy', 'Web'], 'S3'),
      'the pipeline has no source action of ECR Proxy',
    ],
  ])('says on a dry run which %s the pipeline does not have', async (_, pipeline, message) => {
    await using other = await startAwsEmulator({ codepipeline });
    other.answer('codepipeline', 'GetPipeline', () => ({ pipeline }));
    const client = (session: object) => new codepipeline.CodePipelineClient({ ...session, ...other.client });
    const target = createCodePipelineTarget(recordSessions().openSession, client);
    expect(await target.deliver(deliveryTo(WANTED, { images: IMAGES, dryRun: true }))).toEqual({
      kind: 'refused',
      reason: 'NotInPipeline',
      message,
    });
    expect(other.problems).toEqual([]);
  });

  it.each<[string, 'retry' | 'refused']>([
    ['PipelineNotFoundException', 'refused'],
    ['ValidationException', 'refused'],
    ['AccessDeniedException', 'refused'],
    ['ConflictException', 'retry'],
    ['ConcurrentPipelineExecutionsLimitExceededException', 'retry'],
    ['ThrottlingException', 'retry'],
  ])('takes %s for %s', async (name, kind) => {
    aws.fault({ service: 'codepipeline' }, new AwsError(name, 'no'));
    const expected = { kind, reason: name, message: `the pipeline cannot be started: ${name}: no` };
    expect(await deliver(WANTED)).toEqual(expected);
    expect(await deliver(WANTED, { dryRun: true })).toEqual(expected);
  });

  it('tries again when the connection drops', async () => {
    aws.fault({ operation: 'StartPipelineExecution' }, 'reset');
    expect(await deliver(WANTED)).toMatchObject({ kind: 'retry' });
  });
});
