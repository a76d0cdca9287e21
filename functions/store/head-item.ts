import { needsRepositoryImport } from '../image/import-due.ts';
import type { StreamState, TagState } from '../image/stream-state.ts';
import type { ChangeContext } from '../resources/ports.ts';
import { decode, tagged, tombstoneTtl } from './codec.ts';
import type { Item } from './item-size.ts';
import type { HeadItem } from './items.ts';
import { headKey, type StreamLife } from './keys.ts';
import { revisionTime } from './revision.ts';

/** Where a stream's children live. */
export function lifeOf(stream: Pick<StreamState, 'namespace' | 'name' | 'incarnation'>): StreamLife {
  return { namespace: stream.namespace, stream: stream.name, incarnation: stream.incarnation };
}

export function encodeHead(stream: StreamState, touched: number): HeadItem {
  const { namespace, name, uid, incarnation, revision, generation, labels } = stream;
  return {
    ...headKey({ namespace, stream: name }),
    ...tagged('head'),
    namespace,
    stream: name,
    uid,
    incarnation,
    revision,
    touched,
    created: stream.creationTimestamp,
    generation,
    lookupLocal: stream.lookupPolicy.local,
    labels,
    ...(stream.dockerImageRepository === '' ? {} : { dockerImageRepository: stream.dockerImageRepository }),
    ...(stream.repositoryCheck === undefined ? {} : { repositoryCheck: stream.repositoryCheck }),
    ...(stream.deniedImages === undefined || stream.deniedImages.length === 0 ? {} : { deniedImages: stream.deniedImages }),
    ...(stream.protectedTags === undefined || stream.protectedTags.length === 0 ? {} : { protectedTags: stream.protectedTags }),
    ...(needsRepositoryImport(stream) ? { importDue: revisionTime(revision), duePk: 'IMPORT-DUE' } : {}),
    ...(stream.struckOff === undefined ? {} : { struckOff: stream.struckOff }),
  };
}

/** What a tombstone does not tell. */
const NOTHING_LEFT = { dockerImageRepository: '', repositoryCheck: undefined, deniedImages: undefined, protectedTags: undefined };

/** The head of a deleted stream: keeps uid and revision, so that a create of the same name goes on above it, and labels, which watches select by. */
export function encodeHeadTombstone(stream: StreamState, revision: number, { actor, now }: Pick<ChangeContext, 'actor' | 'now'>): HeadItem {
  const head = encodeHead({ ...stream, ...NOTHING_LEFT, revision }, 0);
  return { ...head, deleted: true, actor, ttl: tombstoneTtl(now) };
}

export function decodeHead(item: Item): HeadItem {
  return decode<HeadItem>(item, 'head');
}

export function toStreamState(
  head: HeadItem,
  { annotations, managers }: Pick<StreamState, 'annotations' | 'managers'>,
  tags: ReadonlyMap<string, TagState>,
): StreamState {
  return {
    namespace: head.namespace,
    name: head.stream,
    uid: head.uid,
    incarnation: head.incarnation,
    revision: head.revision,
    creationTimestamp: head.created,
    generation: head.generation,
    labels: head.labels,
    annotations,
    ...(managers === undefined ? {} : { managers }),
    lookupPolicy: { local: head.lookupLocal },
    dockerImageRepository: head.dockerImageRepository ?? '',
    ...(head.repositoryCheck === undefined ? {} : { repositoryCheck: head.repositoryCheck }),
    ...(head.struckOff === undefined ? {} : { struckOff: head.struckOff }),
    ...(head.deniedImages === undefined ? {} : { deniedImages: head.deniedImages }),
    ...(head.protectedTags === undefined ? {} : { protectedTags: head.protectedTags }),
    tags,
  };
}
