/** The writing half of an import: images first, then one commit of the stream for all its tags (openshift-semantics.md §6.4). */
import type { StreamMember, StreamState } from '../image/stream-state.ts';
import type { Image } from '../image/types.ts';
import { stripImage } from '../image/image-view.ts';
import type { Status } from '../kubernetes/types.ts';
import type { ChangeContext, ImageStore, StreamStore } from '../resources/ports.ts';
import { asLostRace } from '../resources/lost-race.ts';
import { formatTime } from '../resources/rfc3339.ts';
import { StoreError } from '../store/errors.ts';
import type { FetchedImage } from './fetch-image.ts';
import type { ImageResult } from './import-image.ts';
import { internalError } from './import-status.ts';
import { mergeImport, retargetedTags, type TagOutcome, tagOf } from './merge-import.ts';

export interface ImportStores {
  readonly streams: Pick<StreamStore, 'commit'>;
  readonly images: ImageStore;
  /** Runs the attempt again while it loses races for the stream. */
  readonly retry: <T>(attempt: () => Promise<T>) => Promise<T>;
}

export interface StreamImport extends ChangeContext {
  /** The stream the import was started from; null when there was none. */
  readonly read: StreamState | null;
  /** Reads it again after a lost race, at least the tags concerned. */
  readonly readAgain: () => Promise<StreamState | null>;
  /** The stream to create when there is none; null: a stream that is gone stays gone. */
  readonly create: StreamState | null;
  readonly outcomes: readonly TagOutcome[];
  /** See `MergeOptions`. */
  readonly coversRepository: boolean;
  /** When a tag was given another spec while the import ran: store the others, or nothing at all. */
  readonly whenRetargeted: 'store-others' | 'store-nothing';
  /** Why the stream must not be stored as it would be, e.g. because it exceeds a limit; null when it may be. */
  readonly refuse: (before: StreamState | null, after: StreamState) => Promise<Status | null>;
  /** Which of the tags tell of a refusal in their condition: those that nothing was known of before, or every one that should have changed. */
  readonly refusalOn: 'new-tags' | 'all-tags';
}

export interface StoredImport {
  /** null: there was no stream to write to. */
  readonly stream: StreamState | null;
  /** Tags that were given another spec while the import ran: their results were not stored. */
  readonly retargeted: readonly string[];
  /** Nothing was imported, for this reason. */
  readonly refused?: Status;
}

/** Images of one import as they are stored, by digest; those too large to store say why. */
export interface StoredImages {
  readonly images: ReadonlyMap<string, Image>;
  readonly refused: ReadonlyMap<string, string>;
}

/** Images written at a time. */
const PARALLEL_WRITES = 16;

/**
 * Stores images and the children of indexes; existing ones stay as they are. An image that came from another place keeps the reference it was
 * stored with, the answer carries the one it was imported by. Manifests and configs are left to the registry.
 */
export async function storeImages(images: ImageStore, fetched: readonly FetchedImage[], now: number): Promise<StoredImages> {
  const distinct = [
    ...new Map(fetched.flatMap(({ image, children }) => [...children, image]).map((image) => [nameOf(image), image])).values(),
  ];
  const stored = new Map<string, Image>();
  const refused = new Map<string, string>();
  const store = async (image: Image): Promise<void> => {
    const bare = stripImage(image);
    try {
      const { image: known } = await images.createImage(bare, now);
      stored.set(nameOf(image), identified(bare, known));
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'ERR_STORE_TOO_LARGE') throw error;
      refused.set(nameOf(image), error.message);
    }
  };
  for (let start = 0; start < distinct.length; start += PARALLEL_WRITES)
    await Promise.all(distinct.slice(start, start + PARALLEL_WRITES).map(store));
  return { images: stored, refused };
}

/** As it was imported, with the identity it is stored under. */
function identified(image: Image, { metadata: { uid, creationTimestamp } }: Image): Image {
  return { ...image, metadata: { ...image.metadata, uid, creationTimestamp } };
}

