import { describe, expect, it } from 'vitest';
import { CODEBUILD_KIND } from '../../../functions/triggers/kinds/codebuild.ts';
import { decodeTarget, followed } from './decode-target.ts';

const projectArn = 'arn:aws:codebuild:eu-central-1:111122223333:project/web';
const at = 'spec.target.codebuild';
const IMAGES = [followed('web:latest'), followed('proxy:1', { from: { kind: 'ImageStreamTag', name: 'proxy:1', namespace: 'platform' } })];

describe('kind codebuild', () => {
  it('reads what it knows', () => {
    const spec = {
      projectArn,
      imageOverride: true,
      variables: { WEB_IMAGE: 'web:latest', OWN: 'shop/web:latest', PROXY_IMAGE: 'platform/proxy:1' },
      roleArn: 'arn:aws:iam::111122223333:role/r',
    };
    expect(decodeTarget(CODEBUILD_KIND, spec, IMAGES)).toEqual({ spec, errors: [] });
    expect(decodeTarget(CODEBUILD_KIND, { projectArn })).toEqual({ spec: { projectArn }, errors: [] });
    expect(CODEBUILD_KIND.awsResource?.(spec)).toEqual({ arn: projectArn, field: 'projectArn', roleArn: spec.roleArn });
    expect(CODEBUILD_KIND.identity(spec, { namespace: 'a', name: 'b', uid: 'c' })).toBe(projectArn);
    expect(CODEBUILD_KIND.describe(spec)).toBe('web');
  });

  it.each<[object, string]>([
    [{ projectArn: 'arn:aws:codebuild:eu-central-1:111122223333:build/web:1' }, `${at}.projectArn Invalid`],
    [{ projectArn, roleArn: 'arn:aws:iam::444455556666:role/r' }, `${at}.roleArn Invalid`],
    [{ projectArn, variables: { WEB_IMAGE: 'other:1' } }, `${at}.variables[WEB_IMAGE] Invalid`],
    [{ projectArn, variables: { WEB_IMAGE: 'proxy:1' } }, `${at}.variables[WEB_IMAGE] Invalid`],
    [{ projectArn, variables: { WEB_IMAGE: 'web' } }, `${at}.variables[WEB_IMAGE] Invalid`],
    [{ projectArn, variables: { WEB_IMAGE: 7 } }, `${at}.variables[WEB_IMAGE] TypeInvalid`],
    [{ projectArn, variables: { 'web-image': 'web:latest' } }, `${at}.variables[web-image] Invalid`],
    [{ projectArn, variables: { IMAGE: 'web:latest' } }, `${at}.variables[IMAGE] Forbidden`],
    [{ projectArn, variables: { DELIVERY_ID: 'web:latest' } }, `${at}.variables[DELIVERY_ID] Forbidden`],
    [{ projectArn, variables: { CODEBUILD_SRC_DIR: 'web:latest' } }, `${at}.variables[CODEBUILD_SRC_DIR] Forbidden`],
    [
      { projectArn, variables: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`V${index}`, 'web:latest'])) },
      `${at}.variables Invalid`,
    ],
  ])('refuses %j', (written, error) => {
    expect(decodeTarget(CODEBUILD_KIND, written, IMAGES).errors).toEqual([error]);
  });

  it('builds with several images, which have no places', () => {
    const images = [followed('web:latest'), followed('proxy:1', { container: 'proxy' })];
    expect(decodeTarget(CODEBUILD_KIND, { projectArn }, images).errors).toEqual(['spec.images[1].container Forbidden']);
  });
});
