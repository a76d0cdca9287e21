/** Service accounts as a watch reads them: those that are stored, and those that every namespace has, which come and go with it. */
import type { HeadReader, ObjectHead } from '../resources/ports.ts';
import { NAMESPACE_ACCOUNTS, originalAccount } from './original-accounts.ts';
import type { StoredServiceAccount, WatchableStore } from './ports.ts';

export function createWatchableAccounts(
  stored: WatchableStore<StoredServiceAccount>,
  namespaces: HeadReader,
): WatchableStore<StoredServiceAccount> {
  return {
    async readHeads(scope, name) {
      const [found, owners] = await Promise.all([stored.readHeads(scope, name), namespaces.readHeads('', scope ?? undefined)]);
      const names = NAMESPACE_ACCOUNTS.filter((each) => name === undefined || name === each);
      const heads = new Map(owners.heads.flatMap((owner) => names.map((each) => keyed(originalHead(owner, each)))));
      for (const [key, head] of found.heads.map(keyed)) {
        // What is left of an account of an earlier namespace of the name says nothing of this one's.
        if (!head.isDeleted || heads.get(key)?.isDeleted !== false) heads.set(key, head);
      }
      return { heads: [...heads.values()], units: found.units + owners.units };
    },
    async readDeleted(namespace, name) {
      const kept = await stored.readDeleted(namespace, name);
      if (kept !== null || !NAMESPACE_ACCOUNTS.includes(name)) return kept;
      const owner = (await namespaces.readHeads('', namespace)).heads.find(({ isDeleted }) => isDeleted);
      return owner === undefined ? null : { ...originalAccount(owner, name), revision: owner.revision };
    },
  };
}

function originalHead(owner: ObjectHead, account: string): ObjectHead {
  const { namespace, name, uid, revision, creationTimestamp, labels } = originalAccount(owner, account);
  const isDeleted = owner.isDeleted;
  return {
    namespace,
    name,
    uid,
    revision: isDeleted ? owner.revision : revision,
    createdRevision: revision,
    creationTimestamp,
    labels,
    isDeleted,
  };
}

function keyed(head: ObjectHead): readonly [string, ObjectHead] {
  return [`${head.namespace}/${head.name}`, head];
}
