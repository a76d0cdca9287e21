/** A function of Lambda made of a container image, as the fake keeps and shows it. */
import { AwsError } from './emulator.ts';

export interface FakeVersion {
  readonly version: string;
  readonly imageUri: string;
  state: 'Pending' | 'Active' | 'Failed';
}

export interface FakeAlias {
  version: string;
  /** Shares of other versions. */
  weights: Readonly<Record<string, number>>;
  revision: number;
}

export interface FakeFunction {
  readonly arn: string;
  packageType: 'Image' | 'Zip';
  architecture: string;
  imageUri: string;
  status: 'Successful' | 'InProgress' | 'Failed';
  revision: number;
  readonly versions: FakeVersion[];
  readonly aliases: Map<string, FakeAlias>;
  /** How often an update, and a version that was published, is found unfinished. */
  slowness: number;
  /** Code of the failure that the next updates and versions end in. */
  failure?: string;
  /** Looks until the update that is under way is over. */
  left: number;
}

export type Input = Readonly<Record<string, unknown>>;

export function versionOf({ versions, imageUri }: FakeFunction, wanted: string): FakeVersion {
  if (wanted === '$LATEST') return { version: wanted, imageUri, state: 'Active' };
  return versions.find(({ version }) => version === wanted) ?? fail('ResourceNotFoundException', 404);
}

export function aliasOf({ aliases }: FakeFunction, { Name }: Input): FakeAlias {
  return aliases.get(String(Name)) ?? fail('ResourceNotFoundException', 404);
}

export function aliasAnswer({ Name }: Input, { version, weights, revision }: FakeAlias): object {
  const routing = Object.keys(weights).length === 0 ? {} : { RoutingConfig: { AdditionalVersionWeights: weights } };
  return { Name, FunctionVersion: version, RevisionId: `r${revision}`, ...routing };
}

export function latestOf(found: FakeFunction): { readonly Code: object; readonly Configuration: object } {
  const { imageUri, status, failure } = found;
  const reason = status === 'Failed' ? { LastUpdateStatusReasonCode: failure, LastUpdateStatusReason: 'because' } : {};
  const configuration = configurationOf(found, { version: '$LATEST', imageUri, state: 'Active' });
  return { Code: codeOf(imageUri), Configuration: { ...configuration, LastUpdateStatus: status, ...reason } };
}

export function configurationOf(
  { arn, packageType, architecture, revision, failure }: FakeFunction,
  { version, imageUri, state }: FakeVersion,
): object {
  return {
    FunctionName: arn.split(':').at(-1),
    FunctionArn: version === '$LATEST' ? arn : `${arn}:${version}`,
    PackageType: packageType,
    Architectures: [architecture],
    Version: version,
    State: state,
    ...(state === 'Failed' ? { StateReasonCode: failure, StateReason: 'because' } : {}),
    CodeSha256: imageUri.split('@sha256:')[1] ?? '',
    RevisionId: `r${revision}`,
  };
}

export function codeOf(imageUri: string): object {
  return { RepositoryType: 'ECR', ImageUri: imageUri, ResolvedImageUri: imageUri };
}

export function fail(code: string, status = 400): never {
  throw new AwsError(code, 'Lambda says no', status);
}
