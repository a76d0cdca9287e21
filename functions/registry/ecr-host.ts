/**
 * Names of private ECR registries, and of nothing else: what is taken for ECR is sent IAM's tokens. Forms of
 * https://docs.aws.amazon.com/general/latest/gr/ecr.html, those of China of https://github.com/kubernetes/cloud-provider-aws/pull/1069
 */
export interface EcrHost {
  /** Whose registry it is, 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly partition: Partition;
}

/** Accounts, roles and Regions of different partitions know nothing of each other. */
export type Partition = 'aws' | 'aws-cn' | 'aws-us-gov';

const REGION = '([a-z]{2}(?:-[a-z]+)+-\\d{1,2})';
const FORMS = [
  new RegExp(`^(\\d{12})\\.dkr\\.ecr(?:-fips)?\\.${REGION}\\.amazonaws\\.com(\\.cn)?$`),
  // Dual stack.
  new RegExp(`^(\\d{12})\\.dkr-ecr(?:-fips)?\\.${REGION}\\.on\\.(?:aws|amazonwebservices\\.com(\\.cn))$`),
];

/** @param host host or host:port, as a repository names it. */
export function parseEcrHost(host: string): EcrHost | null {
  const name = host.toLowerCase().replace(/:443$/, '');
  const [, account, region = '', china] = FORMS.map((form) => form.exec(name)).find((match) => match !== null) ?? [];
  if (account === undefined) return null;
  const partition = partitionOf(region);
  return (china !== undefined) === (partition === 'aws-cn') ? { account, region, partition } : null;
}

export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
