/**
 * Deployments that fail after their target took the image, from the push to what runs in the end: what services tell of them puts tags back or
 * holds them, for every trigger of the tag, and nothing is deployed that runs already.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as codebuild from '@aws-sdk/client-codebuild';
import * as ecs from '@aws-sdk/client-ecs';
import * as ssm from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStreamTag } from '../../functions/image/types.ts';
import { answerAsCodeBuild, type FakeCodeBuild } from '../support/aws/fake-codebuild.ts';
import { createFakeEcs, type FakeEcs } from '../support/aws/fake-ecs.ts';
import { answerAsSsm, type FakeParameter } from '../support/aws/fake-ssm.ts';
import { type DeploymentChain, own, PATIENCE, PLACE, startDeploymentChain } from '../support/deployment-chain.ts';
import { eventually } from '../support/local-stack.ts';

const HOLD = 'image-streams.io/hold';
const PROJECT = own('codebuild', 'project/web');
const parameterOf = (tag: string) => own('ssm', `parameter/images/${tag}`);
const serviceOf = (tag: string) => own('ecs', `service/prod/${tag}`);

let chain: DeploymentChain;
let services: FakeEcs;
let builds: FakeCodeBuild;
let parameters: ReadonlyMap<string, FakeParameter>;
let receiver: Server;
const received: string[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push((JSON.parse(body) as { data: { images: { image: string }[] } }).data.images[0]?.image ?? '');
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  const tags = ['back', 'kept'];
  const resources = [PROJECT, ...tags.map(serviceOf), ...tags.map(parameterOf)];
  chain = await startDeploymentChain({ codebuild, ecs, ssm }, { triggerTargets: { default: resources } });
  services = createFakeEcs(chain.aws, PLACE);
  builds = answerAsCodeBuild(chain.aws, [PROJECT]);
  parameters = answerAsSsm(chain.aws);
});
afterAll(async () => {
  const problems = await chain.close();
  receiver.close();
  expect(problems).toEqual([]);
});

const updates = () => chain.calls('ecs', 'UpdateService').length;
const imagesOf = async (tag: string) => ((await chain.tagOf(tag))?.items ?? []).map(({ image }) => image);
const conditionsOf = async (tag: string) => ((await chain.tagOf(tag))?.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`);
const readTag = (tag: string) => chain.stack.kubectl.json<ImageStreamTag>(['get', 'istag', `app:${tag}`]);
const running = (tag: string) => services.images(serviceOf(tag))['web']?.split('@')[1];
const parameter = (tag: string) => parameters.get(`/images/${tag}`)?.value.split('@')[1];

async function isPending(trigger: string, digest: string): Promise<void> {
  await eventually(async () => {
    const { images, deliveries } = await chain.statusOf(trigger);
    expect(images).toMatchObject([{ lastImage: digest }]);
    expect(deliveries?.[0]).toMatchObject({ outcome: 'Pending' });
  }, PATIENCE);
}

/** A service that runs a good image of its tag and just began to run a bad one, of which a parameter was told, too. Answers both digests. */
async function beginDeployment(tag: string, circuitBreaker: { readonly enable: boolean; readonly rollback: boolean }) {
  services.registerTaskDefinition({ family: tag, containerDefinitions: [{ name: 'web', image: 'quay.io/shop/web:1' }] });
  const deploymentConfiguration = { deploymentCircuitBreaker: circuitBreaker };
  services.createService({ cluster: 'prod', name: tag, taskDefinition: tag, deploymentConfiguration });
  await chain.follow(tag, `${tag}-service`, { ecs: { serviceArn: serviceOf(tag) } }, { policy: { onFailure: 'Revert' } });
  await chain.follow(tag, `${tag}-parameter`, { ssm: { parameterArn: parameterOf(tag) } });
  const good = await chain.push(tag);
  await isPending(`${tag}-service`, good);
  await chain.tell(...services.endDeployment(serviceOf(tag), 'COMPLETED'));
  expect((await chain.statusOf(`${tag}-service`)).deliveries).toMatchObject([{ outcome: 'Delivered' }]);
  const bad = await chain.push(tag);
  await isPending(`${tag}-service`, bad);
  await chain.stack.runtime.settled();
  expect([running(tag), parameter(tag)]).toEqual([bad, bad]);
  return { good, bad };
}