/** The result, or a failure when its image could not be stored. */
export function refuseUnstored(result: ImageResult, refused: StoredImages['refused']): ImageResult {
  if (result.kind !== 'fetched') return result;
  const { image, children } = result.fetched;
  const why = [image, ...children].map((each) => refused.get(nameOf(each))).find((reason) => reason !== undefined);
  if (why === undefined) return result;
  return { kind: 'failed', tag: result.tag, status: internalError(`${image.dockerImageReference ?? nameOf(image)}: ${why}`) };
}

/**
 * Merges the outcomes into the newest stream and commits it, once for all tags; nothing new, nothing written. The first attempt trusts what was
 * read when the import began, later ones read again.
 */
export async function storeOutcomes(stores: ImportStores, work: StreamImport): Promise<StoredImport> {
  let attempts = 0;
  return stores.retry(async () => {
    attempts += 1;
    const newest = attempts === 1 ? work.read : await work.readAgain();
    return commitOutcomes(stores.streams, work, newest);
  });
}

async function commitOutcomes(streams: ImportStores['streams'], work: StreamImport, newest: StreamState | null): Promise<StoredImport> {
  const isReplaced = work.read !== null && newest?.incarnation !== work.read.incarnation;
  const base = newest ?? work.create;
  if (base === null || isReplaced) return { stream: null, retargeted: work.outcomes.map(tagOf) };
  const retargeted = retargetedTags(work.read, newest, work.outcomes);
  if (retargeted.size > 0 && work.whenRetargeted === 'store-nothing') return { stream: newest, retargeted: [...retargeted] };
  const outcomes = work.outcomes.filter((outcome) => !retargeted.has(tagOf(outcome)));
  const options = { now: formatTime(work.now), coversRepository: work.coversRepository };
  const after = mergeImport(newest, base, outcomes, options);
  const refused = after === newest ? null : await work.refuse(newest, after);
  if (refused === null) return { stream: await commitMerged(streams, work, newest, after, outcomes), retargeted: [...retargeted] };
  const told = newest === null ? null : mergeImport(newest, newest, refusedOutcomes(work, newest, outcomes, refused), options);
  const stream = told === null ? null : await commitMerged(streams, work, newest, told, []);
  return { stream, retargeted: [...retargeted], refused };
}

async function commitMerged(
  streams: ImportStores['streams'],
  { actor, cause, now }: StreamImport,
  newest: StreamState | null,
  after: StreamState,
  outcomes: readonly TagOutcome[],
): Promise<StreamState> {
  if (after === newest) return newest;
  return asLostRace(() => streams.commit({ before: newest, after, children: childrenOf(outcomes), actor, cause, now }));
}

/** What tags tell of an import that was refused as a whole. No spec tag is made for it. */
function refusedOutcomes(
  { refusalOn }: StreamImport,
  stream: StreamState,
  outcomes: readonly TagOutcome[],
  status: Status,
): readonly TagOutcome[] {
  return outcomes.flatMap((outcome): readonly TagOutcome[] => {
    if (refusalOn === 'all-tags' && outcome.kind === 'failure') return [outcome];
    const { items = [], conditions = [] } = stream.tags.get(tagOf(outcome)) ?? {};
    const isKnown = items.length > 0 || conditions.length > 0;
    return refusalOn === 'new-tags' && isKnown ? [] : [{ kind: 'failure', tag: tagOf(outcome), status, source: null }];
  });
}

function childrenOf(outcomes: readonly TagOutcome[]): readonly StreamMember[] {
  const children = outcomes.flatMap((outcome) => (outcome.kind === 'success' ? outcome.fetched.children : []));
  const members = children.map(
    (child) =>
      [nameOf(child), { digest: nameOf(child), dockerImageReference: child.dockerImageReference ?? '', inHistory: false }] as const,
  );
  return [...new Map(members).values()];
}

function nameOf(image: Image): string {
  return image.metadata.name ?? '';
}
