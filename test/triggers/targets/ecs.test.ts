import * as ecs from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ECS_DEPLOYMENT } from '../../../functions/triggers/outcomes/ecs-deployment.ts';
import { createEcsTarget } from '../../../functions/triggers/targets/ecs.ts';
import type { DeliveredImage, Delivery } from '../../../functions/triggers/targets/target.ts';
import type { EcsTarget } from '../../../functions/triggers/target-spec.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { createFakeEcs, type FakeEcs } from '../../support/aws/fake-ecs.ts';
import { deliveredImage, deliveryTo, DIGEST, OLD_DIGEST, recordSessions } from './aws/aws-delivery.ts';

const OLD = `quay.io/shop/web@${OLD_DIGEST}`;
const NEW = `quay.io/shop/web@${DIGEST}`;
const PROXY = `quay.io/shop/proxy@${DIGEST}`;
const SIDECAR = 'public.ecr.aws/agent:7';
const ENVIRONMENT = [
  { name: 'B', value: '1' },
  { name: 'A', value: '2' },
];
const BREAKER = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };

let aws: AwsEmulator;
let fake: FakeEcs;
let service: string;
beforeEach(async () => {
  aws = await startAwsEmulator({ ecs });
  fake = createFakeEcs(aws);
  fake.registerTaskDefinition({
    family: 'web',
    executionRoleArn: 'arn:aws:iam::111122223333:role/execution',
    cpu: '256',
    tags: [{ key: 'team', value: 'shop' }],
    containerDefinitions: [
      { name: 'web', image: OLD, environment: ENVIRONMENT, command: ['serve', '--fast'] },
      { name: 'proxy', image: 'quay.io/shop/proxy:1' },
      { name: 'agent', image: SIDECAR },
    ],
  });
  service = fake.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', ...BREAKER });
});
afterEach(async () => {
  await aws.close();
  expect(aws.problems).toEqual([]);
});

const web = (over: Partial<DeliveredImage> = {}) => deliveredImage({ container: 'web', ...over });
const proxy = (over: Partial<DeliveredImage> = {}) =>
  deliveredImage({ container: 'proxy', stream: 'proxy', dockerImageReference: PROXY, previous: null, ...over });

function deliver(over: Partial<Delivery<EcsTarget>> = {}, target: Partial<EcsTarget> = {}) {
  const { openSession } = recordSessions();
  const acting = createEcsTarget(openSession, (session) => new ecs.ECSClient({ ...session, ...aws.client, maxAttempts: 1 }));
  return acting.deliver(deliveryTo({ serviceArn: service, ...target }, { images: [web()], ...over }));
}
const calls = (operation: string) => aws.calls.filter((call) => call.operation === operation);
const revisions = () => fake.revisions('web').length;
const arn = (revision: number) => `arn:aws:ecs:eu-central-1:111122223333:task-definition/web:${revision}`;
const deployment = () => fake.service(service).deployments?.find(({ status }) => status === 'PRIMARY')?.id;

