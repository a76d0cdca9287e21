/** What the state of a service of ECS means for a delivery. Pure. */
import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { Outcome, Refusal } from '../target.ts';

/** Why no new task definition can be brought to the service; null when it can. `failure`: what ECS says of a service it does not describe. */
export function refuseService(service: Service | undefined, failure = 'MISSING'): Refusal | null {
  if (service === undefined) return { kind: 'refused', reason: 'ServiceNotFound', message: `there is no such service: ${failure}` };
  const { status = '', deploymentController } = service;
  if (status !== 'ACTIVE') return { kind: 'refused', reason: 'ServiceNotActive', message: `the service is ${status}` };
  const { type = 'ECS' } = deploymentController ?? {};
  if (type === 'ECS') return null;
  const message = `the service is deployed by ${type}: only one that ECS deploys itself takes a task definition by an update`;
  return { kind: 'refused', reason: 'UnsupportedDeploymentController', message };
}

/** The one ECS works on, or worked on last. */
export function currentDeployment({ deployments = [] }: Service): Deployment | undefined {
  return deployments.find(({ status }) => status === 'PRIMARY');
}

/** A failed deployment is followed by one of what ran before. In between, an update would be overtaken by it. */
export function isGoingBack(service: Service): boolean {
  return currentDeployment(service)?.rolloutState === 'FAILED' && goesBackByItself(service);
}

/** The service has the images already. */
export function outcomeOfCurrent(service: Service, taskDefinition: string): Outcome {
  const { rolloutState, rolloutStateReason: why } = currentDeployment(service) ?? {};
  if (rolloutState === 'IN_PROGRESS') return outcomeOfUpdate(service, taskDefinition);
  if (rolloutState !== 'FAILED') return { kind: 'delivered', message: 'the service runs these images', details: { taskDefinition } };
  const said = why === undefined ? '' : `: ${why}`;
  return { kind: 'refused', reason: 'DeploymentFailed', message: `the deployment of these images failed${said}` };
}

/** `rollback` tells whoever hears of the failure of the deployment that ECS goes back by itself (outcomes/ecs-deployment.ts). */
export function outcomeOfUpdate(service: Service, taskDefinition: string): Outcome {
  const { id: deployment } = currentDeployment(service) ?? {};
  if (deployment === undefined) return { kind: 'delivered', details: { taskDefinition } };
  const details = { taskDefinition, deployment };
  return { kind: 'delivered', pending: true, details: goesBackByItself(service) ? { ...details, rollback: 'true' } : details };
}

/** ECS rolls back to a deployment that was completed; there is none while a service comes up for the first time. */
function goesBackByItself({ deploymentConfiguration, deployments = [] }: Service): boolean {
  const { deploymentCircuitBreaker: breaker, alarms } = deploymentConfiguration ?? {};
  const isWanted = (breaker?.enable === true && breaker.rollback === true) || (alarms?.enable === true && alarms.rollback === true);
  return isWanted && deployments.some(({ rolloutState }) => rolloutState === 'COMPLETED');
}
