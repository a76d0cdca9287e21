/** Keys of images: where a document of a digest is, and which partition of the index tells of it. */
import { createHash } from 'node:crypto';
import { encodeName, END, joined, LAST, type Key, type KeyRange } from './keys.ts';

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
