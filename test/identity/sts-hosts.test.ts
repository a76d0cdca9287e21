import { RegionInfo } from 'aws-cdk-lib/region-info';
import { describe, expect, it } from 'vitest';
import { stsHosts } from '../../functions/identity/sts-hosts.ts';

describe('hosts of STS', () => {
  it.each([
    ['eu-central-1', ['sts.amazonaws.com', 'sts.eu-central-1.amazonaws.com', 'sts-fips.us-east-1.amazonaws.com', 'sts.us-west-2.api.aws']],
    ['eu-central-1', ['sts-fips.us-east-2.api.aws', 'sts.sa-east-1.amazonaws.com']],
    ['us-gov-west-1', ['sts.us-gov-west-1.amazonaws.com', 'sts.us-gov-east-1.amazonaws.com', 'sts.us-gov-east-1.api.aws']],
    ['cn-north-1', ['sts.cn-north-1.amazonaws.com.cn', 'sts.cn-northwest-1.api.amazonwebservices.com.cn']],
    ['us-iso-east-1', ['sts.us-iso-east-1.c2s.ic.gov']],
    ['us-isob-east-1', ['sts.us-isob-east-1.sc2s.sgov.gov']],
    ['eusc-de-east-1', ['sts.eusc-de-east-1.amazonaws.eu']],
    // Newer than the list: the Region this runs in is one.
    ['eu-south-9', ['sts.eu-south-9.amazonaws.com', 'sts.amazonaws.com']],
  ])('as seen from %s: %j', (region, hosts) => {
    expect(hosts.filter((host) => !stsHosts(region).has(host))).toEqual([]);
  });

  it.each([
    'sts.not-a-region.amazonaws.com',
    'sts.eu-south-9.amazonaws.com',
    'sts.amazonaws.com.evil.example',
    'sts.eu-central-1.amazonaws.com.',
    'STS.amazonaws.com',
    's3.eu-central-1.amazonaws.com',
    'sts.us-gov-west-1.amazonaws.com',
    'sts.cn-north-1.amazonaws.com.cn',
    'sts..amazonaws.com',
    'sts.amazonaws.com:443',
    '',
  ])('are not %j', (host) => {
    expect(stsHosts('eu-central-1').has(host)).toBe(false);
  });

  it('of China and GovCloud are not those of everybody', () => {
    expect([stsHosts('cn-north-1').has('sts.amazonaws.com'), stsHosts('us-gov-west-1').has('sts.amazonaws.com')]).toEqual([false, false]);
  });

  it('are those of every Region that the CDK knows', () => {
    const [china, gov, other] = ['cn-north-1', 'us-gov-west-1', 'us-east-1'].map(stsHosts);
    const hostsOf = ({ partition }: RegionInfo) => (partition === 'aws-cn' ? china : partition === 'aws-us-gov' ? gov : other);
    const open = RegionInfo.regions.filter(({ partition = '' }) => ['aws', 'aws-cn', 'aws-us-gov'].includes(partition));
    expect(open.length).toBeGreaterThan(30);
    expect(
      open.filter((region) => hostsOf(region)?.has(`sts.${region.name}.${region.domainSuffix}`) !== true).map(({ name }) => name),
    ).toEqual([]);
  });

  it('of no partition are none', () => {
    expect([stsHosts('').size, stsHosts('evil').size, stsHosts('xx-north-1.evil').size]).toEqual([0, 0, 0]);
  });
});
