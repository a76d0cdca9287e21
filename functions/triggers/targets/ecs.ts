/** Acts on targets of kind `ecs` (docs/targets/ecs.md): registers a revision of the task definition and updates the service. */
import {
  ClientException,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { AwsSession, OpenSession } from './aws/aws-session.ts';
import { ECS_KIND } from '../kinds/ecs.ts';
import type { EcsTarget } from '../target-spec.ts';
import { createAwsTarget } from './aws/aws-target.ts';
import { describeImages, placeImages } from './ecs/containers.ts';
import { type DescribedDefinition, registrable, type Revision, sameRevision, withImages } from './ecs/revision.ts';
import { currentDeployment, isGoingBack, outcomeOfCurrent, outcomeOfUpdate, refuseService } from './ecs/service.ts';
import type { Delivery, DeliveryTarget, Outcome, Refusal } from './target.ts';

type Client = Pick<ECSClient, 'send'>;

/** What is sent goes to one service, until the time for the delivery is up. */
interface Calls {
  readonly client: Client;
  readonly place: { readonly cluster: string; readonly service: string };
  readonly abort: { readonly abortSignal: AbortSignal };
}

/**
 * A revision that an earlier try registered is found again, not registered twice; a service that runs the images already is left alone. How the
 * deployment ends is told by an event (outcomes/ecs-deployment.ts).
 */
export function createEcsTarget(
  openSession: OpenSession,
  createClient: (session: AwsSession) => Client = (session) => new ECSClient(session),
): DeliveryTarget<EcsTarget> {
  return createAwsTarget({ kind: ECS_KIND, createClient, openSession, failed: 'the service cannot be updated', act: bringUpToDate });
}

async function bringUpToDate(client: Client, { target, images, dryRun, signal }: Delivery<EcsTarget>): Promise<Outcome> {
  const calls: Calls = { client, place: placeOf(target.serviceArn), abort: { abortSignal: signal } };
  const service = await describeService(calls);
  if ('kind' in service) return service;
  const taskDefinition = currentDeployment(service)?.taskDefinition ?? service.taskDefinition ?? '';
  const current = registrable(await describeDefinition(calls, taskDefinition));
  const wanted = placeImages(current, images);
  if (!('images' in wanted)) return wanted;
  const revision = withImages(current, wanted.images, target.repositoryCredentials);
  if (sameRevision(current, revision)) return outcomeOfCurrent(service, taskDefinition);
  if (dryRun) return { kind: 'delivered', message: describeImages(wanted.images), details: { taskDefinition } };
  if (isGoingBack(service)) return GOING_BACK;
  const registered = (await findRegistered(calls, revision)) ?? (await register(calls, revision));
  if (typeof registered !== 'string') return registered;
  const update = new UpdateServiceCommand({ ...calls.place, taskDefinition: registered });
  const { service: updated } = await client.send(update, calls.abort);
  return outcomeOfUpdate(updated ?? service, registered);
}

const GOING_BACK: Refusal = {
  kind: 'retry',
  reason: 'RollingBack',
  message: 'the last deployment failed and ECS is about to roll back',
  retryAfter: 15,
};

async function describeService({ client, place, abort }: Calls): Promise<Service | Refusal> {
  const { cluster, service } = place;
  const { services = [], failures = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }), abort);
  const [found] = services;
  return refuseService(found, failures[0]?.reason) ?? (found as Service);
}

/** Of an ARN, or the newest of a family that is not deregistered. */
async function describeDefinition({ client, abort }: Calls, taskDefinition: string): Promise<DescribedDefinition> {
  const found = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }), abort);
  return { definition: found.taskDefinition ?? {}, tags: found.tags ?? [] };
}

/** A try that died before it updated the service left the newest revision of the family; so did a service of the same family with the same images. */
async function findRegistered(calls: Calls, wanted: Revision): Promise<string | null> {
  try {
    const newest = await describeDefinition(calls, wanted.family);
    return sameRevision(registrable(newest), wanted) ? (newest.definition.taskDefinitionArn ?? null) : null;
  } catch (error) {
    // Every revision is deregistered: a service goes on with one that is.
    if (error instanceof ClientException) return null;
    throw error;
  }
}

async function register({ client, abort }: Calls, revision: Revision): Promise<string | Refusal> {
  try {
    const { taskDefinition } = await client.send(new RegisterTaskDefinitionCommand(revision), abort);
    return taskDefinition?.taskDefinitionArn ?? '';
  } catch (error) {
    // ECS has one error for this and for what is wrong with a definition.
    if (!(error instanceof ClientException && error.message.startsWith('Too many concurrent attempts'))) throw error;
    return { kind: 'retry', reason: 'ConcurrentRevisions', message: `others register revisions of ${revision.family}, too` };
  }
}

/** Both whole: a name alone would be looked for in the account of whoever asks. */
function placeOf(serviceArn: string): Calls['place'] {
  return { cluster: serviceArn.replace(/:service\/([^/]+)\/.*$/, ':cluster/$1'), service: serviceArn };
}
