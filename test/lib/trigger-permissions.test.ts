import { describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '../../lib/app.ts';
import { actedOn, checkTriggerRoles, checkTriggerTargets, triggerStatements } from '../../lib/trigger-permissions.ts';
import { functionNamed } from './template.ts';

const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:deploy-*';
const TASK_ROLE = 'arn:aws:iam::111122223333:role/web-task';
const ROLE = 'arn:aws:iam::*:role/image-streams-*';

const statementsOf = (settings: Parameters<typeof triggerStatements>[0]) =>
  triggerStatements(settings).map((statement) => statement.toStatementJson() as { Action: unknown; Resource: unknown });

describe('what targets may do', () => {
  it('is nothing unless a setting says so', () => {
    expect(statementsOf({})).toEqual([]);
  });

  it('is what acting on the resources named takes, and assuming the roles named', () => {
    expect(statementsOf({ triggerTargets: { shop: [QUEUE], '*': [QUEUE] }, triggerRoles: [ROLE] })).toEqual([
      { Effect: 'Allow', Action: ['sqs:GetQueueUrl', 'sqs:SendMessage'], Resource: QUEUE },
      { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ROLE },
    ]);
  });

  it('may pass the roles of tasks that are named, which are no targets', () => {
    const triggerTargets = { shop: [TASK_ROLE, QUEUE], bank: [TASK_ROLE] };
    expect(() => checkTriggerTargets(triggerTargets)).not.toThrow();
    expect(statementsOf({ triggerTargets })).toContainEqual({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: TASK_ROLE,
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    });
    expect(actedOn(triggerTargets)).toEqual({ shop: [QUEUE] });
    const fire = functionNamed('fire-triggers', synthesizeTemplate({ triggerTargets }));
    expect(fire.properties['Environment'].Variables.TRIGGER_TARGETS).toBe(JSON.stringify({ shop: [QUEUE] }));
  });

  it('is finding out where a cluster of EKS is, and nothing in it', () => {
    const cluster = 'arn:aws:eks:eu-central-1:111122223333:cluster/prod';
    expect(statementsOf({ triggerTargets: { shop: [cluster] } })).toEqual([
      { Effect: 'Allow', Action: 'eks:DescribeCluster', Resource: cluster },
    ]);
  });

  it('is known to the functions that check and fire triggers, and granted to the one that fires', () => {
    const template = synthesizeTemplate({ triggerTargets: { shop: [QUEUE] }, triggerRoles: [ROLE] });
    const [triggers, fire, match] = ['triggers', 'fire-triggers', 'match-triggers'].map((entry) => functionNamed(entry, template));
    for (const found of [triggers, fire])
      expect(found?.properties['Environment'].Variables.TRIGGER_TARGETS).toBe(JSON.stringify({ shop: [QUEUE] }));
    expect(match?.properties['Environment'].Variables).not.toHaveProperty('TRIGGER_TARGETS');
    const granted = (found: typeof fire) =>
      found?.statements.filter(({ resources }) => resources.some((each) => [QUEUE, ROLE].includes(each as string)));
    expect(granted(fire)?.map(({ actions }) => actions)).toEqual([['sqs:GetQueueUrl', 'sqs:SendMessage'], ['sts:AssumeRole']]);
    expect(granted(triggers)).toEqual([]);
  });

  it.each<[object, string]>([
    [{ Shop: [QUEUE] }, 'by namespace'],
    [{ shop: ['deploy'] }, 'must hold ARNs'],
    [{ shop: ['*'] }, 'must hold ARNs'],
    [{ shop: ['arn:aws:iam::111122223333:user/x'] }, 'must hold ARNs'],
    [{ shop: ['arn:aws:iam::111122223333:role/task-*'] }, 'must hold ARNs'],
    [{ shop: ['arn:aws:iam::*:role/task'] }, 'must hold ARNs'],
    [{ shop: ['arn:aws:sqs:eu-central-1:*:deploy'] }, 'must hold ARNs'],
    [{ shop: ['arn:aws:constructor:eu-central-1:111122223333:x'] }, 'must hold ARNs'],
    [{ shop: Array.from({ length: 40 }, (_, index) => `${QUEUE}${index}`) }, 'at most 1500 bytes'],
  ])('refuses the targets %j', (targets, message) => {
    expect(() => checkTriggerTargets(targets as Record<string, string[]>)).toThrow(message);
  });

  it.each(['*', 'role/x', 'arn:aws:iam::111122223333:user/x', 'arn:aws:iam::*:*'])('refuses the role %j', (role) => {
    expect(() => checkTriggerRoles([ROLE, role])).toThrow('triggerRoles must hold');
  });
});
