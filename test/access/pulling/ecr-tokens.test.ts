/** Tokens of ECR against a service that checks what it is asked: how many calls, with whose credentials, in which Region, and what failures become. */
import * as ecr from '@aws-sdk/client-ecr';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEcrFetch } from '../../../functions/access/pulling/ecr-client.ts';
import { createEcrTokens } from '../../../functions/access/pulling/ecr-tokens.ts';
import { RegistryError } from '../../../functions/registry/errors.ts';
import { type AwsCall, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { failureOf } from '../../support/registry-client.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-24T08:00:00Z');
const OWN = { region: 'eu-west-1' };
const ROLE = { region: 'us-east-1', role: { arn: 'arn:aws:iam::210987654321:role/pull', externalId: 'x-1' } };

async function setUp() {
  const aws = await startAwsEmulator({ ecr, sts });
  onTestFinished(() => {
    expect(aws.problems).toEqual([]);
    return aws.close();
  });
  const clock = { now: START };
  let issued = 0;
  aws.answer('ecr', 'GetAuthorizationToken', () => ({
    authorizationData: [
      {
        authorizationToken: Buffer.from(`AWS:password-${++issued}:x`).toString('base64'),
        expiresAt: new Date(clock.now + 12 * HOUR),
        proxyEndpoint: 'https://123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      },
    ],
  }));
  aws.answer('sts', 'AssumeRole', () => ({
    Credentials: { AccessKeyId: 'ASIAROLE', SecretAccessKey: 's', SessionToken: 'session', Expiration: new Date(clock.now + HOUR) },
  }));
  const now = () => clock.now;
  const sourceOf = createEcrTokens(createEcrFetch({ ...aws.client, region: 'eu-central-1' }, now), now);
  return { aws, clock, sourceOf, password: async (identity = OWN) => (await sourceOf(identity).obtain()).password };
}
const told = (calls: readonly AwsCall[]) => calls.map(({ operation, region, accessKeyId }) => `${operation} ${region} ${accessKeyId}`);

describe('the token of ECR', () => {
  it('is fetched once for a hundred who need it at the same time, and kept', async () => {
    const { aws, clock, sourceOf, password } = await setUp();
    const all = await Promise.all(Array.from({ length: 100 }, () => sourceOf({ ...OWN }).obtain()));
    expect(new Set(all.map(({ username, password }) => `${username}:${password}`))).toEqual(new Set(['AWS:password-1:x']));
    clock.now += 11 * HOUR;
    expect(await password()).toBe('password-1:x');
    expect(told(aws.calls)).toEqual(['GetAuthorizationToken eu-west-1 AKIATEST']);
  });

  it('is another in each Region and for each role, which is assumed for it', async () => {
    const { aws, sourceOf, password } = await setUp();
    await password();
    await password({ region: 'ap-south-1' });
    await sourceOf(ROLE).obtain();
    await sourceOf(ROLE).obtain();
    expect(told(aws.calls)).toEqual([
      'GetAuthorizationToken eu-west-1 AKIATEST',
      'GetAuthorizationToken ap-south-1 AKIATEST',
      'AssumeRole eu-central-1 AKIATEST',
      'GetAuthorizationToken us-east-1 ASIAROLE',
    ]);
    expect(aws.calls[2]?.input).toEqual({ RoleArn: ROLE.role.arn, RoleSessionName: 'image-streams', ExternalId: 'x-1' });
    expect(aws.calls[3]?.sessionToken).toBe('session');
    expect(sourceOf(OWN).identity).toBe(sourceOf({ ...OWN }).identity);
    const others = [{ region: 'us-east-1' }, { region: 'us-east-1', role: { arn: ROLE.role.arn } }];
    expect(new Set([OWN, ROLE, ...others].map((identity) => sourceOf(identity).identity)).size).toBe(4);
  });

  it('is made anew a while before its end', async () => {
    const { aws, clock, password } = await setUp();
    await password();
    clock.now += 12 * HOUR - 16 * 60_000;
    expect(await password()).toBe('password-1:x');
    clock.now += 2 * 60_000;
    expect(await password()).toBe('password-2:x');
    expect(aws.calls).toHaveLength(2);
  });

  it('that a registry refuses is made anew, unless it is young: then its age is not the reason', async () => {
    const { aws, clock, sourceOf } = await setUp();
    const source = sourceOf(OWN);
    const first = await source.obtain();
    expect(await source.obtain(first)).toEqual(first);
    clock.now += 20 * 60_000;
    const renewed = await Promise.all([source.obtain(first), source.obtain(first)]);
    expect(renewed.map(({ password }) => password)).toEqual(['password-2:x', 'password-2:x']);
    expect(await source.obtain(first)).toEqual(renewed[0]);
    expect(aws.calls).toHaveLength(2);
  });
});

describe('what goes wrong', () => {
  it.each([
    ['ecr', 'AccessDeniedException', 'ecr:GetAuthorizationToken in us-east-1 as the role set for account 210987654321'],
    ['ecr', 'ExpiredTokenException', 'ecr:GetAuthorizationToken in us-east-1 as the role set for account 210987654321'],
    ['sts', 'AccessDenied', 'sts:AssumeRole of the role set for account 210987654321'],
    ['sts', 'RegionDisabledException', 'sts:AssumeRole of the role set for account 210987654321'],
  ])('%s %s is unauthorized, names the action, quotes nothing, and is asked again after a minute', async (service, code, action) => {
    const { aws, clock, sourceOf } = await setUp();
    const source = sourceOf(ROLE);
    const message = 'User: arn:aws:sts::123456789012:assumed-role/secret-name/f is not authorized';
    aws.fault({ service }, new AwsError(code, message, service === 'sts' ? 403 : 400));
    const failures = await Promise.all(Array.from({ length: 20 }, () => failureOf(source.obtain())));
    expect(failures[0]).toMatchObject({
      code: 'ERR_REGISTRY_UNAUTHORIZED',
      hint: `${action} was refused (${code})`,
      message: `${action} was refused (${code})`,
    });
    expect(new Set(failures).size).toBe(1);
    const calls = aws.calls.length;
    expect(calls).toBe(service === 'sts' ? 1 : 2);
    clock.now += 59_000;
    await failureOf(source.obtain());
    expect(aws.calls).toHaveLength(calls);
    aws.clearFaults();
    clock.now += 2_000;
    await source.obtain();
    expect(aws.calls).toHaveLength(calls + 2);
  });

  it.each([
    [
      new AwsError('ThrottlingException', 'Rate exceeded'),
      'ERR_REGISTRY_RATE_LIMITED',
      'ecr:GetAuthorizationToken in eu-west-1 is throttled (ThrottlingException)',
    ],
    [
      new AwsError('ServerException', 'oops', 500),
      'ERR_REGISTRY_UNAVAILABLE',
      'ecr:GetAuthorizationToken in eu-west-1 got no answer (ServerException)',
    ],
    ['reset' as const, 'ERR_REGISTRY_UNAVAILABLE', 'ecr:GetAuthorizationToken in eu-west-1 got no answer (TimeoutError)'],
  ])('%s once is overcome, for good it is temporary', async (fault, code, message) => {
    const { aws, sourceOf } = await setUp();
    aws.fault({ times: 1 }, fault);
    await sourceOf(OWN).obtain();
    expect(aws.calls).toHaveLength(2);
    const other = await setUp();
    other.aws.fault({}, fault);
    const failure = await failureOf(other.sourceOf(OWN).obtain());
    expect(failure).toMatchObject({ code, message, hint: undefined });
    other.aws.clearFaults();
    await other.sourceOf(OWN).obtain();
    expect(other.aws.calls).toHaveLength(3);
  });

  it('an answer without a token is none', async () => {
    const { aws, sourceOf } = await setUp();
    aws.answer('ecr', 'GetAuthorizationToken', () => ({ authorizationData: [] }));
    expect(await failureOf(sourceOf(OWN).obtain())).toMatchObject({ code: 'ERR_REGISTRY_UNAVAILABLE' });
  });

  it('no error holds a token or a key', async () => {
    const { aws, sourceOf } = await setUp();
    aws.fault({}, new AwsError('AccessDeniedException', 'no'));
    const failure = await failureOf(sourceOf(ROLE).obtain());
    expect(failure).toBeInstanceOf(RegistryError);
    expect(`${failure.message} ${failure.hint}`).not.toMatch(/session|ASIAROLE|password/);
  });
});
