/** What the pull secrets of a namespace offer for a repository. */
import { type ConfigRead, readDockerConfig } from '../../registry/docker-config.ts';
import { type CredentialEntry, matchCredentials } from '../../registry/match-credentials.ts';
import type { CredentialsFor, RepositoryCredentials } from '../../registry/types.ts';
import { type ChooseEcr, NO_ECR } from './ecr-credentials.ts';
import type { PullSecretReader, StoredSecret } from '../ports.ts';

interface PullSecrets {
  readonly entries: readonly CredentialEntry[];
  readonly problem?: string;
}

/**
 * Reads the secrets of each namespace once, when the first repository is asked for. Make one for each request or batch: secrets change. A secret
 * that holds no docker config is passed over, and named where that may matter. IAM comes after all secrets: whoever wrote one meant it to be used.
 */
export function openPullCredentials(secrets: PullSecretReader, chooseEcr: ChooseEcr = NO_ECR): (namespace: string) => CredentialsFor {
  const namespaces = new Map<string, Promise<PullSecrets>>();
  return (namespace) => async (repository) => {
    const reading = namespaces.get(namespace) ?? secrets.listPullSecrets(namespace).then(readSecrets);
    namespaces.set(namespace, reading);
    const { entries, problem } = await reading;
    const candidates = matchCredentials(entries, repository);
    const last = chooseEcr(namespace, repository)?.source;
    return {
      candidates,
      ...(last === undefined ? {} : { last }),
      ...(problem === undefined ? {} : { problem }),
    } satisfies RepositoryCredentials;
  };
}

function readSecrets(secrets: readonly StoredSecret[]): PullSecrets {
  const entries: CredentialEntry[] = [];
  const problems: string[] = [];
  for (const secret of secrets) {
    const read = readSecret(secret);
    if (read.ok) entries.push(...read.entries);
    else problems.push(`secret ${JSON.stringify(secret.name)} holds no docker config (${read.why})`);
  }
  return problems.length === 0 ? { entries } : { entries, problem: problems.join(', ') };
}

export function readSecret({ type, data }: Pick<StoredSecret, 'type' | 'data'>): ConfigRead {
  const form = type === 'kubernetes.io/dockercfg' ? 'dockercfg' : 'dockerconfigjson';
  return readDockerConfig(Buffer.from(data[`.${form}`] ?? '', 'base64').toString('utf8'), form);
}