describe('ecs target', () => {
  it('registers a revision with the image pinned and brings the service to it', async () => {
    expect(await deliver()).toEqual({
      kind: 'delivered',
      pending: true,
      details: { taskDefinition: arn(2), deployment: deployment(), rollback: 'true' },
    });
    expect(fake.images(service)).toEqual({ web: NEW, proxy: 'quay.io/shop/proxy:1', agent: SIDECAR });
    expect(calls('UpdateService').map(({ input, region }) => ({ ...input, region }))).toEqual([
      { cluster: 'arn:aws:ecs:eu-central-1:111122223333:cluster/prod', service, taskDefinition: arn(2), region: 'eu-central-1' },
    ]);
  });

  it('keeps everything else of the definition, and its tags', async () => {
    await deliver();
    const [before, after] = fake.revisions('web');
    const [left, right] = [before?.containerDefinitions?.[0], after?.containerDefinitions?.[0]];
    expect(right).toEqual({ ...left, image: NEW, environment: ENVIRONMENT.toReversed() });
    expect(after).toMatchObject({ executionRoleArn: 'arn:aws:iam::111122223333:role/execution', cpu: '256' });
    expect(fake.tags(arn(2))).toEqual([{ key: 'team', value: 'shop' }]);
  });

  it('sets each image of the trigger in its container, at once', async () => {
    await deliver({ images: [web(), proxy()] });
    expect(fake.images(service)).toEqual({ web: NEW, proxy: PROXY, agent: SIDECAR });
    expect(revisions()).toBe(2);
  });

  it('takes a reference without digest as it is', async () => {
    await deliver({ images: [web({ image: '', dockerImageReference: 'quay.io/shop/web:next' })] });
    expect(fake.images(service)['web']).toBe('quay.io/shop/web:next');
  });

  it('needs no container where there is one', async () => {
    fake.registerTaskDefinition({ family: 'job', containerDefinitions: [{ name: 'job', image: OLD }] });
    service = fake.createService({ cluster: 'prod', name: 'job', taskDefinition: 'job' });
    expect(await deliver({ images: [deliveredImage()] })).toMatchObject({ kind: 'delivered' });
    expect(fake.images(service)).toEqual({ job: NEW });
  });

  it('sets what an image that is no news was told, and leaves alone what it was not', async () => {
    const told = (dockerImageReference: string) => ({ image: DIGEST, dockerImageReference });
    await deliver({ images: [web(), proxy({ changed: false, previous: told(PROXY) })] });
    expect(fake.images(service)).toMatchObject({ web: NEW, proxy: PROXY });
    await deliver({
      images: [web({ changed: false, previous: told(NEW), dockerImageReference: OLD }), proxy({ dockerImageReference: OLD })],
    });
    expect(fake.images(service)).toMatchObject({ web: NEW, proxy: OLD });
  });

  it('has the containers pull with a secret when asked, and only those it sets', async () => {
    const repositoryCredentials = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:quay-abcdef';
    await deliver({}, { repositoryCredentials });
    const containers = fake.definition(arn(2)).containerDefinitions?.map((container) => container.repositoryCredentials);
    expect(containers).toEqual([{ credentialsParameter: repositoryCredentials }, undefined, undefined]);
    expect(await deliver({}, { repositoryCredentials })).toMatchObject({ pending: true, details: { taskDefinition: arn(2) } });
    await deliver({ images: [web({ dockerImageReference: OLD })] });
    expect(fake.definition(arn(3)).containerDefinitions?.[0]?.repositoryCredentials).toEqual({
      credentialsParameter: repositoryCredentials,
    });
  });

  it('acts as the role, in the Region of the service', async () => {
    const { openSession, asked } = recordSessions();
    const acting = createEcsTarget(openSession, (session) => new ecs.ECSClient({ ...session, ...aws.client }));
    const roleArn = 'arn:aws:iam::111122223333:role/deploy';
    await acting.deliver(deliveryTo({ serviceArn: service, roleArn }, { images: [web()] }));
    expect(asked).toEqual([{ arn: service, field: 'serviceArn', roleArn }]);
  });
});

describe('ecs target, asked again', () => {
  it('says how the deployment is, and changes nothing', async () => {
    const first = await deliver();
    expect(await deliver()).toEqual(first);
    fake.endDeployment(service, 'COMPLETED');
    expect(await deliver()).toEqual({
      kind: 'delivered',
      message: 'the service runs these images',
      details: { taskDefinition: arn(2) },
    });
    expect([revisions(), calls('UpdateService').length]).toEqual([2, 1]);
  });

  it('says that the deployment failed where ECS does not roll back', async () => {
    fake.service(service).deploymentConfiguration = { deploymentCircuitBreaker: { enable: true, rollback: false } };
    await deliver();
    fake.endDeployment(service, 'FAILED');
    expect(await deliver()).toEqual({
      kind: 'refused',
      reason: 'DeploymentFailed',
      message: 'the deployment of these images failed: ECS deployment circuit breaker: task failed to start.',
    });
  });

  it('finds the revision that a try registered which did not update the service', async () => {
    aws.fault({ operation: 'UpdateService', times: 2 }, 'reset');
    expect(await deliver()).toMatchObject({ kind: 'retry' });
    expect(await deliver()).toMatchObject({ kind: 'retry' });
    expect(await deliver()).toMatchObject({ pending: true, details: { taskDefinition: arn(2) } });
    expect(revisions()).toBe(2);
  });

  it('does not take a revision that is another', async () => {
    const [container] = fake.definition(arn(1)).containerDefinitions ?? [];
    fake.registerTaskDefinition({ family: 'web', containerDefinitions: [{ ...container, image: NEW, command: ['--fast', 'serve'] }] });
    expect(await deliver()).toMatchObject({ details: { taskDefinition: arn(3) } });
    expect(fake.definition(arn(3)).containerDefinitions?.[0]?.command).toEqual(['serve', '--fast']);
  });

  it('goes on from a revision that is deregistered, as others are', async () => {
    fake.deregisterTaskDefinition(arn(1));
    expect(await deliver()).toMatchObject({ pending: true, details: { taskDefinition: arn(2) } });
  });

  it('builds on what others brought to the service', async () => {
    await deliver();
    fake.registerTaskDefinition({ family: 'web', memory: '512', containerDefinitions: [{ name: 'web', image: OLD }] });
    const update = new ecs.UpdateServiceCommand({ ...calls('UpdateService')[0]?.input, service, taskDefinition: arn(3) });
    await new ecs.ECSClient({ ...aws.client, region: 'eu-central-1' }).send(update);
    await deliver();
    expect(fake.definition(arn(4))).toMatchObject({ memory: '512', containerDefinitions: [{ name: 'web', image: NEW }] });
  });

  it('lets two triggers on one service each set its own container', async () => {
    await deliver({ images: [web()] });
    await deliver({ images: [proxy()] });
    expect(fake.images(service)).toEqual({ web: NEW, proxy: PROXY, agent: SIDECAR });
    aws.fault({ operation: 'UpdateService', times: 1 }, new AwsError('ServerException', 'no', 500));
    await deliver({ images: [web({ dockerImageReference: OLD })] });
    await deliver({ images: [proxy({ dockerImageReference: SIDECAR })] });
    await deliver({ images: [web({ dockerImageReference: OLD })] });
    expect(fake.images(service)).toEqual({ web: OLD, proxy: SIDECAR, agent: SIDECAR });
    expect(revisions()).toBe(6);
  });
});

