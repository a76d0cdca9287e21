import { describe, expect, it } from 'vitest';
import { isAllowedResource, isAllowedTarget, parseAllowedTargets, validateAwsResource } from '../../functions/triggers/allowed-targets.ts';

const ALLOWED = { shop: ['arn:aws:sqs:eu-central-1:111122223333:deploy-*'], '*': ['arn:aws:sqs:*:111122223333:public'] };

describe('what targets may act on as the deployment', () => {
  it.each<[string, string, boolean]>([
    ['shop', 'arn:aws:sqs:eu-central-1:111122223333:deploy-web', true],
    ['shop', 'arn:aws:sqs:eu-central-1:111122223333:deploy-', true],
    ['shop', 'arn:aws:sqs:eu-central-1:111122223333:other', false],
    ['shop', 'arn:aws:sqs:eu-central-1:444455556666:deploy-web', false],
    ['bank', 'arn:aws:sqs:eu-central-1:111122223333:deploy-web', false],
    ['bank', 'arn:aws:sqs:us-east-1:111122223333:public', true],
    ['constructor', 'arn:aws:sqs:eu-central-1:111122223333:deploy-web', false],
  ])('for %s: %s is %j', (namespace, arn, isAllowed) => {
    expect(isAllowedTarget(ALLOWED, namespace, arn)).toBe(isAllowed);
  });

  it('is with it what it is set up to use: both are listed, or a role does it', () => {
    const [arn, secret] = [
      'arn:aws:ecs:eu-central-1:111122223333:service/prod/web',
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:quay-AbCdEf',
    ];
    const resource = { arn, field: 'serviceArn', uses: [{ arn: secret, field: 'repositoryCredentials' }] };
    const roleArn = 'arn:aws:iam::111122223333:role/deploy';
    expect([isAllowedResource({ a: [arn] }, 'a', resource), isAllowedResource({ a: [arn, secret] }, 'a', resource)]).toEqual([false, true]);
    expect(validateAwsResource(resource, 't', 'a', { a: [arn] })).toMatchObject([{ type: 'Forbidden', field: 't.repositoryCredentials' }]);
    expect(validateAwsResource(resource, 't', 'a', { a: [arn, secret] })).toEqual([]);
    expect(validateAwsResource({ ...resource, roleArn }, 't', 'a', {})).toEqual([]);
  });

  it('is found in no time, whatever somebody writes as an ARN', () => {
    const allowed = { a: ['arn:aws:ecs:*:111122223333:service/dev-*/web-*/x*y'] };
    const arn = `arn:aws:ecs:${'eu:111122223333:service/dev-/web-/x'.repeat(400)}`;
    const start = performance.now();
    expect(isAllowedTarget(allowed, 'a', arn)).toBe(false);
    expect(performance.now() - start).toBeLessThan(200);
    const resource = { arn: arn.slice(0, 2049), field: 'serviceArn' };
    expect(validateAwsResource(resource, 't', 'a', allowed)).toEqual([
      { type: 'TooLong', field: 't.serviceArn', detail: 'must have at most 2048 characters' },
    ]);
  });

  it('has no patterns but those of IAM', () => {
    expect(isAllowedTarget({ a: ['arn:aws:sqs:r:1:x?'] }, 'a', 'arn:aws:sqs:r:1:xy')).toBe(true);
    expect(isAllowedTarget({ a: ['arn:aws:sqs:r:1:.+'] }, 'a', 'arn:aws:sqs:r:1:xx')).toBe(false);
  });

  it('is nothing unless it is said, and nothing else than lists by namespace', () => {
    expect(parseAllowedTargets(undefined)).toEqual({});
    expect(parseAllowedTargets(JSON.stringify(ALLOWED))).toEqual(ALLOWED);
    for (const text of ['[]x', '7', 'null', '{"a":"b"}', '{"a":[1]}']) expect(() => parseAllowedTargets(text)).toThrow();
  });
});
