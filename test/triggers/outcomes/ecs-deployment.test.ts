import { describe, expect, it } from 'vitest';
import type { ServiceEvent } from '../../../functions/triggers/outcomes/late-outcome.ts';
import { ECS_DEPLOYMENT } from '../../../functions/triggers/outcomes/ecs-deployment.ts';

const SERVICE = 'arn:aws:ecs:eu-central-1:111122223333:service/prod/web';

/** As https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html has it. */
function event(detail: unknown, resources: readonly string[] = [SERVICE]): ServiceEvent {
  return {
    source: 'aws.ecs',
    'detail-type': 'ECS Deployment State Change',
    account: '111122223333',
    region: 'eu-central-1',
    time: '2026-08-01T10:05:00Z',
    resources,
    detail,
  };
}
const detailOf = (eventName: string, over: object = {}) => ({
  eventType: 'INFO',
  eventName,
  deploymentId: 'ecs-svc/1234567890123456789',
  updatedAt: '2026-08-01T10:05:00Z',
  reason: 'ECS deployment ecs-svc/1234567890123456789 completed.',
  ...over,
});
const about = { kind: 'ecs', endsOlder: true, identity: SERVICE, details: { deployment: 'ecs-svc/1234567890123456789' } };

describe('ECS Deployment State Change', () => {
  it('tells that a deployment reached its steady state', () => {
    expect(ECS_DEPLOYMENT.read(event(detailOf('SERVICE_DEPLOYMENT_COMPLETED')))).toEqual({
      ...about,
      outcome: 'Delivered',
      reason: 'Delivered',
      message: 'the service runs the newest image',
    });
  });

  it('tells that a deployment failed, and why', () => {
    const reason = 'ECS deployment circuit breaker: task failed to start.';
    expect(ECS_DEPLOYMENT.read(event(detailOf('SERVICE_DEPLOYMENT_FAILED', { eventType: 'ERROR', reason })))).toEqual({
      ...about,
      outcome: 'Refused',
      reason: 'DeploymentFailed',
      message: `the deployment failed: ${reason}`,
    });
    const silent = ECS_DEPLOYMENT.read(event(detailOf('SERVICE_DEPLOYMENT_FAILED', { reason: undefined })));
    expect(silent?.message).toBe('the deployment failed');
    const talkative = ECS_DEPLOYMENT.read(event(detailOf('SERVICE_DEPLOYMENT_FAILED', { reason: 'x'.repeat(10_000) })));
    expect(talkative?.message.length).toBeLessThan(400);
  });

  it.each<[string, unknown, string[]?]>([
    ['a deployment that goes on', detailOf('SERVICE_DEPLOYMENT_IN_PROGRESS')],
    ['no deployment', detailOf('SERVICE_DEPLOYMENT_COMPLETED', { deploymentId: undefined })],
    ['a deployment of something else', detailOf('SERVICE_DEPLOYMENT_COMPLETED', { deploymentId: 'daemon/1' })],
    ['no service', detailOf('SERVICE_DEPLOYMENT_COMPLETED'), []],
    ['a service with a short ARN', detailOf('SERVICE_DEPLOYMENT_COMPLETED'), ['arn:aws:ecs:eu-central-1:111122223333:service/web']],
    ['no detail', null],
    ['a text', 'SERVICE_DEPLOYMENT_COMPLETED'],
  ])('says nothing of %s', (_, detail, resources) => {
    expect(ECS_DEPLOYMENT.read(event(detail, resources))).toBeNull();
  });

  it('asks for the ends of deployments only', () => {
    expect(ECS_DEPLOYMENT.detail).toEqual({ eventName: ['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_FAILED'] });
  });
});
