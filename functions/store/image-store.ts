import { randomUUID } from 'node:crypto';
import type { Image } from '../image/types.ts';
import type { CuttablePage, ImageStore, PageRequest } from '../resources/ports.ts';
import { formatTime } from './codec.ts';
import { imageIsUnchanged, nameIsFree } from './conditions.ts';
import { formatToken } from './continue-token.ts';
import { type Database, openDatabase, type StoreOptions } from './database.ts';
import { StoreError } from './errors.ts';
import { decodeImage, encodeImage, encodeImageTombstone, type ImageItem } from './image-item.ts';
import type { Item } from './item-size.ts';
import { IMAGE_PARTITIONS, imageKey, imagesRange } from './image-keys.ts';
import { keyIfStorable } from './keys.ts';
import { afterIn, endPage, largestRevision, startPage } from './list-page.ts';
import { mapParallel } from './parallel.ts';
import { queryPages, readItem, readItems, readNamed } from './reading.ts';
import { nextRevision } from './revision.ts';
import { isTombstone } from './tombstone.ts';
import { putItem } from './writing.ts';

const PARALLEL_PARTITIONS = 16;

/** Images, one item each, spread over 256 partitions. What an Image says of its digest never changes; labels, annotations and signatures may. */
export function createImageStore(options: StoreOptions): ImageStore {
  const db = openDatabase(options);
  return {
    readImage: async (digest) => {
      const item = await readLiving(db, digest);
      return item === null ? null : decodeImage(item);
    },
    readImages: async (digests) => {
      const keys = Array.from(new Set(digests), (digest) => keyIfStorable(() => imageKey(digest)));
      const items = await readItems(
        db,
        keys.filter((key) => key !== null),
      );
      const living = items.filter((item) => !isTombstone(item));
      return new Map(await Promise.all(living.map(async (item) => [item['digest'] as string, await decodeImage(item)] as const)));
    },
    listImages: (page) => listImages(db, page),
    createImage: (image, now) => createImage(db, image, now),
    updateImage: (image, revision) => updateImage(db, image, revision),
    deleteImage: (digest, revision) => deleteImage(db, digest, revision),
  };
}

async function readLiving(db: Database, digest: string): Promise<Item | null> {
  const item = await readNamed(db, () => imageKey(digest));
  return item === null || isTombstone(item) ? null : item;
}

interface Created {
  readonly image: Image;
  readonly created: boolean;
}

/** `above`: the last revision of the digest. */
async function createImage(db: Database, image: Image, now: number, above = 0): Promise<Created> {
  const digest = image.metadata.name ?? '';
  const revision = nextRevision(above, db.clock());
  const server = { uid: randomUUID(), creationTimestamp: formatTime(now), resourceVersion: String(revision) };
  const stored = { ...image, metadata: { ...image.metadata, ...server } };
  const result = await putItem(db, await encodeImage(stored, digest, revision), nameIsFree(revision));
  if (result.written) return { image: stored, created: true };
  // A store that does not tell the stored item, or one deleted right after, leaves only the read.
  const existing = result.stored ?? (await readItem(db, imageKey(digest)));
  if (existing === null) return createImage(db, image, now);
  if (isTombstone(existing)) return createImage(db, image, now, Number(existing['revision']));
  return { image: await decodeImage(existing), created: false };
}

async function updateImage(db: Database, image: Image, expected: number): Promise<Image> {
  const digest = image.metadata.name ?? '';
  const revision = nextRevision(expected, db.clock());
  const stored = { ...image, metadata: { ...image.metadata, resourceVersion: String(revision) } };
  const result = await putItem(db, await encodeImage(stored, digest, revision), imageIsUnchanged(expected));
  if (!result.written) throw changedMeanwhile(result.stored);
  return stored;
}

async function deleteImage(db: Database, digest: string, expected: number): Promise<boolean> {
  const item = await readLiving(db, digest);
  if (item === null) return false;
  const tombstone = await encodeImageTombstone(await decodeImage(item), digest, nextRevision(expected, db.clock()), db.clock());
  const result = await putItem(db, tombstone, imageIsUnchanged(expected));
  if (result.written) return true;
  if (result.stored === null || isTombstone(result.stored)) return false;
  throw changedMeanwhile(result.stored);
}

function changedMeanwhile(stored: Item | null): StoreError {
  const revision = stored?.['revision'];
  return new StoreError(
    'ERR_STORE_CONFLICT',
    'the image was changed meanwhile',
    typeof revision === 'number' ? { storedRevision: revision } : {},
  );
}

/** In the order of partition and digest; whole groups of partitions are read at once, and what a page does not need is read again for the next. */
async function listImages(db: Database, request: PageRequest): Promise<CuttablePage<Image>> {
  const start = startPage(request, '', db.clock());
  const found = await collect(db, afterIn(start, ''), start.limit + 1);
  const largest = largestRevision(found as unknown as readonly ImageItem[]);
  const { shown, revision, next } = endPage(start, found, largest, (last) => ({ namespace: '', after: String(last['digest']) }));
  const continueAfter = ({ metadata }: Image) => formatToken({ namespace: '', after: metadata.name ?? '', revision });
  return { items: await mapParallel(shown, PARALLEL_PARTITIONS, decodeImage), revision, continueAfter, ...next };
}

async function collect(db: Database, after: string | null, wanted: number): Promise<Item[]> {
  const first = after === null ? 0 : IMAGE_PARTITIONS.indexOf(imageKey(after).pk);
  const partitions = IMAGE_PARTITIONS.slice(first);
  const found: Item[] = [];
  while (partitions.length > 0 && found.length < wanted) {
    const group = partitions.splice(0, PARALLEL_PARTITIONS);
    const items = await mapParallel(group, PARALLEL_PARTITIONS, (pk) => readPartition(db, pk, after, wanted));
    found.push(...items.flat());
  }
  return found.slice(0, wanted);
}

async function readPartition(db: Database, pk: string, after: string | null, wanted: number): Promise<Item[]> {
  const range = imagesRange(pk, after !== null && imageKey(after).pk === pk ? after : null);
  const pageSize = Number.isFinite(wanted) ? { pageSize: wanted } : {};
  const items: Item[] = [];
  for await (const page of queryPages(db, range, pageSize)) {
    items.push(...page.filter((item) => !isTombstone(item)));
    if (items.length >= wanted) break;
  }
  return items;
}