describe('ecs target and the circuit breaker', () => {
  it('has the failure told by the event, under the details of the delivery', async () => {
    const outcome = await deliver();
    const events = fake.endDeployment(service, 'FAILED').map((event) => ECS_DEPLOYMENT.read(event));
    expect(events).toEqual([
      expect.objectContaining({
        kind: 'ecs',
        identity: service,
        outcome: 'Refused',
        details: { deployment: expect.any(String) as string },
      }),
      null,
    ]);
    expect((outcome as { details?: object }).details).toMatchObject({ ...events[0]?.details, rollback: 'true' });
  });

  it('does not deploy again what ECS rolled back itself', async () => {
    await deliver();
    fake.endDeployment(service, 'FAILED');
    const old = web({ dockerImageReference: OLD });
    expect(await deliver({ images: [old] })).toMatchObject({
      pending: true,
      details: { taskDefinition: arn(1), deployment: deployment() },
    });
    const [completed] = fake.endDeployment(service, 'COMPLETED').map((event) => ECS_DEPLOYMENT.read(event));
    expect(completed?.outcome).toBe('Delivered');
    expect(await deliver({ images: [old] })).toEqual({
      kind: 'delivered',
      message: 'the service runs these images',
      details: { taskDefinition: arn(1) },
    });
    expect([revisions(), calls('UpdateService').length]).toEqual([2, 1]);
  });

  it('waits until ECS has begun to roll back', async () => {
    await deliver();
    const [current] = fake.service(service).deployments ?? [];
    if (current !== undefined) current.rolloutState = 'FAILED';
    const old = web({ dockerImageReference: OLD });
    expect(await deliver({ images: [old] })).toMatchObject({ kind: 'retry', reason: 'RollingBack', retryAfter: 15 });
    expect(await deliver({ images: [old], dryRun: true })).toMatchObject({ kind: 'delivered' });
    expect(calls('UpdateService').length).toBe(1);
  });

  it('does not count on a rollback where nothing has run before', async () => {
    fake.service(service).deployments = fake.service(service).deployments?.map((each) => ({ ...each, rolloutState: 'IN_PROGRESS' }));
    expect(await deliver()).toEqual({ kind: 'delivered', pending: true, details: { taskDefinition: arn(2), deployment: deployment() } });
    expect(fake.endDeployment(service, 'FAILED')).toHaveLength(1);
    expect(await deliver({ images: [web({ dockerImageReference: OLD })] })).toMatchObject({ pending: true });
    expect(fake.images(service)['web']).toBe(OLD);
  });

  it.each<[string, ecs.DeploymentConfiguration | undefined, boolean]>([
    ['no configuration', undefined, false],
    ['a breaker that is off', { deploymentCircuitBreaker: { enable: false, rollback: true } }, false],
    ['a breaker that only stops', { deploymentCircuitBreaker: { enable: true, rollback: false } }, false],
    ['alarms that roll back', { alarms: { alarmNames: ['a'], enable: true, rollback: true } }, true],
  ])('tells of %s whether ECS rolls back', async (_, deploymentConfiguration, rolls) => {
    fake.service(service).deploymentConfiguration = deploymentConfiguration;
    const outcome = await deliver();
    expect('details' in outcome && 'rollback' in (outcome.details ?? {})).toBe(rolls);
  });
});

