/**
 * `ECS Deployment State Change`: how a deployment of a service of ECS ended
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html). The deployment by which ECS goes back by
 * itself has an id of its own, so its completion settles nothing. That ECS goes back is not in the event of the failure: the delivery has
 * `rollback` among its details where the service is set up for it.
 */
import type { LateOutcome, OutcomeReader, ServiceEvent } from './late-outcome.ts';

const COMPLETED = 'SERVICE_DEPLOYMENT_COMPLETED';
const FAILED = 'SERVICE_DEPLOYMENT_FAILED';

const SERVICE = /^arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:service\/[\w-]+\/[\w-]+$/;
const DEPLOYMENT = /^ecs-svc\/\w{1,64}$/;
/** Characters of ECS's reason that end in a status. */
const MAX_REASON = 300;

export const ECS_DEPLOYMENT: OutcomeReader = {
  source: 'aws.ecs',
  detailType: 'ECS Deployment State Change',
  detail: { eventName: [COMPLETED, FAILED] },
  read,
};

function read({ resources, detail }: ServiceEvent): LateOutcome | null {
  const service = resources.find((arn) => SERVICE.test(arn));
  const { eventName, deploymentId: deployment, reason } = (detail ?? {}) as Readonly<Record<string, unknown>>;
  if (service === undefined || typeof deployment !== 'string' || !DEPLOYMENT.test(deployment)) return null;
  const about = { kind: 'ecs', identity: service, details: { deployment }, endsOlder: true } as const;
  if (eventName === COMPLETED) return { ...about, outcome: 'Delivered', reason: 'Delivered', message: 'the service runs the newest image' };
  if (eventName !== FAILED) return null;
  const said = typeof reason === 'string' && reason !== '' ? `: ${reason.slice(0, MAX_REASON)}` : '';
  return { ...about, outcome: 'Refused', reason: 'DeploymentFailed', message: `the deployment failed${said}` };
}
