import { randomUUID } from 'node:crypto';
import type { Image } from '../image/types.ts';
import type { CuttablePage, ImageStore, PageRequest } from '../resources/ports.ts';
import { formatTime } from './codec.ts';
import { EXISTS, imageIsUnchanged, IS_ABSENT } from './conditions.ts';
import { formatToken } from './continue-token.ts';
import { type Database, openDatabase, type StoreOptions } from './database.ts';
import { StoreError } from './errors.ts';
import { decodeImage, encodeImage, type ImageItem } from './image-item.ts';
import type { Item } from './item-size.ts';
import { IMAGE_PARTITIONS, imageKey, imagesRange, keyIfStorable } from './keys.ts';
import { afterIn, endPage, largestRevision, startPage } from './list-page.ts';
import { mapParallel } from './parallel.ts';
import { queryPages, readItem, readItems, readNamed } from './reading.ts';
import { nextRevision } from './revision.ts';
import { deleteItem, putItem } from './writing.ts';

const PARALLEL_PARTITIONS = 16;

/** Images, one item each, spread over 256 partitions. What an Image says of its digest never changes; labels, annotations and signatures may. */
export function createImageStore(options: StoreOptions): ImageStore {
  const db = openDatabase(options);
  return {
    readImage: async (digest) => {
      const item = await readNamed(db, () => imageKey(digest));
      return item === null ? null : decodeImage(item);
    },
    readImages: async (digests) => {
      const keys = Array.from(new Set(digests), (digest) => keyIfStorable(() => imageKey(digest)));
      const items = await readItems(
        db,
        keys.filter((key) => key !== null),
      );
      return new Map(await Promise.all(items.map(async (item) => [item['digest'] as string, await decodeImage(item)] as const)));
    },
    listImages: (page) => listImages(db, page),
    createImage: (image, now) => createImage(db, image, now),
    updateImage: (image, revision) => updateImage(db, image, revision),
    deleteImage: async (digest, revision) => {
      const key = keyIfStorable(() => imageKey(digest));
      if (key === null) return false;
      if (revision === undefined) return (await deleteItem(db, key, EXISTS)).written;
      const result = await deleteItem(db, key, imageIsUnchanged(revision));
      if (!result.written && result.stored !== null) throw changedMeanwhile(result.stored);
      return result.written;
    },
  };
}

async function createImage(db: Database, image: Image, now: number): Promise<{ readonly image: Image; readonly created: boolean }> {
  const digest = image.metadata.name ?? '';
  const revision = nextRevision(0, db.clock());
  const server = { uid: randomUUID(), creationTimestamp: formatTime(now), resourceVersion: String(revision) };
  const stored = { ...image, metadata: { ...image.metadata, ...server } };
  const result = await putItem(db, await encodeImage(stored, digest, revision), IS_ABSENT);
  if (result.written) return { image: stored, created: true };
  // A store that does not tell the stored item, or one deleted right after, leaves only the read.
  const existing = result.stored ?? (await readItem(db, imageKey(digest)));
  return existing === null ? createImage(db, image, now) : { image: await decodeImage(existing), created: false };
}

async function updateImage(db: Database, image: Image, expected: number): Promise<Image> {
  const digest = image.metadata.name ?? '';
  const revision = nextRevision(expected, db.clock());
  const stored = { ...image, metadata: { ...image.metadata, resourceVersion: String(revision) } };
  const result = await putItem(db, await encodeImage(stored, digest, revision), imageIsUnchanged(expected));
  if (!result.written) throw changedMeanwhile(result.stored);
  return stored;
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
    items.push(...page);
    if (items.length >= wanted) break;
  }
  return items;
}