describe('ecs target, refused', () => {
  it.each<[string, () => void, string, string]>([
    [
      'a service that is not there',
      () => (service = service.replace('/web', '/shop')),
      'ServiceNotFound',
      'there is no such service: MISSING',
    ],
    ['one that drains', () => (fake.service(service).status = 'DRAINING'), 'ServiceNotActive', 'the service is DRAINING'],
    [
      'one of CodeDeploy',
      () => (fake.service(service).deploymentController = { type: 'CODE_DEPLOY' }),
      'UnsupportedDeploymentController',
      'the service is deployed by CODE_DEPLOY: only one that ECS deploys itself takes a task definition by an update',
    ],
    [
      'one of others',
      () => (fake.service(service).deploymentController = { type: 'EXTERNAL' }),
      'UnsupportedDeploymentController',
      'the service is deployed by EXTERNAL: only one that ECS deploys itself takes a task definition by an update',
    ],
    [
      'a cluster that is not there',
      () => (service = service.replace('prod', 'test')),
      'ClusterNotFoundException',
      'the service cannot be updated: ClusterNotFoundException: Cluster not found.',
    ],
  ])('by %s', async (_, change, reason, message) => {
    change();
    expect(await deliver()).toEqual({ kind: 'refused', reason, message });
    expect(revisions()).toBe(1);
  });

  it('for a container that is not there, naming those that are', async () => {
    const message = 'there is no container app: task definition web has web, proxy, agent';
    expect(await deliver({ images: [web(), proxy({ container: 'app' })] })).toEqual({
      kind: 'refused',
      reason: 'ContainerNotFound',
      message,
    });
  });

  it('for an image without container where there are several', async () => {
    const message = 'nothing says for which container web:latest is: task definition web has web, proxy, agent';
    expect(await deliver({ images: [deliveredImage()] })).toEqual({ kind: 'refused', reason: 'ContainerNotFound', message });
  });

  const EACH = ['DescribeServices', 'DescribeTaskDefinition', 'RegisterTaskDefinition', 'UpdateService'];
  const FAULTS: readonly (readonly [string, string, number, 'retry' | 'refused'])[] = [
    ['ThrottlingException', 'Rate exceeded', 400, 'retry'],
    ['ServerException', 'Service Unavailable.', 500, 'retry'],
    ['AccessDeniedException', 'User is not authorized to perform this', 400, 'refused'],
    ['InvalidParameterException', 'Invalid revision number.', 400, 'refused'],
  ];
  it.each(EACH.flatMap((operation) => FAULTS.map((fault) => [operation, ...fault] as const)))(
    'by what %s says: %s',
    async (operation, name, message, status, kind) => {
      aws.fault({ operation }, new AwsError(name, message, status));
      expect(await deliver()).toEqual({ kind, reason: name, message: `the service cannot be updated: ${name}: ${message}` });
    },
  );

  it.each([
    ['Too many concurrent attempts to create a new revision of the specified family.', 'retry', 'ConcurrentRevisions'],
    ['Role is not valid', 'refused', 'ClientException'],
  ])('by a ClientException of registration: %s', async (message, kind, reason) => {
    aws.fault({ operation: 'RegisterTaskDefinition' }, new AwsError('ClientException', message));
    expect(await deliver()).toMatchObject({ kind, reason });
  });

  it('when the connection drops or the time is up, not for good', async () => {
    aws.fault({ operation: 'RegisterTaskDefinition', times: 1 }, 'reset');
    expect(await deliver()).toMatchObject({ kind: 'retry' });
    aws.fault({ operation: 'RegisterTaskDefinition', times: 1 }, 'hang');
    expect(await deliver({ signal: AbortSignal.timeout(50) })).toMatchObject({ kind: 'retry' });
  });
});

describe('ecs target, dry run', () => {
  it('tells what would be set and changes nothing', async () => {
    expect(await deliver({ images: [web(), proxy()], dryRun: true })).toEqual({
      kind: 'delivered',
      message: `would set web to ${NEW}, proxy to ${PROXY}`,
      details: { taskDefinition: arn(1) },
    });
    expect(await deliver({ images: [proxy({ container: 'app' })], dryRun: true })).toMatchObject({ reason: 'ContainerNotFound' });
    expect(aws.calls.filter(({ operation }) => !operation.startsWith('Describe'))).toEqual([]);
  });
});
