/**
 * The only place that knows key strings of table `state`, with trigger-keys.ts beside it (design.md §3). Names are not validated upstream (`a#1`, `a/b c` and `` are tags), so
 * bytes up to 0x25 are percent-encoded inside a key: `#` stays the lowest byte of every key and the order of names is kept.
 */
import { createHash } from 'node:crypto';
import { StoreError } from './errors.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A key range of one partition, both ends included. */
export interface KeyRange {
  readonly pk: string;
  readonly from: string;
  readonly to: string;
}

export interface StreamName {
  readonly namespace: string;
  readonly stream: string;
}

export interface StreamLife extends StreamName {
  readonly incarnation: string;
}

/** DynamoDB's limit for sort keys; partition keys (2,048) are held to it, too. */
const MAX_KEY_BYTES = 1024;
const SEQUENCE_DIGITS = 12;
/** Follows `#` directly, and no encoded name contains it: the end of everything below a prefix. */
export const END = '$';

/** The highest character of all. */
export const LAST = '\u{10FFFF}';

export const CLUSTER = 'CLUSTER';

/** Keeps order and is injective: encoded bytes start with `%`, which is lower than every byte left as it is. */
export function encodeName(name: string): string {
  return Array.from(name, (char) => (char <= '%' ? `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : char)).join('');
}

/** Parts of a key, encoded by the caller. Throws ERR_STORE_TOO_LARGE. */
export function joined(...parts: readonly string[]): string {
  const key = parts.join('#');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new StoreError('ERR_STORE_TOO_LARGE', `key of ${Buffer.byteLength(key)} bytes: at most ${MAX_KEY_BYTES}`);
  return key;
}

/** For reads: null when the name is too long for a key, so that nothing can be stored under it. */
export function keyIfStorable(key: () => Key): Key | null {
  try {
    return key();
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_STORE_TOO_LARGE') return null;
    throw error;
  }
}

/** Everything below a prefix. */
export function below(pk: string, prefix: string): KeyRange {
  return { pk, from: `${prefix}#`, to: `${prefix}${END}` };
}

export function namespacePartition(namespace: string): string {
  return joined('NS', encodeName(namespace));
}

export function headKey({ namespace, stream }: StreamName): Key {
  return { pk: namespacePartition(namespace), sk: joined('IS', encodeName(stream)) };
}

/** Head and children of one stream, whatever their incarnation. */
export function streamRange(name: StreamName): KeyRange {
  const { pk, sk } = headKey(name);
  return { pk, from: sk, to: `${sk}${END}` };
}

/** Heads and children of a namespace's streams, beginning behind stream `after`. */
export function streamsRange(namespace: string, after: string | null): KeyRange {
  const range = below(namespacePartition(namespace), 'IS');
  return after === null ? range : { ...range, from: `${joined('IS', encodeName(after))}${END}` };
}

function childSort(life: StreamLife, ...rest: readonly string[]): string {
  return joined('IS', encodeName(life.stream), life.incarnation, ...rest);
}

export function childrenRange(life: StreamLife): KeyRange {
  return below(namespacePartition(life.namespace), childSort(life));
}

export function metadataKey(life: StreamLife): Key {
  return { pk: namespacePartition(life.namespace), sk: childSort(life, 'M') };
}

export function managersKey(life: StreamLife): Key {
  return { pk: namespacePartition(life.namespace), sk: childSort(life, 'O') };
}

export function tagKey(life: StreamLife, tag: string): Key {
  return { pk: namespacePartition(life.namespace), sk: childSort(life, 'T', encodeName(tag)) };
}

export function tagsRange(life: StreamLife): KeyRange {
  return below(namespacePartition(life.namespace), childSort(life, 'T'));
}

export function followerKey(life: StreamLife, followed: string, tag: string): Key {
  return { pk: namespacePartition(life.namespace), sk: childSort(life, 'F', encodeName(followed), encodeName(tag)) };
}

export function followersRange(life: StreamLife, followed: string): KeyRange {
  return below(namespacePartition(life.namespace), childSort(life, 'F', encodeName(followed)));
}

/** Edges of all tracking tags. */
export function allFollowersRange(life: StreamLife): KeyRange {
  return below(namespacePartition(life.namespace), childSort(life, 'F'));
}

/** Partition of a stream's events and members. */
export function historyPartition({ namespace, stream, incarnation }: StreamLife): string {
  return joined('ST', encodeName(namespace), encodeName(stream), incarnation);
}

export function eventKey(life: StreamLife, tag: string, sequence: number): Key {
  return { pk: historyPartition(life), sk: joined('E', encodeName(tag), String(sequence).padStart(SEQUENCE_DIGITS, '0')) };
}

/** Events of all tags. */
export function eventsRange(life: StreamLife): KeyRange {
  return below(historyPartition(life), 'E');
}

/** Events `first` … `last` of one tag. */
export function tagEventsRange(life: StreamLife, tag: string, first: number, last: number): KeyRange {
  return { pk: historyPartition(life), from: eventKey(life, tag, first).sk, to: eventKey(life, tag, last).sk };
}

export function memberKey(life: StreamLife, digest: string): Key {
  return { pk: historyPartition(life), sk: joined('I', encodeName(digest)) };
}

/** Members whose digest starts with `prefix`. */
export function membersRange(life: StreamLife, prefix: string): KeyRange {
  const { pk, sk } = memberKey(life, prefix);
  return { pk, from: sk, to: `${sk}${LAST}` };
}

/** All partitions of images, in order. */
export const IMAGE_PARTITIONS: readonly string[] = Array.from({ length: 256 }, (_, index) => `IMG#${index.toString(16).padStart(2, '0')}`);

/** The first byte of the digest spreads images evenly; a name that is no digest is spread by its hash. */
export function imageKey(digest: string): Key {
  const byte = /^[^:]+:([0-9a-f]{2})/.exec(digest)?.[1] ?? createHash('sha256').update(digest).digest('hex').slice(0, 2);
  return { pk: joined('IMG', byte), sk: joined(encodeName(digest)) };
}

/** Partitions of index `images-by-revision`: each takes 1,000 writes a second, and a watch asks all of them. */
export const IMAGE_SHARDS: readonly string[] = ['IMG#0', 'IMG#1', 'IMG#2', 'IMG#3'];

export function imageShard(digest: string): string {
  const byte = Number.parseInt(imageKey(digest).pk.slice(-2), 16);
  return IMAGE_SHARDS[byte % IMAGE_SHARDS.length] ?? '';
}

/** Images of one partition, beginning behind digest `after`. Every encoded name lies between the bounds. */
export function imagesRange(pk: string, after: string | null): KeyRange {
  return { pk, from: after === null ? '%' : `${imageKey(after).sk}${END}`, to: LAST };
}

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

export function checkpointKey(interval: string, shard: number): Key {
  return { pk: CLUSTER, sk: joined('SCHED', encodeName(interval), String(shard)) };
}

export function checkpointsRange(): KeyRange {
  return below(CLUSTER, 'SCHED');
}

/** How far the checks whether images are still there got. */
export function imageCheckKey(shard: number): Key {
  return { pk: CLUSTER, sk: joined('IMAGECHECK', String(shard)) };
}

export function imageChecksRange(): KeyRange {
  return below(CLUSTER, 'IMAGECHECK');
}

/** Of a registry that is left alone for a while; its name comes from outside. */
export function backoffKey(host: string): Key {
  return { pk: CLUSTER, sk: joined('HOST', encodeName(host)) };
}

export function backoffsRange(): KeyRange {
  return below(CLUSTER, 'HOST');
}

/** Key of index `scheduled`. */
export function scheduledPartition(interval: string, shard: number): string {
  return joined('SCHED', encodeName(interval), String(shard));
}

export function scheduledSort(life: StreamLife, tag: string): string {
  return joined(encodeName(life.namespace), encodeName(life.stream), life.incarnation, encodeName(tag));
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
export type ObjectPrefix = 'SECRET' | 'SA' | 'LIMITS' | 'QUOTA' | 'ROLE' | 'BINDING' | 'IAMMAPPING';

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
