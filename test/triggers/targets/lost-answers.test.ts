/** Targets whose calls arrive, but whose answers do not: what a killed function and a broken connection come to. */
import * as codebuild from '@aws-sdk/client-codebuild';
import * as lambda from '@aws-sdk/client-lambda';
import * as ssm from '@aws-sdk/client-ssm';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCodeBuildTarget } from '../../../functions/triggers/targets/codebuild.ts';
import { createLambdaTarget } from '../../../functions/triggers/targets/lambda.ts';
import { createSsmTarget } from '../../../functions/triggers/targets/ssm.ts';
import type { Delivery, DeliveryTarget } from '../../../functions/triggers/targets/target.ts';
import { type AwsEmulator, startAwsEmulator } from '../../support/aws/emulator.ts';
import { answerAsCodeBuild } from '../../support/aws/fake-codebuild.ts';
import { answerAsLambda } from '../../support/aws/fake-lambda.ts';
import { answerAsSsm } from '../../support/aws/fake-ssm.ts';
import { deliveredImage, deliveryTo, DIGEST, OLD_DIGEST, recordSessions } from './aws/aws-delivery.ts';

const REPOSITORY = '444455556666.dkr.ecr.eu-central-1.amazonaws.com/shop/web';
const NEW = `${REPOSITORY}@${DIGEST}`;
const ACCOUNT = 'eu-central-1:111122223333';

let aws: AwsEmulator;
beforeAll(async () => void (aws = await startAwsEmulator({ codebuild, lambda, ssm })));
afterAll(() => aws.close());

const { openSession } = recordSessions();
const options = () => ({ ...aws.client, region: 'eu-central-1', maxAttempts: 1 });

/** Makes every answer get lost whose turn says so; after all turns none. */
function losing<Client extends { send: (...args: never[]) => Promise<unknown> }>(client: Client, turns: readonly boolean[]): Client {
  const left = [...turns];
  const send = async (...args: never[]) => {
    const answer = await client.send(...args);
    if (left.shift() === true) throw Object.assign(new Error('socket hang up'), { name: 'Error', code: 'ECONNRESET' });
    return answer;
  };
  return { send } as unknown as Client;
}

async function untilDone<Spec extends object>(target: DeliveryTarget<Spec>, delivery: Delivery<Spec>, most = 12): Promise<unknown> {
  const outcome = await target.deliver(delivery);
  return outcome.kind === 'retry' && most > 1 ? untilDone(target, delivery, most - 1) : outcome;
}

const TURNS = fc.array(fc.boolean(), { maxLength: 10 });
const images = [deliveredImage({ dockerImageReference: NEW })];
const asProperty = (check: (turns: readonly boolean[]) => Promise<void>) => fc.assert(fc.asyncProperty(TURNS, check), { numRuns: 60 });

it('lambda makes one version, and the alias ends at it', async () => {
  const fake = answerAsLambda(aws);
  const functionArn = `arn:aws:lambda:${ACCOUNT}:function:web`;
  await asProperty(async (turns) => {
    const found = fake.add(functionArn, `${REPOSITORY}@${OLD_DIGEST}`, ['live']);
    const client = losing(new lambda.LambdaClient(options()), turns);
    const target = createLambdaTarget(
      openSession,
      () => client,
      async () => {},
    );
    const outcome = await untilDone(target, deliveryTo({ functionArn, alias: 'live' }, { images }));
    expect(outcome).toMatchObject({ kind: 'delivered', details: { version: '2', alias: 'live' } });
    expect(found.versions.map(({ imageUri }) => imageUri)).toEqual([`${REPOSITORY}@${OLD_DIGEST}`, NEW]);
    expect(found.aliases.get('live')?.version).toBe('2');
  });
  expect(aws.problems).toEqual([]);
});

it('ssm writes the parameter once', async () => {
  const parameters = answerAsSsm(aws);
  await asProperty(async (turns) => {
    parameters.clear();
    const client = losing(new ssm.SSMClient(options()), turns);
    const target = createSsmTarget(openSession, () => client);
    const outcome = await untilDone(target, deliveryTo({ parameterArn: `arn:aws:ssm:${ACCOUNT}:parameter/web` }, { images }));
    expect(outcome).toMatchObject({ kind: 'delivered', details: { version: '1' } });
    expect([...parameters]).toMatchObject([['/web', { value: NEW, version: 1 }]]);
  });
  expect(aws.problems).toEqual([]);
});

it('codebuild starts one build, even when its token is forgotten', async () => {
  const projectArn = `arn:aws:codebuild:${ACCOUNT}:project/web`;
  await asProperty(async (turns) => {
    const fake = answerAsCodeBuild(aws, [projectArn]);
    const client = losing(new codebuild.CodeBuildClient(options()), turns);
    const target = createCodeBuildTarget(openSession, () => client);
    const first = await target.deliver(deliveryTo({ projectArn }, { images }));
    fake.forgetTokens();
    const outcome = first.kind === 'retry' ? await untilDone(target, deliveryTo({ projectArn }, { images })) : first;
    expect(outcome).toMatchObject({ kind: 'delivered', details: { buildId: fake.builds[0]?.arn } });
    expect(fake.builds).toHaveLength(1);
  });
  expect(aws.problems).toEqual([]);
});
