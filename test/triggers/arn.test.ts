import { describe, expect, it } from 'vitest';
import { formatArn, parseArn } from '../../functions/triggers/arn.ts';

const ARNS = [
  'arn:aws:sqs:eu-central-1:111122223333:deploy',
  'arn:aws-cn:ecs:cn-north-1:111122223333:service/main/web',
  'arn:aws:lambda:eu-central-1:111122223333:function:web',
  'arn:aws:states:eu-central-1:111122223333:stateMachine:deploy:live',
  'arn:aws:iam::111122223333:role/deploy',
];

describe('an ARN', () => {
  it('is its parts, and all colons after the account are of the resource', () => {
    expect(parseArn('arn:aws:states:eu-central-1:111122223333:stateMachine:deploy:live')).toEqual({
      partition: 'aws',
      service: 'states',
      region: 'eu-central-1',
      account: '111122223333',
      resource: 'stateMachine:deploy:live',
    });
  });

  it.each(ARNS)('is the same after it was taken apart: %s', (text) => {
    expect(formatArn(parseArn(text))).toBe(text);
  });

  it.each(['', 'arn', 'arn:aws:sqs'])('that is none lacks parts: %j', (text) => {
    expect(parseArn(text)).toMatchObject({ region: '', account: '', resource: '' });
  });
});
