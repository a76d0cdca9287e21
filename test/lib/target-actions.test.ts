import { describe, expect, it } from 'vitest';
import { TARGET_ACTIONS } from '../../lib/target-actions.ts';

const ARNS = {
  ecs: ['arn:aws:ecs:eu-central-1:111122223333:service/prod/web', 'arn:aws:ecs:eu-central-1:111122223333:service/prod/api-*'],
  iam: ['arn:aws:iam::111122223333:role/web-task'],
};

const statementsOf = (service: keyof typeof ARNS) =>
  TARGET_ACTIONS[service]?.(ARNS[service]).map((statement) => statement.toStatementJson() as object);

describe('what acting on a target takes', () => {
  it('for services of ECS', () => {
    const definitions = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/*';
    expect(statementsOf('ecs')).toEqual([
      { Effect: 'Allow', Action: ['ecs:DescribeServices', 'ecs:UpdateService'], Resource: ARNS.ecs },
      { Effect: 'Allow', Action: 'ecs:DescribeTaskDefinition', Resource: '*' },
      { Effect: 'Allow', Action: 'ecs:RegisterTaskDefinition', Resource: definitions },
      {
        Effect: 'Allow',
        Action: 'ecs:TagResource',
        Resource: definitions,
        Condition: { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } },
      },
    ]);
  });

  it('for the roles of their tasks', () => {
    expect(statementsOf('iam')).toEqual([
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: ARNS.iam[0],
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
    ]);
  });
});
