/** The service accounts that are in every namespace without being stored (service-account-store.ts). Pure. */
import { createHash } from 'node:crypto';
import type { Namespace } from '../resources/ports.ts';
import type { StoredServiceAccount } from './ports.ts';

/** The accounts of every namespace. */
export const NAMESPACE_ACCOUNTS: readonly string[] = ['builder', 'default', 'deployer'];

export const EMPTY_ACCOUNT = { labels: {}, annotations: {}, secrets: [], imagePullSecrets: [] };

/** Its uid is the same at every read, and another in a namespace made anew. */
export function originalAccount(
  { name: namespace, uid, creationTimestamp }: Pick<Namespace, 'name' | 'uid' | 'creationTimestamp'>,
  name: string,
): StoredServiceAccount {
  const hash = createHash('sha256').update(`${uid}/${name}`).digest('hex');
  const id = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return { ...EMPTY_ACCOUNT, namespace, name, uid: id, revision: originalRevision(creationTimestamp), creationTimestamp };
}

/** Never stored so far. */
export function isOriginal({ name, revision, creationTimestamp }: StoredServiceAccount): boolean {
  return NAMESPACE_ACCOUNTS.includes(name) && revision === originalRevision(creationTimestamp);
}

/** As no stored revision of the account is: those come from a clock of milliseconds. That of its namespace, to the second. */
function originalRevision(creationTimestamp: string): number {
  return Date.parse(creationTimestamp) * 1000 + 1;
}
