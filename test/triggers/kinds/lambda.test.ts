import { describe, expect, it } from 'vitest';
import { LAMBDA_KIND } from '../../../functions/triggers/kinds/lambda.ts';
import { decodeTarget, followed } from './decode-target.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:web';
const at = 'spec.target.lambda';

describe('kind lambda', () => {
  it('reads what it knows', () => {
    const spec = { functionArn, alias: 'live', publish: true, roleArn: 'arn:aws:iam::1:role/r' };
    expect(decodeTarget(LAMBDA_KIND, { ...spec, other: 1 })).toEqual({ spec, errors: [] });
    expect(decodeTarget(LAMBDA_KIND, { functionArn, alias: '', publish: false })).toEqual({ spec: { functionArn }, errors: [] });
    expect(LAMBDA_KIND.awsResource?.(spec)).toEqual({ arn: functionArn, field: 'functionArn', roleArn: spec.roleArn });
  });

  it('takes turns per function, whatever the alias, and says both', () => {
    const owner = { namespace: 'a', name: 'b', uid: 'c' };
    const [live, dev] = ['live', 'dev'].map((alias) => ({ functionArn, alias }));
    expect(LAMBDA_KIND.identity(live ?? { functionArn }, owner)).toBe(LAMBDA_KIND.identity(dev ?? { functionArn }, { ...owner, uid: 'd' }));
    expect([LAMBDA_KIND.describe({ functionArn }), LAMBDA_KIND.describe({ functionArn, alias: 'live' })]).toEqual(['web', 'web:live']);
  });

  it.each<[object, string]>([
    [{ functionArn: `${functionArn}:live` }, `${at}.functionArn Invalid`],
    [{ functionArn: `${functionArn}:$LATEST` }, `${at}.functionArn Invalid`],
    [{ functionArn: 'arn:aws:sqs:eu-central-1:111122223333:web' }, `${at}.functionArn Invalid`],
    [{ functionArn: 7 }, `${at}.functionArn TypeInvalid`],
    [{ functionArn, alias: '7' }, `${at}.alias Invalid`],
    [{ functionArn, alias: '$LATEST' }, `${at}.alias Invalid`],
    [{ functionArn, publish: 'yes' }, `${at}.publish TypeInvalid`],
  ])('refuses %j', (written, error) => {
    expect(decodeTarget(LAMBDA_KIND, written).errors).toEqual([error]);
  });

  it('runs one image, which has no place in it', () => {
    const errors = (...images: ReturnType<typeof followed>[]) => decodeTarget(LAMBDA_KIND, { functionArn }, images).errors;
    expect(errors(followed('web:latest'), followed('proxy:1'))).toEqual(['spec.images Invalid']);
    expect(errors(followed('web:latest', { container: 'web' }))).toEqual(['spec.images[0].container Forbidden']);
    expect(errors(followed('web:latest', { fieldPath: 'spec' }))).toEqual(['spec.images[0].fieldPath Forbidden']);
  });
});
