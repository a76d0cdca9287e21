/**
 * Services, task definitions and deployments of ECS behind an emulator, as far as bringing a service to a task definition needs them. Facts: API
 * reference of ECS and its developer guide ("deployment circuit breaker").
 *
 *   const aws = await startAwsEmulator({ ecs });                  // import * as ecs from '@aws-sdk/client-ecs'
 *   const fake = createFakeEcs(aws);
 *   fake.registerTaskDefinition({ family: 'web', containerDefinitions: [{ name: 'web', image: 'quay.io/shop/web:1' }] });
 *   const arn = fake.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web' });
 *   fake.images(arn)                                              // { web: 'quay.io/…' }, as the service's current deployment has them
 *   for (const event of fake.endDeployment(arn, 'COMPLETED')) …   // what EventBridge gets; 'FAILED' trips the circuit breaker
 */
import type {
  ContainerDefinition,
  Deployment,
  RegisterTaskDefinitionCommandInput,
  Service,
  Tag,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { AwsError, type AwsEmulator } from './emulator.ts';

export interface EcsPlace {
  readonly account: string;
  readonly region: string;
}

const PLACE: EcsPlace = { account: '111122223333', region: 'eu-central-1' };

export interface EcsEvent {
  readonly source: 'aws.ecs';
  readonly 'detail-type': 'ECS Deployment State Change';
  readonly account: string;
  readonly region: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, string>>;
}

export type NewService = Partial<Service> & { readonly cluster: string; readonly name: string; readonly taskDefinition: string };
export type NewDefinition = Partial<RegisterTaskDefinitionCommandInput> & { readonly family: string };

export interface FakeEcs {
  /** Answers its ARN. */
  registerTaskDefinition(input: NewDefinition): string;
  deregisterTaskDefinition(arn: string): void;
  /** Its first deployment is over. Answers its ARN. */
  createService(input: NewService): string;
  service(arn: string): Service;
  definition(nameOrArn: string): TaskDefinition;
  /** Newest last. */
  revisions(family: string): readonly TaskDefinition[];
  tags(arn: string): readonly Tag[];
  /** By container, of the service's current deployment. */
  images(serviceArn: string): Readonly<Record<string, string>>;
  /** How the current deployment of the service ends. A failed one is rolled back where the service says so. */
  endDeployment(serviceArn: string, state: 'COMPLETED' | 'FAILED'): readonly EcsEvent[];
}

/** Answers for what is named `ecs` in the emulator. */
export function createFakeEcs(aws: AwsEmulator, { account, region }: EcsPlace = PLACE): FakeEcs {
  const now = () => new Date();
  const arnOf = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;
  const definitions: { definition: TaskDefinition; tags: readonly Tag[] }[] = [];
  const services = new Map<string, Service>();
  let deployments = 0;

  function register({ tags = [], ...input }: NewDefinition): (typeof definitions)[number] {
    if (tags.some(({ key }) => key?.startsWith('aws:'))) throw new AwsError('InvalidParameterException', 'aws: is reserved');
    const revision = definitions.filter(({ definition }) => definition.family === input.family).length + 1;
    const definition: TaskDefinition = {
      ...input,
      containerDefinitions: (input.containerDefinitions ?? []).map(withDefaults),
      volumes: input.volumes ?? [],
      placementConstraints: input.placementConstraints ?? [],
      taskDefinitionArn: arnOf(`task-definition/${input.family}:${revision}`),
      revision,
      status: 'ACTIVE',
      requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
      compatibilities: ['EC2', 'FARGATE'],
      registeredAt: now(),
      registeredBy: `arn:aws:sts::${account}:assumed-role/test/test`,
    };
    const registered = { definition, tags };
    definitions.push(registered);
    return registered;
  }

  function find(nameOrArn: string): (typeof definitions)[number] {
    const name = nameOrArn.replace(/^.*task-definition\//, '');
    const found = definitions.findLast(({ definition: { family, revision, status } }) =>
      name.includes(':') ? name === `${family}:${revision}` : name === family && status === 'ACTIVE',
    );
    if (found === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
    return found;
  }

  function deploy(service: Service, taskDefinition: string, over: Partial<Deployment> = {}): Deployment {
    const id = `ecs-svc/${String(++deployments).padStart(19, '9')}`;
    const rolloutStateReason = `ECS deployment ${id} in progress.`;
    const created: Deployment = { id, status: 'PRIMARY', taskDefinition, rolloutState: 'IN_PROGRESS', rolloutStateReason, ...over };
    for (const deployment of service.deployments ?? []) deployment.status = 'ACTIVE';
    service.deployments = [{ ...created, createdAt: now(), updatedAt: now() }, ...(service.deployments ?? [])];
    service.taskDefinition = taskDefinition;
    return service.deployments[0] as Deployment;
  }

  function get(arn: string): Service {
    const found = services.get(arn);
    if (found === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
    return found;
  }

  function getInCluster(cluster: unknown, arn: unknown): Service | undefined {
    const service = services.get(String(arn));
    const clusters = [...services.values()].map(({ clusterArn }) => clusterArn);
    if (!clusters.includes(String(cluster))) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
    return service?.clusterArn === cluster ? service : undefined;
  }

  aws.answer('ecs', 'DescribeServices', ({ cluster, services: wanted }) => {
    const found = (wanted as string[]).map((arn) => ({ arn, service: getInCluster(cluster, arn) }));
    return {
      services: found.flatMap(({ service }) => (service === undefined ? [] : [service])),
      failures: found.flatMap(({ arn, service }) => (service === undefined ? [{ arn, reason: 'MISSING' }] : [])),
    };
  });
  aws.answer('ecs', 'DescribeTaskDefinition', ({ taskDefinition, include }) => {
    const { definition, tags } = find(String(taskDefinition));
    const containerDefinitions = (definition.containerDefinitions ?? []).map(inAnyOrder);
    return { taskDefinition: { ...definition, containerDefinitions }, ...(include === undefined ? {} : { tags }) };
  });
  aws.answer('ecs', 'RegisterTaskDefinition', (input) => {
    const { definition, tags } = register(input as unknown as NewDefinition);
    return { taskDefinition: definition, tags };
  });
  aws.answer('ecs', 'UpdateService', ({ cluster, service: arn, taskDefinition }) => {
    const service = getInCluster(cluster, arn) ?? get('');
    if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
    const { type = 'ECS' } = service.deploymentController ?? {};
    if (type !== 'ECS')
      throw new AwsError('InvalidParameterException', `Unable to update task definition on services with a ${type} controller.`);
    const { taskDefinitionArn = '', status } = find(String(taskDefinition)).definition;
    if (status !== 'ACTIVE') throw new AwsError('ClientException', 'TaskDefinition is inactive');
    if (service.taskDefinition !== taskDefinitionArn) deploy(service, taskDefinitionArn);
    return { service };
  });

  function eventOf(serviceArn: string, eventName: string, { id = '', rolloutStateReason: reason = '' }: Deployment): EcsEvent {
    const time = now().toISOString();
    const eventType = eventName === 'SERVICE_DEPLOYMENT_FAILED' ? 'ERROR' : 'INFO';
    const detail = { eventType, eventName, deploymentId: id, updatedAt: time, reason };
    const from = { source: 'aws.ecs', 'detail-type': 'ECS Deployment State Change', account, region } as const;
    return { ...from, time, resources: [serviceArn], detail };
  }

  function endDeployment(serviceArn: string, state: 'COMPLETED' | 'FAILED'): readonly EcsEvent[] {
    const service = get(serviceArn);
    const current = primaryOf(service);
    current.rolloutState = state;
    if (state === 'COMPLETED') {
      current.rolloutStateReason = `ECS deployment ${current.id} completed.`;
      service.deployments = [current];
      return [eventOf(serviceArn, 'SERVICE_DEPLOYMENT_COMPLETED', current)];
    }
    current.rolloutStateReason = 'ECS deployment circuit breaker: task failed to start.';
    const failed = eventOf(serviceArn, 'SERVICE_DEPLOYMENT_FAILED', current);
    const before = service.deployments?.find(({ rolloutState }) => rolloutState === 'COMPLETED');
    if (before === undefined || service.deploymentConfiguration?.deploymentCircuitBreaker?.rollback !== true) return [failed];
    const rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${before.id}.`;
    const back = deploy(service, before.taskDefinition ?? '', { rolloutStateReason });
    return [failed, eventOf(serviceArn, 'SERVICE_DEPLOYMENT_IN_PROGRESS', back)];
  }

  return {
    registerTaskDefinition: (input) => register(input).definition.taskDefinitionArn ?? '',
    deregisterTaskDefinition: (arn) => void (find(arn).definition.status = 'INACTIVE'),
    createService({ cluster, name, taskDefinition, ...over }) {
      const serviceArn = arnOf(`service/${cluster}/${name}`);
      const service: Service = { serviceArn, serviceName: name, clusterArn: arnOf(`cluster/${cluster}`), status: 'ACTIVE', ...over };
      deploy(service, find(taskDefinition).definition.taskDefinitionArn ?? '', { rolloutState: 'COMPLETED' });
      services.set(serviceArn, service);
      return serviceArn;
    },
    service: get,
    definition: (nameOrArn) => find(nameOrArn).definition,
    revisions: (family) => definitions.map(({ definition }) => definition).filter((definition) => definition.family === family),
    tags: (arn) => find(arn).tags,
    images(serviceArn) {
      const { containerDefinitions = [] } = find(primaryOf(get(serviceArn)).taskDefinition ?? '').definition;
      return Object.fromEntries(containerDefinitions.map(({ name = '', image = '' }) => [name, image]));
    },
    endDeployment,
  };
}

function primaryOf({ deployments = [] }: Service): Deployment {
  return deployments.find(({ status }) => status === 'PRIMARY') ?? {};
}

/** What ECS adds to a container that is registered. */
function withDefaults(container: ContainerDefinition): ContainerDefinition {
  return { cpu: 0, essential: true, environment: [], mountPoints: [], portMappings: [], systemControls: [], volumesFrom: [], ...container };
}

/** ECS keeps no order of these. */
function inAnyOrder(container: ContainerDefinition): ContainerDefinition {
  return { ...container, environment: container.environment?.toReversed() };
}
