/** Which namespaces may pull from which ECR registries as the deployment's own IAM identity (docs/decisions/0061-ecr-by-iam-is-opted-into.md). */
import { matchesGlob } from '../../image/glob.ts';
import type { RegistryRepository } from '../../importing/ports.ts';
import { type EcrHost, parseEcrHost, type Partition } from '../../registry/ecr-host.ts';

export interface EcrSettings {
  /** Of the deployment. */
  readonly account: string;
  readonly partition: Partition;
  /** Globs. */
  readonly namespaces: readonly string[];
  /** By account: the others that may be pulled from. Without a role their repositories' policies have to let the deployment's role in. */
  readonly accounts: Readonly<Record<string, EcrAccount>>;
}

export interface EcrAccount {
  readonly roleArn?: string;
  readonly externalId?: string;
}

/** Whose token it is, and where from: a token is good for one Region. */
export interface EcrIdentity {
  readonly region: string;
  /** Absent: the function's own. */
  readonly role?: { readonly arn: string; readonly externalId?: string };
}

/** null: it is no ECR registry. */
export type EcrDecision = { readonly identity: EcrIdentity } | { readonly refusal: string } | null;

/** @param settings null where ECR by IAM is off. */
export function decideEcr(settings: EcrSettings | null, namespace: string, { host, insecure }: RegistryRepository): EcrDecision {
  const registry = parseEcrHost(host);
  if (registry === null) return null;
  const refusal = settings === null ? 'the setting ecrNamespaces names no namespace' : refuse(settings, namespace, registry, insecure);
  if (settings === null || refusal !== null) return { refusal: refusal ?? '' };
  const { roleArn: arn, externalId } = settings.accounts[registry.account] ?? {};
  const { region } = registry;
  if (arn === undefined) return { identity: { region } };
  return { identity: { region, role: { arn, ...(externalId === undefined ? {} : { externalId }) } } };
}

function refuse(settings: EcrSettings, namespace: string, { account, partition }: EcrHost, insecure: boolean): string | null {
  if (!settings.namespaces.some((glob) => matchesGlob(namespace, glob))) return 'the setting ecrNamespaces does not name this namespace';
  if (partition !== settings.partition) return 'it is in another partition of AWS';
  if (account !== settings.account && !Object.hasOwn(settings.accounts, account))
    return 'the setting ecrAccounts does not name its account';
  return insecure ? 'the import is insecure: whoever answers could keep the token' : null;
}

/** For people: who may not see the role's whole name see enough of it to ask. */
export function describeIdentity({ role }: EcrIdentity): string {
  return role === undefined ? 'IAM role of the function' : `IAM role ${role.arn.replace(/(:role\/(?:.*\/)?..).*$/, '$1***')}`;
}
