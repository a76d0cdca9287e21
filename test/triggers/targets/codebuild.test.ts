import * as codebuild from '@aws-sdk/client-codebuild';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createCodeBuildTarget } from '../../../functions/triggers/targets/codebuild.ts';
import type { Delivery } from '../../../functions/triggers/targets/target.ts';
import type { CodeBuildTarget } from '../../../functions/triggers/target-spec.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { answerAsCodeBuild, type FakeCodeBuild } from '../../support/aws/fake-codebuild.ts';
import { deliveredImage, deliveryTo, DIGEST, recordSessions } from './aws/aws-delivery.ts';

const PROJECT = 'arn:aws:codebuild:eu-central-1:111122223333:project/web';
const IMAGE = `quay.io/shop/web@${DIGEST}`;
const PROXY = `quay.io/platform/proxy@${DIGEST}`;

let aws: AwsEmulator;
let fake: FakeCodeBuild;
beforeEach(async () => {
  aws = await startAwsEmulator({ codebuild });
  onTestFinished(() => aws.close());
  fake = answerAsCodeBuild(aws, [PROJECT]);
});

function setUp(target: Partial<CodeBuildTarget> = {}) {
  const { openSession, asked } = recordSessions();
  const acting = createCodeBuildTarget(
    openSession,
    (session) => new codebuild.CodeBuildClient({ ...session, ...aws.client, maxAttempts: 1 }),
  );
  const deliver = (over: Partial<Delivery<CodeBuildTarget>> = {}) => acting.deliver(deliveryTo({ projectArn: PROJECT, ...target }, over));
  return { deliver, asked };
}
const variables = (index: number) =>
  Object.fromEntries(
    (fake.builds[index]?.input['environmentVariablesOverride'] as { name: string; value: string }[]).map(({ name, value }) => [
      name,
      value,
    ]),
  );

describe('codebuild target', () => {
  it('starts a build with the image in a variable, and leaves the rest to the project', async () => {
    const { deliver, asked } = setUp({ roleArn: 'arn:aws:iam::1:role/r' });
    const arn = 'arn:aws:codebuild:eu-central-1:111122223333:build/web:1';
    expect(await deliver()).toEqual({ kind: 'delivered', pending: true, details: { buildId: arn } });
    expect(fake.builds.map(({ input }) => input)).toEqual([
      {
        projectName: 'web',
        environmentVariablesOverride: [
          { name: 'DELIVERY_ID', value: 'msg_1', type: 'PLAINTEXT' },
          { name: 'IMAGE', value: IMAGE, type: 'PLAINTEXT' },
        ],
        idempotencyToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(asked).toEqual([{ arn: PROJECT, field: 'projectArn', roleArn: 'arn:aws:iam::1:role/r' }]);
    expect(aws.problems).toEqual([]);
  });

  it('runs it in the image, pulled by the role of the project', async () => {
    await setUp({ imageOverride: true }).deliver();
    expect(fake.builds[0]?.input).toMatchObject({ imageOverride: IMAGE, imagePullCredentialsTypeOverride: 'SERVICE_ROLE' });
  });

  it('names each image as the target says', async () => {
    const proxy = deliveredImage({ namespace: 'platform', stream: 'proxy', tag: '1', dockerImageReference: PROXY });
    const target = { variables: { WEB_IMAGE: 'web:latest', PROXY_IMAGE: 'platform/proxy:1', GONE: 'shop/gone:1' } };
    await setUp(target).deliver({ images: [deliveredImage(), proxy] });
    expect(variables(0)).toEqual({ DELIVERY_ID: 'msg_1', IMAGE, WEB_IMAGE: IMAGE, PROXY_IMAGE: PROXY });
  });

  it('starts one build per delivery, whatever CodeBuild remembers', async () => {
    const { deliver } = setUp();
    const first = await deliver();
    expect(await deliver()).toEqual(first);
    fake.forgetTokens();
    expect(await deliver()).toEqual(first);
    expect(await deliver({ id: 'msg_1-again' })).not.toEqual(first);
    expect(fake.builds).toHaveLength(2);
  });

  it('starts one build when the answer gets lost and builds are not listed yet', async () => {
    aws.answer('codebuild', 'ListBuildsForProject', () => ({ ids: [] }));
    await setUp().deliver();
    await setUp().deliver();
    expect(fake.builds).toHaveLength(1);
    // Of another request the same token would be refused.
    await setUp({ imageOverride: true }).deliver();
    expect(fake.builds).toHaveLength(2);
  });

  it.each<['SUCCEEDED' | 'FAILED' | 'STOPPED', object]>([
    ['SUCCEEDED', { kind: 'delivered', details: { buildId: 'arn:aws:codebuild:eu-central-1:111122223333:build/web:1' } }],
    ['FAILED', { kind: 'refused', reason: 'BuildFailed', message: 'the build ended as FAILED' }],
    ['STOPPED', { kind: 'refused', reason: 'BuildStopped', message: 'the build was stopped' }],
  ])('finds a build of its own that %s, which no event will tell', async (status, outcome) => {
    const { deliver } = setUp();
    await deliver();
    Object.assign(fake.builds[0] ?? {}, { status });
    expect(await deliver()).toEqual(outcome);
    expect(fake.builds).toHaveLength(1);
  });

  it('only looks for the project on a dry run', async () => {
    expect(await setUp().deliver({ dryRun: true })).toEqual({ kind: 'delivered', message: 'the project is there' });
    const other = setUp({ projectArn: PROJECT.replace('web', 'other') });
    expect(await other.deliver({ dryRun: true })).toMatchObject({ kind: 'refused', reason: 'ProjectNotFound' });
    expect(fake.builds).toEqual([]);
  });

  it('is refused for a project there is not', async () => {
    const outcome = await setUp({ projectArn: PROJECT.replace('web', 'other') }).deliver();
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'ResourceNotFoundException' });
  });

  it.each<[string, number, 'retry' | 'refused']>([
    ['InvalidInputException', 400, 'refused'],
    ['AccessDeniedException', 400, 'refused'],
    ['AccountSuspendedException', 400, 'refused'],
    ['AccountLimitExceededException', 400, 'retry'],
    ['ThrottlingException', 400, 'retry'],
    ['InternalFailure', 500, 'retry'],
  ])('takes %s for %s', async (name, status, kind) => {
    aws.fault({ operation: 'StartBuild' }, new AwsError(name, 'no', status));
    expect(await setUp().deliver()).toEqual({ kind, reason: name, message: `the project is not built: ${name}: no` });
  });

  it('tries again when the connection drops', async () => {
    aws.fault({ operation: 'StartBuild' }, 'reset');
    expect(await setUp().deliver()).toMatchObject({ kind: 'retry' });
  });
});
