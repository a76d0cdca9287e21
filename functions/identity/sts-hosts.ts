/**
 * The hosts at which STS is, by Region: a closed list, since whoever is asked who the caller is decides who gets in. Of the AWS SDK's endpoint rules
 * for STS; aws-iam-authenticator lets any Region-like word pass.
 */

interface Partition {
  readonly regions: readonly string[];
  /** Of names of Regions that are newer than this list. */
  readonly pattern: RegExp;
  readonly suffix: string;
  /** Under which the endpoints for IPv4 and IPv6 are. */
  readonly dualStackSuffix: string;
  readonly hasGlobalHost?: true;
}

const PARTITIONS: readonly Partition[] = [
  {
    regions: [
      ...['af-south-1', 'ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2'],
      ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7'],
      ...['ca-central-1', 'ca-west-1', 'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2'],
      ...['eu-west-3', 'il-central-1', 'me-central-1', 'me-south-1', 'me-west-1', 'mx-central-1', 'sa-east-1', 'sa-west-1'],
      ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
    ],
    pattern: /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/,
    suffix: 'amazonaws.com',
    dualStackSuffix: 'api.aws',
    hasGlobalHost: true,
  },
  {
    regions: ['cn-north-1', 'cn-northwest-1'],
    pattern: /^cn-[a-z]+-\d+$/,
    suffix: 'amazonaws.com.cn',
    dualStackSuffix: 'api.amazonwebservices.com.cn',
  },
  {
    regions: ['us-gov-east-1', 'us-gov-west-1'],
    pattern: /^us-gov-[a-z]+-\d+$/,
    suffix: 'amazonaws.com',
    dualStackSuffix: 'api.aws',
  },
  { regions: ['eusc-de-east-1'], pattern: /^eusc-[a-z]+-[a-z]+-\d+$/, suffix: 'amazonaws.eu', dualStackSuffix: 'api.amazonwebservices.eu' },
  { regions: ['us-iso-east-1', 'us-iso-west-1'], pattern: /^us-iso-[a-z]+-\d+$/, suffix: 'c2s.ic.gov', dualStackSuffix: 'api.aws.ic.gov' },
  {
    regions: ['us-isob-east-1', 'us-isob-west-1'],
    pattern: /^us-isob-[a-z]+-\d+$/,
    suffix: 'sc2s.sgov.gov',
    dualStackSuffix: 'api.aws.scloud',
  },
  { regions: ['eu-isoe-west-1'], pattern: /^eu-isoe-[a-z]+-\d+$/, suffix: 'cloud.adc-e.uk', dualStackSuffix: 'api.cloud-aws.adc-e.uk' },
  {
    regions: ['us-isof-east-1', 'us-isof-south-1'],
    pattern: /^us-isof-[a-z]+-\d+$/,
    suffix: 'csp.hci.ic.gov',
    dualStackSuffix: 'api.aws.hci.ic.gov',
  },
];

/** The host of STS in a Region; null for one that is in no partition known here. */
export function stsHost(region: string): string | null {
  const partition = partitionOf(region);
  return partition === undefined ? null : `sts.${region}.${partition.suffix}`;
}

/** All hosts of STS in the partition of the Region this runs in; none for a Region that is in no partition known here. */
export function stsHosts(region: string): ReadonlySet<string> {
  const partition = partitionOf(region);
  if (partition === undefined) return new Set();
  const regions = new Set([...partition.regions, region]);
  const regional = [...regions].flatMap((each) =>
    [partition.suffix, partition.dualStackSuffix].flatMap((suffix) => [`sts.${each}.${suffix}`, `sts-fips.${each}.${suffix}`]),
  );
  return new Set([...(partition.hasGlobalHost === true ? ['sts.amazonaws.com'] : []), ...regional]);
}

function partitionOf(region: string): Partition | undefined {
  return PARTITIONS.find(({ regions, pattern }) => regions.includes(region) || pattern.test(region));
}
