/** Objects as a watch reads them: those that are stored, and those that every owner has, which come and go with it. */
import type { HeadReader, Heads, ObjectHead } from '../resources/ports.ts';
import { createdBy } from '../store/tombstone.ts';
import { CLUSTER_OWNER, findOriginal, type Originals, originalsOf } from './original-objects.ts';
import type { StoredObject, WatchableStore } from './ports.ts';

const CLUSTER_HEAD: ObjectHead = {
  ...CLUSTER_OWNER,
  namespace: '',
  revision: 1,
  createdRevision: createdBy(CLUSTER_OWNER.creationTimestamp),
  labels: {},
  isDeleted: false,
};

export function createWatchableOriginals<T extends StoredObject>(
  stored: WatchableStore<T>,
  originals: Originals<T>,
  namespaces: HeadReader,
): WatchableStore<T> {
  async function readOwners(scope: string | null): Promise<Heads> {
    return scope === '' ? { heads: [CLUSTER_HEAD], units: 0 } : namespaces.readHeads('', scope ?? undefined);
  }
  return {
    async readHeads(scope, name) {
      const [found, owners] = await Promise.all([stored.readHeads(scope, name), readOwners(scope)]);
      const begun = owners.heads.flatMap((owner) => originalsOf(originals, owner).map((object) => headOf(object, owner)));
      const heads = new Map(begun.filter((head) => name === undefined || head.name === name).map(keyed));
      for (const [key, head] of found.heads.map(keyed)) {
        // What is left of an object of an earlier namespace of the name says nothing of this one's.
        if (!head.isDeleted || heads.get(key)?.isDeleted !== false) heads.set(key, head);
      }
      return { heads: [...heads.values()], units: found.units + owners.units };
    },
    async readDeleted(namespace, name) {
      const kept = await stored.readDeleted(namespace, name);
      if (kept !== null || originals.of(namespace).every((each) => each.name !== name)) return kept;
      const owner = (await readOwners(namespace)).heads.find(({ isDeleted }) => isDeleted);
      const gone = owner === undefined ? null : findOriginal(originals, owner, name);
      return gone === null || owner === undefined ? null : { ...gone, revision: owner.revision };
    },
  };
}

function headOf(object: StoredObject, owner: ObjectHead): ObjectHead {
  const { namespace, name, uid, revision, creationTimestamp, labels } = object;
  const { isDeleted } = owner;
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
