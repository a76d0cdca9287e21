import { describe, expect, it } from 'vitest';
import { SSM_KIND } from '../../../functions/triggers/kinds/ssm.ts';
import { decodeTarget, followed } from './decode-target.ts';

const parameterArn = 'arn:aws:ssm:eu-central-1:111122223333:parameter/images/web';
const at = 'spec.target.ssm';
const arnOf = (path: string) => ({ parameterArn: `arn:aws:ssm:eu-central-1:111122223333:parameter${path}` });

describe('kind ssm', () => {
  it('reads what it knows', () => {
    const spec = { parameterArn, format: 'digest', roleArn: 'arn:aws:iam::111122223333:role/r' } as const;
    expect(decodeTarget(SSM_KIND, spec)).toEqual({ spec, errors: [] });
    expect(decodeTarget(SSM_KIND, { ...arnOf('/web') })).toEqual({ spec: arnOf('/web'), errors: [] });
    expect(SSM_KIND.awsResource?.(spec)).toEqual({ arn: parameterArn, field: 'parameterArn', roleArn: spec.roleArn });
    expect(SSM_KIND.identity(spec, { namespace: 'a', name: 'b', uid: 'c' })).toBe(parameterArn);
    expect(SSM_KIND.describe(spec)).toBe('/images/web');
  });

  it.each<[object, string]>([
    [arnOf(''), `${at}.parameterArn Invalid`],
    [arnOf('/images/'), `${at}.parameterArn Invalid`],
    [arnOf('/images web'), `${at}.parameterArn Invalid`],
    [arnOf('/aws/service/web'), `${at}.parameterArn Invalid`],
    [arnOf('/a'.repeat(16)), `${at}.parameterArn Invalid`],
    [{ parameterArn, format: 'tag' }, `${at}.format NotSupported`],
    [{ parameterArn, roleArn: 'arn:aws:iam::444455556666:role/r' }, `${at}.roleArn Invalid`],
  ])('refuses %j', (written, error) => {
    expect(decodeTarget(SSM_KIND, written).errors).toEqual([error]);
  });

  it('holds one image', () => {
    const images = [followed('web:latest'), followed('proxy:1', { container: 'proxy' })];
    expect(decodeTarget(SSM_KIND, { parameterArn }, images).errors).toEqual(['spec.images Invalid', 'spec.images[1].container Forbidden']);
  });
});
