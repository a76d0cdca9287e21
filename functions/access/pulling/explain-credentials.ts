/** Why the pull secrets of a namespace offer what they offer for a repository. */
import type { ConsideredEntry } from '../../importing/diagnosis.ts';
import type { RegistryRepository } from '../../importing/ports.ts';
import { fingerprint } from '../../registry/credentials.ts';
import { type CredentialEntry, type Mismatch, rankEntries } from '../../registry/match-credentials.ts';
import { MOST_TRIED } from '../../registry/try-credentials.ts';
import type { CredentialSource, RegistryCredentials } from '../../registry/types.ts';
import { type ChooseEcr, NO_ECR } from './ecr-credentials.ts';
import type { PullSecretReader } from '../ports.ts';
import { readSecret } from './pull-credentials.ts';

export interface ExplainedCredentials {
  /** In the order in which they are tried. */
  readonly candidates: readonly { readonly label: string; readonly credentials: RegistryCredentials }[];
  /** Tried after them. */
  readonly last?: { readonly label: string; readonly source: CredentialSource };
  /** All entries, those that are tried first. */
  readonly considered: readonly ConsideredEntry[];
}

export type ExplainCredentials = (namespace: string, repository: RegistryRepository) => Promise<ExplainedCredentials>;

interface NamedEntry extends CredentialEntry {
  readonly secret: string;
}

const REASONS: Readonly<Record<Exclude<Mismatch, null>, string>> = {
  host: 'passed over: it is for another host',
  port: 'passed over: it is for another port of the host',
  path: 'passed over: it is for another path of the host',
};

export function explainCredentials(secrets: PullSecretReader, chooseEcr: ChooseEcr = NO_ECR): ExplainCredentials {
  return async (namespace, repository) => {
    const entries: NamedEntry[] = [];
    const others: ConsideredEntry[] = [];
    for (const secret of await secrets.listPullSecrets(namespace)) {
      const read = readSecret(secret);
      const of = { secret: secret.name, username: '' };
      if (!read.ok) others.push({ ...of, key: '', reason: `passed over: it holds no docker config (${read.why})` });
      else {
        entries.push(...read.entries.map((entry) => ({ ...entry, secret: secret.name })));
        others.push(...read.elsewhere.map(({ key, where }) => ({ ...of, key, reason: `passed over: ${where}` })));
      }
    }
    const orders = new Map<string, number>();
    const candidates: { label: string; credentials: RegistryCredentials }[] = [];
    const considered = rankEntries(entries, repository).map(({ entry, mismatch }): ConsideredEntry => {
      const { secret, key, credentials } = entry;
      const shown = { secret, key, username: credentials.username };
      if (mismatch !== null) return { ...shown, reason: REASONS[mismatch] };
      const who = fingerprint(credentials);
      const same = orders.get(who);
      if (same !== undefined) return { ...shown, reason: `passed over: the same credentials are number ${same} already` };
      if (candidates.length === MOST_TRIED) return { ...shown, reason: `passed over: ${MOST_TRIED} that match better are tried` };
      orders.set(who, candidates.push({ label: `${secret} ${key}`, credentials }));
      return {
        ...shown,
        order: candidates.length,
        reason: candidates.length === 1 ? 'matches best' : 'matches, tried when those before are refused',
      };
    });
    const ecr = explainEcr(chooseEcr(namespace, repository), repository.host, candidates.length);
    return { candidates, ...ecr.offered, considered: [...considered, ...others, ...ecr.considered] };
  };
}

interface ExplainedEcr {
  readonly offered: Pick<ExplainedCredentials, 'last'>;
  readonly considered: readonly ConsideredEntry[];
}

function explainEcr(choice: ReturnType<ChooseEcr>, host: string, before: number): ExplainedEcr {
  if (choice === null) return { offered: {}, considered: [] };
  const { source, label } = choice;
  const entry = { secret: '', key: host, username: 'AWS' };
  if (source === undefined) return { offered: {}, considered: [{ ...entry, reason: `passed over: no IAM role is used, ${label}` }] };
  const reason = before === 0 ? `${label}, no secret matches` : `${label}, tried when those before are refused`;
  return { offered: { last: { label, source } }, considered: [{ ...entry, order: before + 1, reason }] };
}
