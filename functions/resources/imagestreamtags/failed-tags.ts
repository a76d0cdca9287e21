/**
 * Tags whose image a target could not run, held or put back by the trigger that follows them (docs/decisions/0072-a-deployment-that-fails.md). Whoever
 * set that up was allowed to update the tag (imagetriggers/check-failure-policy.ts). Both end where a person's write ends: write-stream.ts.
 */
import { parseReference } from '../../image/reference.ts';
import type { StreamState, TagState } from '../../image/stream-state.ts';
import { addTagEvent } from '../../image/tag-history.ts';
import { activeHold, HOLD_ANNOTATION, HOLD_UNTIL_ANNOTATION } from '../../image/tag-policy.ts';
import { defaultTagReference } from '../../image/tag-reference.ts';
import type { TagEvent, TagReference } from '../../image/types.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { FAILED_DEPLOYMENT, type FailedTags, type TagMeasure } from '../../triggers/ports.ts';
import type { FollowedTag } from '../../triggers/stored-trigger.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { writeStream } from '../imagestreams/write-stream.ts';
import type { Clock } from '../ports.ts';
import { formatTime } from '../rfc3339.ts';

/** Who writes what triggers do to tags. */
export const TRIGGER_ACTOR = 'system:image-trigger';

/** Events of a history in which the image before is looked for: those that a stream shows. */
const EMBEDDED = 50;
/** Characters of a hold's reason. */
const LONGEST_REASON = 300;

export function createFailedTags(api: ImageApi, clock: Clock): FailedTags {
  return {
    hold: (tag, failed, why) => attempt(api, async () => hold(api, clock(), tag, failed, why)),
    putBack: (tag, failed, previous, why) => attempt(api, async () => putBack(api, clock(), { tag, failed, previous, why })),
  };
}

/** A write that is refused is refused again: it is told, not repeated. */
async function attempt(api: ImageApi, measure: () => Promise<TagMeasure>): Promise<TagMeasure> {
  try {
    return await api.retry(measure);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return left(error.status.message ?? 'it may not be written');
  }
}

async function hold(api: ImageApi, now: number, followed: FollowedTag, failed: string, why: string): Promise<TagMeasure> {
  const found = await readTag(api, followed);
  if (found === null) return GONE;
  const { stream, tag } = found;
  if (tag.items[0]?.image !== failed) return MOVED;
  if (activeHold(tag.spec, formatTime(now)) !== null) return { kind: 'held' };
  await write(api, now, stream, { ...tag, spec: heldSpec(tag, why) });
  return { kind: 'held' };
}

interface PutBack {
  readonly tag: FollowedTag;
  /** Digests. */
  readonly failed: string;
  readonly previous: string;
  readonly why: string;
}

/**
 * Puts the image before on top of the history. The tag keeps its source, so that it goes on from there when the hold is taken away; a source that
 * never moves is replaced, as by `oc tag`. A tag that was put back already is not put forward again because that fails, too.
 */
async function putBack(api: ImageApi, now: number, { tag: followed, failed, previous, why }: PutBack): Promise<TagMeasure> {
  const found = await readTag(api, followed);
  if (found === null) return GONE;
  const { stream, tag } = found;
  const { events } = await api.streams.readHistory(stream, followed.tag, { limit: EMBEDDED });
  const isOurs = events[0]?.moved?.actor === TRIGGER_ACTOR;
  const newest = tag.items[0]?.image;
  if (isOurs && newest === previous) return { kind: 'reverted', revision: String(stream.revision) };
  if (newest !== failed) return MOVED;
  if (isOurs) return left('it was put back already');
  const reason = holdOfPerson(tag, now);
  if (reason !== null) return left(`it is held there: ${reason}`);
  const event = events.find((each) => each.event.image === previous)?.event;
  if (event === undefined || stream.deniedImages?.includes(previous) === true) return hold(api, now, followed, failed, why);
  const { revision } = await write(api, now, stream, pointed(stream, { ...tag, spec: heldSpec(tag, why) }, event, formatTime(now)));
  return { kind: 'reverted', revision: String(revision) };
}

function holdOfPerson({ spec }: TagState, now: number): string | null {
  const reason = activeHold(spec, formatTime(now))?.reason;
  return reason === undefined || reason.startsWith(FAILED_DEPLOYMENT) ? null : reason;
}

/** Loaded with its tag alone; null when there is none or it points to nothing. */
async function readTag(
  { streams }: ImageApi,
  { namespace, stream: name, tag }: FollowedTag,
): Promise<{ readonly stream: StreamState; readonly tag: TagState } | null> {
  const stream = await streams.readTags(namespace, name, [tag]);
  const found = stream?.tags.get(tag);
  return stream === null || found === undefined || found.items.length === 0 ? null : { stream, tag: found };
}

/** A tag that is only pushed gets a spec without a source to carry the hold. An end of an earlier hold is none of this one. */
function heldSpec({ name, spec }: TagState, why: string): TagReference {
  const { [HOLD_UNTIL_ANNOTATION]: _, ...annotations } = spec?.annotations ?? {};
  const reason = why.slice(0, LONGEST_REASON);
  return defaultTagReference({ ...(spec ?? { name }), annotations: { ...annotations, [HOLD_ANNOTATION]: reason } });
}

function pointed({ name: stream, generation }: StreamState, tag: TagState, event: TagEvent, now: string): TagState {
  const { spec } = tag;
  if (spec !== null && isFixed(spec)) {
    const from = { kind: 'ImageStreamImage', name: `${stream}@${event.image}` };
    return { ...tag, spec: { ...spec, from } };
  }
  const { chosenFrom: _, ...moved } = addTagEvent(tag, { ...event, created: now, generation }).tag;
  return moved;
}

/** Names one image for ever. */
function isFixed({ from }: TagReference): boolean {
  if (from?.kind === 'ImageStreamImage') return true;
  const parsed = from?.kind === 'DockerImage' ? parseReference(from.name ?? '') : null;
  return parsed?.ok === true && parsed.reference.id !== '';
}

function write(api: ImageApi, now: number, before: StreamState, tag: TagState): Promise<StreamState> {
  const wanted = { ...before, tags: new Map(before.tags).set(tag.name, tag) };
  return writeStream(api, { context: contextOf(before, tag.name, now), before, wanted, cause: isMoved(before, tag) ? 'rollback' : 'tag' });
}

function isMoved({ tags }: StreamState, { name, items, spec }: TagState): boolean {
  const before = tags.get(name);
  return before?.items[0] !== items[0] || before?.spec?.from?.name !== spec?.from?.name;
}

function contextOf({ namespace, name: stream }: StreamState, tag: string, now: number): RequestContext {
  const name = `${stream}:${tag}`;
  return {
    info: {
      isResourceRequest: true,
      path: '',
      verb: 'update',
      group: IMAGE_GROUP,
      version: 'v1',
      namespace,
      resource: 'imagestreamtags',
      subresource: '',
      name,
    },
    identity: { user: TRIGGER_ACTOR, groups: [] },
    now,
    dryRun: false,
    fieldManager: '',
  };
}

function left(why: string): TagMeasure {
  return { kind: 'left', why };
}

const GONE = left('it points to nothing any more');
const MOVED = left('it points to another image by now');
