import { describe, expect, it } from 'vitest';
import { TARGET_ACTIONS } from '../../lib/target-actions.ts';

const FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:web';
const PARAMETER = 'arn:aws:ssm:eu-central-1:111122223333:parameter/images/*';
const PROJECT = 'arn:aws:codebuild:eu-central-1:111122223333:project/web';

describe('what acting on a resource takes', () => {
  it.each<[string, string, object[]]>([
    [
      'codebuild',
      PROJECT,
      [
        {
          Action: ['codebuild:BatchGetBuilds', 'codebuild:BatchGetProjects', 'codebuild:ListBuildsForProject', 'codebuild:StartBuild'],
          Resource: PROJECT,
        },
      ],
    ],
    [
      'lambda',
      FUNCTION,
      [
        { Action: 'lambda:GetFunction', Resource: [FUNCTION, `${FUNCTION}:*`] },
        { Action: ['lambda:GetAlias', 'lambda:PublishVersion', 'lambda:UpdateAlias', 'lambda:UpdateFunctionCode'], Resource: FUNCTION },
      ],
    ],
    ['ssm', PARAMETER, [{ Action: ['ssm:GetParameters', 'ssm:PutParameter'], Resource: PARAMETER }]],
  ])('of %s', (service, arn, expected) => {
    const statements = TARGET_ACTIONS[service]?.([arn]).map((statement) => statement.toStatementJson() as object);
    expect(statements).toEqual(expected.map((statement) => ({ Effect: 'Allow', ...statement })));
  });
});
