/** Keys of plain objects, of namespaces and of what stands for somebody. */
import { below, CLUSTER, encodeName, END, joined, LAST, namespacePartition, type Key, type KeyRange } from './keys.ts';

export function namespaceKey(name: string): Key {
  return { pk: CLUSTER, sk: joined('NS', encodeName(name)) };
}

/** What a namespace holds besides its streams, their tombstones and children: the ranges before and behind those. */
export function otherContents(namespace: string): readonly KeyRange[] {
  const { pk, from, to } = below(namespacePartition(namespace), 'IS');
  return [
    { pk, from: '%', to: from },
    { pk, from: to, to: LAST },
  ];
}

/** Namespace items, beginning behind `after`. */
export function namespacesRange(after: string | null): KeyRange {
  const range = below(CLUSTER, 'NS');
  return after === null ? range : { ...range, from: `${namespaceKey(after).sk}${END}` };
}

export function tokenKey(sha256: string): Key {
  return { pk: CLUSTER, sk: joined('TOKEN', encodeName(sha256)) };
}

/** `id`: of a public key by which tokens are checked; it comes from the token. */
export function verificationKeyKey(id: string): Key {
  return { pk: CLUSTER, sk: joined('TOKENKEY', encodeName(id)) };
}

/** Whom an IAM principal stands for; by its canonical ARN, so that a login reads one item. */
export function iamPrincipalKey(arn: string): Key {
  return { pk: CLUSTER, sk: joined('IAMARN', encodeName(arn)) };
}

/** Of one user's imports; a partition of its own, for its writes are not of the cluster. */
export function importBudgetKey(sha256: string): Key {
  return { pk: joined('BUDGET', encodeName(sha256)), sk: 'IMPORTS' };
}

/** What guards the number of a namespace's streams. */
export function streamCountKey(namespace: string): Key {
  return { pk: namespacePartition(namespace), sk: 'COUNT' };
}

/** Sort key prefixes of plain objects. */
export type ObjectPrefix = 'SECRET' | 'SA' | 'LIMITS' | 'QUOTA' | 'ROLE' | 'BINDING' | 'IAMMAPPING' | 'ADMISSION';

/** `namespace` '' for objects of the cluster. */
export function objectKey(prefix: ObjectPrefix, namespace: string, name: string): Key {
  return { pk: objectPartition(namespace), sk: joined(prefix, encodeName(name)) };
}

/** Objects of one kind in a namespace ('': of the cluster), beginning behind `after`. */
export function objectsRange(prefix: ObjectPrefix, namespace: string, after: string | null): KeyRange {
  const range = below(objectPartition(namespace), prefix);
  return after === null ? range : { ...range, from: `${objectKey(prefix, namespace, after).sk}${END}` };
}

function objectPartition(namespace: string): string {
  return namespace === '' ? CLUSTER : namespacePartition(namespace);
}
