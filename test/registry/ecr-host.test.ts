import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEcrHost } from '../../functions/registry/ecr-host.ts';

const ID = '123456789012';

describe('parseEcrHost', () => {
  it.each([
    [`${ID}.dkr.ecr.eu-west-1.amazonaws.com`, 'eu-west-1', 'aws'],
    [`${ID}.dkr.ecr-fips.us-east-2.amazonaws.com`, 'us-east-2', 'aws'],
    [`${ID}.dkr.ecr.us-gov-west-1.amazonaws.com`, 'us-gov-west-1', 'aws-us-gov'],
    [`${ID}.dkr.ecr.cn-north-1.amazonaws.com.cn`, 'cn-north-1', 'aws-cn'],
    [`${ID}.dkr-ecr.ap-southeast-2.on.aws`, 'ap-southeast-2', 'aws'],
    [`${ID}.dkr-ecr-fips.us-west-2.on.aws`, 'us-west-2', 'aws'],
    [`${ID}.dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn`, 'cn-northwest-1', 'aws-cn'],
    [`${ID}.DKR.ECR.EU-WEST-1.amazonaws.com:443`, 'eu-west-1', 'aws'],
  ])('knows %s', (host, region, partition) => {
    expect(parseEcrHost(host)).toEqual({ account: ID, region, partition });
  });

  it.each([
    `${ID}.dkr.ecr.eu-west-1.amazonaws.com.evil.example`,
    `evil.example.${ID}.dkr.ecr.eu-west-1.amazonaws.com`,
    `evil-${ID}.dkr.ecr.eu-west-1.amazonaws.com`,
    `${ID}.dkr.ecr.eu-west-1.amazonaws.com:8443`,
    `${ID}.dkr.ecr.eu-west-1.amazonaws.com:80`,
    `${ID}.dkr.ecr.eu-west-1.amazonaws.com.cn`,
    `${ID}.dkr.ecr.cn-north-1.amazonaws.com`,
    `${ID}.dkr.ecr.evil.example.amazonaws.com`,
    `${ID}.dkr.ecr.evil.amazonaws.com`,
    `${ID}.dkr.ecr.eu-west-1xamazonaws.com`,
    `${ID}.dkr.ecr.eu-west-1.on.aws`,
    `${ID}.dkr-ecr.eu-west-1.amazonaws.com`,
    `12345678901.dkr.ecr.eu-west-1.amazonaws.com`,
    `1234567890123.dkr.ecr.eu-west-1.amazonaws.com`,
    `٣٤٥٦٧٨٩٠١٢٣٤.dkr.ecr.eu-west-1.amazonaws.com`,
    `${ID}.dkr.ecr.eu-west-1.amazonaws.com.`,
    `${ID}.dkr.ecr.eu-west-1.amazonaws.com\n`,
    'public.ecr.aws',
    'quay.io',
    '',
  ])('takes %j for no ECR', (host) => {
    expect(parseEcrHost(host)).toBeNull();
  });

  it('takes nothing for ECR that does not end in a domain of AWS', () => {
    const part = fc.constantFrom(
      ID,
      '.',
      'dkr',
      'ecr',
      '-fips',
      'eu-west-1',
      'amazonaws',
      'com',
      'on',
      'aws',
      'cn',
      ':443',
      'evil',
      '-',
      '@',
      '/',
      '#',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const host = parts.join('');
        if (parseEcrHost(host) === null) return;
        const url = new URL(`https://${host}/`);
        expect([url.username, url.pathname, url.port]).toEqual(['', '/', '']);
        expect(url.hostname).toMatch(/\.(amazonaws\.com(\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn)$/);
      }),
      { numRuns: 2000 },
    );
  });
});
