/** What IAM adds to the pull secrets of a namespace: a last candidate for ECR registries. */
import type { RegistryRepository } from '../../importing/ports.ts';
import type { CredentialSource } from '../../registry/types.ts';
import { decideEcr, describeIdentity, type EcrIdentity, type EcrSettings } from './ecr-access.ts';

export interface EcrChoice {
  /** Absent: not offered. */
  readonly source?: CredentialSource;
  /** For people: whose credentials they are, or why there are none. */
  readonly label: string;
}

/** null: no ECR registry, and nothing to tell. */
export type ChooseEcr = (namespace: string, repository: RegistryRepository) => EcrChoice | null;

export function createEcrChoice(settings: EcrSettings, sourceOf: (identity: EcrIdentity) => CredentialSource): ChooseEcr {
  return (namespace, repository) => {
    const decision = decideEcr(settings, namespace, repository);
    if (decision === null) return null;
    if ('refusal' in decision) return { label: decision.refusal };
    return { source: sourceOf(decision.identity), label: describeIdentity(decision.identity) };
  };
}

/** Where the deployment lends its identity to nobody. */
export const NO_ECR: ChooseEcr = (namespace, repository) => {
  const decision = decideEcr(null, namespace, repository);
  return decision !== null && 'refusal' in decision ? { label: decision.refusal } : null;
};
