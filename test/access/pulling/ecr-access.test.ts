import { describe, expect, it } from 'vitest';
import { decideEcr, describeIdentity, type EcrSettings } from '../../../functions/access/pulling/ecr-access.ts';

const OWN = '123456789012';
const PARTNER = '210987654321';
const OPEN = '555555555555';
const ROLE = `arn:aws:iam::${PARTNER}:role/shared/pull-images`;
const settings: EcrSettings = {
  account: OWN,
  partition: 'aws',
  namespaces: ['shop', 'team-?'],
  accounts: { [PARTNER]: { roleArn: ROLE, externalId: 'x-1' }, [OPEN]: {} },
};
const hostOf = (account: string, region = 'eu-west-1') => `${account}.dkr.ecr.${region}.amazonaws.com`;
const decide = (namespace: string, host: string, insecure = false, from: EcrSettings | null = settings) =>
  decideEcr(from, namespace, { host, name: 'team/app', insecure });

describe('decideEcr', () => {
  it.each([
    ['the own account', 'shop', hostOf(OWN), { region: 'eu-west-1' }],
    ['another Region', 'team-a', hostOf(OWN, 'us-east-1'), { region: 'us-east-1' }],
    ['an account with a role', 'shop', hostOf(PARTNER), { region: 'eu-west-1', role: { arn: ROLE, externalId: 'x-1' } }],
    ['an account that lets the own role in', 'shop', hostOf(OPEN), { region: 'eu-west-1' }],
    ['dual stack', 'shop', `${OWN}.dkr-ecr.eu-west-1.on.aws`, { region: 'eu-west-1' }],
  ])('grants %s', (_, namespace, host, identity) => {
    expect(decide(namespace, host)).toEqual({ identity });
  });

  it.each([
    ['another namespace', 'shopping', hostOf(OWN), false, 'the setting ecrNamespaces does not name this namespace'],
    ['a namespace the glob is too short for', 'team-ab', hostOf(OWN), false, 'the setting ecrNamespaces does not name this namespace'],
    ['an account nobody named', 'shop', hostOf('999999999999'), false, 'the setting ecrAccounts does not name its account'],
    ['China', 'shop', `${OWN}.dkr.ecr.cn-north-1.amazonaws.com.cn`, false, 'it is in another partition of AWS'],
    ['GovCloud', 'shop', hostOf(OWN, 'us-gov-west-1'), false, 'it is in another partition of AWS'],
    ['an insecure import', 'shop', hostOf(OWN), true, 'the import is insecure: whoever answers could keep the token'],
  ])('refuses %s', (_, namespace, host, insecure, refusal) => {
    expect(decide(namespace, host, insecure)).toEqual({ refusal });
  });

  it('refuses everybody while the setting is off, and has no opinion of other registries', () => {
    expect(decide('shop', hostOf(OWN), false, null)).toEqual({ refusal: 'the setting ecrNamespaces names no namespace' });
    for (const host of ['quay.io', `${hostOf(OWN)}.evil.example`, 'public.ecr.aws', '127.0.0.1:5000'])
      expect(decide('shop', host)).toBeNull();
  });

  it('shows of a role whose it is, not its whole name', () => {
    expect(describeIdentity({ region: 'eu-west-1' })).toBe('IAM role of the function');
    expect(describeIdentity({ region: 'eu-west-1', role: { arn: ROLE } })).toBe(`IAM role arn:aws:iam::${PARTNER}:role/shared/pu***`);
    expect(describeIdentity({ region: 'x', role: { arn: `arn:aws:iam::${PARTNER}:role/pull` } })).toBe(
      `IAM role arn:aws:iam::${PARTNER}:role/pu***`,
    );
  });
});
