/**
 * How keys of table `state` are made, and those of streams and what belongs to them; object-keys.ts, image-keys.ts, trigger-keys.ts and
 * schedule-keys.ts hold the others, and nobody else knows key strings (design.md §3). Names are not validated upstream (`a#1`, `a/b c` and `` are
 * tags), so bytes up to 0x25 are percent-encoded inside a key: `#` stays the lowest byte of every key and the order of names is kept.
 */
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