describe('a deployment of ECS that fails', () => {
  it('is put back by ECS, and its tag with it: others are told, and ECS is not told again', async () => {
    const tag = 'back';
    const { good, bad } = await beginDeployment(tag, { enable: true, rollback: true });
    const before = updates();
    const [failed, goingBack] = services.endDeployment(serviceOf(tag), 'FAILED');
    await chain.tell(failed ?? {}, goingBack ?? {}, failed ?? {});
    expect(await imagesOf(tag)).toEqual([good, bad, good]);
    await eventually(() => expect(parameter(tag)).toBe(good));
    const { metadata } = await readTag(tag);
    expect(metadata.annotations?.[HOLD]).toContain(`its deployment by image trigger default/${tag}-service failed`);
    expect(await chain.statusOf(`${tag}-service`)).toMatchObject({
      images: [{ lastImage: good }],
      deliveries: [{ outcome: 'Refused', details: { reverted: `app:${tag}`, rollback: 'true' } }, { outcome: 'Delivered' }],
      conditions: [{ status: 'False', reason: 'DeploymentFailed' }],
    });
    // The deployment by which ECS went back has an end of its own, which is nobody's delivery.
    await chain.tell(...services.endDeployment(serviceOf(tag), 'COMPLETED'));
    expect([running(tag), updates()]).toEqual([good, before]);
    expect(services.revisions(tag)).toHaveLength(3);
  });

  it('is put back by its trigger where ECS does not', async () => {
    const tag = 'kept';
    const { good, bad } = await beginDeployment(tag, { enable: true, rollback: false });
    const before = updates();
    await chain.tell(...services.endDeployment(serviceOf(tag), 'FAILED'));
    expect(await imagesOf(tag)).toEqual([good, bad, good]);
    await isPending(`${tag}-service`, good);
    await eventually(() => expect(parameter(tag)).toBe(good));
    expect([running(tag), updates()]).toEqual([good, before + 1]);
    await chain.tell(...services.endDeployment(serviceOf(tag), 'COMPLETED'));
    expect(await chain.statusOf(`${tag}-service`)).toMatchObject({
      deliveries: [{ outcome: 'Delivered' }, { outcome: 'Refused' }, { outcome: 'Delivered' }],
      conditions: [{ status: 'True' }],
    });
  });

  it.each(['back', 'kept'])('is not undone by an import, until somebody lets go (%s)', async (tag) => {
    const before = updates();
    const [good] = await imagesOf(tag);
    const fixed = await chain.push(tag);
    await chain.stack.runtime.settled();
    expect([(await imagesOf(tag))[0], running(tag), parameter(tag), updates()]).toEqual([good, good, good, before]);
    expect(await conditionsOf(tag)).toEqual(['ImagePending Held']);
    await chain.stack.kubectl.run(['annotate', 'istag', `app:${tag}`, `${HOLD}-`]);
    await isPending(`${tag}-service`, fixed);
    await eventually(() => expect(parameter(tag)).toBe(fixed));
    expect([running(tag), updates()]).toEqual([fixed, before + 1]);
    expect(await conditionsOf(tag)).toEqual([]);
  });
});

it('a build that fails holds its tag where it is', async () => {
  const tag = 'build';
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  await chain.follow(tag, 'build', { codebuild: { projectArn: PROJECT } }, { policy: { onFailure: 'Hold' } });
  await chain.follow(tag, 'told', { webhook: { url } });
  const good = await chain.push(tag);
  await isPending('build', good);
  await chain.tell(ended(0, 'SUCCEEDED'));
  const bad = await chain.push(tag);
  await isPending('build', bad);
  await chain.tell(ended(1, 'FAILED'));
  expect(await chain.statusOf('build')).toMatchObject({
    deliveries: [{ outcome: 'Refused', details: { held: `app:${tag}`, buildId: builds.builds[1]?.arn } }, { outcome: 'Delivered' }],
    conditions: [{ status: 'False', reason: 'BuildFailed' }],
  });
  const fixed = await chain.push(tag);
  expect(await imagesOf(tag)).toEqual([bad, good]);
  await chain.stack.kubectl.run(['annotate', 'istag', `app:${tag}`, `${HOLD}-`]);
  await isPending('build', fixed);
  await eventually(() => expect(received).toEqual([good, bad, fixed]));
  expect(builds.builds).toHaveLength(3);
});

/** What CodeBuild tells of the build, which it ends. */
function ended(index: number, status: 'SUCCEEDED' | 'FAILED'): object {
  const build = builds.builds[index];
  if (build === undefined) throw new Error(`there is no build ${index}`);
  build.status = status;
  return {
    source: 'aws.codebuild',
    'detail-type': 'CodeBuild Build State Change',
    ...PLACE,
    resources: [build.arn],
    detail: { 'build-status': status, 'project-name': 'web', 'build-id': build.arn },
  };
}
