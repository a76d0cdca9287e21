/** Reads what new or changed spec tags point to (openshift-semantics.md §2.5), asking access first where they reach into another namespace (§2.6). */
import type { TagEvent } from '../../image/types.ts';
import type { StreamState } from '../../image/stream-state.ts';
import { type SourceFound, type TagSource, listTagSources, sourceKey } from '../../image/tag-sources.ts';
import type { Identity } from '../../kubernetes/types.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';

export interface SourceQuestion {
  readonly identity: Identity;
  readonly before: StreamState | null;
  readonly after: StreamState;
  /** RFC 3339; becomes `created` of events made from an image. */
  readonly now: string;
}

/** One answer per distinct source, by `sourceKey`. Sources are read in parallel; access is asked once per stream. */
export async function findTagSources(api: ImageApi, question: SourceQuestion): Promise<ReadonlyMap<string, SourceFound>> {
  const sources = new Map(listTagSources(question.before, question.after).map((source) => [sourceKey(source), source]));
  const access = new Map<string, Promise<string | null>>();
  const found = await Promise.all(
    [...sources].map(async ([key, source]) => {
      const refused = await refusalOf(api, question, source, access);
      return [key, refused === null ? await readSource(api, question, source) : ({ kind: 'forbidden', reason: refused } as const)] as const;
    }),
  );
  return new Map(found);
}

/** What was found in other streams: what this one has not been told of before. */
export function foreignEvents(
  before: StreamState | null,
  after: StreamState,
  found: ReadonlyMap<string, SourceFound>,
): readonly TagEvent[] {
  return listTagSources(before, after).flatMap((source) => {
    const at = found.get(sourceKey(source));
    return at?.kind !== 'event' || isOwn(source, after) ? [] : [at.event];
  });
}

function isOwn({ namespace, stream }: TagSource, after: StreamState): boolean {
  return namespace === after.namespace && stream === after.name;
}

/** Why the caller may not pull from the source's stream, or null. Its own namespace needs no asking. */
function refusalOf(
  api: ImageApi,
  { identity, after }: SourceQuestion,
  source: TagSource,
  asked: Map<string, Promise<string | null>>,
): Promise<string | null> {
  if (source.namespace === after.namespace) return Promise.resolve(null);
  const stream = `${source.namespace}/${source.stream}`;
  const known = asked.get(stream);
  if (known !== undefined) return known;
  const attributes = { verb: 'get', group: IMAGE_GROUP, resource: 'imagestreams', subresource: 'layers' };
  const answer = api.authorizer
    .authorize(identity, { ...attributes, namespace: source.namespace, name: source.stream })
    .then((decision) => (decision.allowed ? null : decision.reason));
  asked.set(stream, answer);
  return answer;
}

async function readSource(api: ImageApi, { before, after, now }: SourceQuestion, source: TagSource): Promise<SourceFound> {
  const own = isOwn(source, after);
  if (own && before === null) return { kind: source.kind === 'ImageStreamTag' ? 'no-tag' : 'no-image' };
  if (source.kind === 'ImageStreamTag') return readTagSource(api, source);
  const stream = own ? before : await api.streams.readTags(source.namespace, source.stream, []);
  return stream === null ? { kind: 'no-stream' } : readImageSource(api, stream, source.key, now, after.generation);
}

async function readTagSource(api: ImageApi, source: TagSource): Promise<SourceFound> {
  const stream = await api.streams.readTags(source.namespace, source.stream, [source.key]);
  if (stream === null) return { kind: 'no-stream' };
  const event = stream.tags.get(source.key)?.items[0];
  return event === undefined ? { kind: 'no-tag' } : { kind: 'event', event };
}

/** Children of an index are pullable by digest but are no history entry, so they are no source (§2.5). */
async function readImageSource(api: ImageApi, stream: StreamState, id: string, created: string, generation: number): Promise<SourceFound> {
  const members = (await api.streams.findMembers(stream, id)).filter((member) => member.inHistory);
  const [member] = members;
  if (member === undefined) return { kind: 'no-image' };
  if (members.length > 1) return { kind: 'ambiguous' };
  const event: TagEvent = { created, dockerImageReference: member.dockerImageReference, image: member.digest, generation };
  return { kind: 'event', event };
}
