/** Objects that are in every namespace, or in the cluster, without being stored (original-store.ts). Pure. */
import { createHash } from 'node:crypto';
import type { StoredObject } from './ports.ts';

/** What originals come and go with: a namespace, or the cluster. */
export interface Owner {
  /** '' for the cluster. */
  readonly name: string;
  readonly uid: string;
  readonly creationTimestamp: string;
}

/** Always there. */
export const CLUSTER_OWNER: Owner = { name: '', uid: 'cluster', creationTimestamp: '1970-01-01T00:00:00Z' };

/** An object without what its owner gives it. */
export type Original<T extends StoredObject> = Omit<T, 'namespace' | 'uid' | 'revision' | 'creationTimestamp' | 'managedFields'>;

export interface Originals<T extends StoredObject> {
  /** Tells originals of one kind from those of another under the same name. */
  readonly kind: string;
  /** What a namespace ('': the cluster) has from the beginning. */
  of(namespace: string): readonly Original<T>[];
}

/** As the owner has it from the beginning; null when it has none of this name. */
export function findOriginal<T extends StoredObject>(originals: Originals<T>, owner: Owner, name: string): T | null {
  const found = originals.of(owner.name).find((original) => original.name === name);
  return found === undefined ? null : toObject(originals, owner, found);
}

export function originalsOf<T extends StoredObject>(originals: Originals<T>, owner: Owner): readonly T[] {
  return originals.of(owner.name).map((original) => toObject(originals, owner, original));
}

export function isOriginalName<T extends StoredObject>(originals: Originals<T>, { namespace, name }: StoredObject): boolean {
  return originals.of(namespace).some((original) => original.name === name);
}

/** Never stored so far. */
export function isOriginal<T extends StoredObject>(originals: Originals<T>, object: T): boolean {
  return object.revision === originalRevision(object.creationTimestamp) && isOriginalName(originals, object);
}

/** Its uid is the same at every read, and another in a namespace made anew. */
function toObject<T extends StoredObject>({ kind }: Originals<T>, owner: Owner, original: Original<T>): T {
  const { name: namespace, creationTimestamp } = owner;
  const uid = uidOf([owner.uid, kind, original.name].filter((part) => part !== '').join('/'));
  // What a kind adds to the members of every object is in the original.
  return { ...original, namespace, uid, revision: originalRevision(creationTimestamp), creationTimestamp } as unknown as T;
}

function uidOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** As no stored revision is: those come from a clock of milliseconds. That of its owner, to the second. */
function originalRevision(creationTimestamp: string): number {
  return Date.parse(creationTimestamp) * 1000 + 1;
}
