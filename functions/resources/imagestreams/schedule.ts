/** GET imagestreams/NAME/schedule?tag=TAG, ours: when a tag was compared with its registry, when it will be, and how that goes (docs/api.md). */
import { isScheduled } from '../../image/import-due.ts';
import { intervalLength } from '../../image/import-interval.ts';
import { externalImage, missingImage } from '../../image/missing-image.ts';
import { resourceVersion } from '../../image/stream-metadata.ts';
import type { StreamState, TagState } from '../../image/stream-state.ts';
import { IMAGE_CHECK_INTERVAL, imageCheckShard } from '../../importing/schedule-image-checks.ts';
import { LONGEST_BACKOFF } from '../../importing/host-backoff.ts';
import type { ImageCheckProgress, ScheduledCheck, ScheduleReader } from '../../importing/ports.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import type { KubernetesObject, ObjectMeta } from '../../kubernetes/types.ts';
import type { ImageApi } from '../image-api.ts';
import { formatTime } from '../rfc3339.ts';
import { readQueriedTag } from './queried-tag.ts';

export interface TagSchedule extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly tag: string;
  /** False: its source is not compared with the registry. */
  readonly scheduled: boolean;
  readonly interval?: string;
  /** When the tag was last put in line to be checked; absent before the first time, and while its registry is left alone. */
  readonly lastCheck?: string;
  /** Not before; absent when that is the next minute. */
  readonly nextCheck?: string;
  /** The tag's failure: since when it is the same, and how many checks found it so. */
  readonly failing?: { readonly since: string; readonly checks: number; readonly reason: string; readonly message: string };
  /** Absent when the registry is well. */
  readonly registry?: {
    readonly host: string;
    readonly reason: string;
    readonly message: string;
    readonly failures: number;
    readonly since: string;
    readonly leftAloneUntil: string;
  };
  /** Whether a registry still has the image the tag points to; absent for tags that point to none of a registry. */
  readonly image?: {
    /** When it was last put in line to be looked for. */
    readonly lastCheck?: string;
    /** Not before; absent when that is the next minute. */
    readonly nextCheck?: string;
    /** Since when it is known to be missing, and what the registry said. */
    readonly missing?: { readonly since: string; readonly message: string };
  };
}

export function createScheduleHandlers(api: ImageApi, schedule: ScheduleReader): ResourceHandlers<TagSchedule> {
  return {
    /** Throws ApiError 404: no stream, no such tag. */
    async get(context, name, query) {
      const { stream, tag } = await readQueriedTag(api, context, name, query);
      const check = tag.spec !== null && isScheduled(tag) ? await schedule.readCheck(tag.spec) : null;
      const image = externalImage({ newest: tag.items[0], spec: tag.spec }, api.hosts);
      const view = viewSchedule(stream, tag, check, context.now);
      if (image === null) return view;
      return { ...view, image: viewImageCheck(tag, await schedule.readImageCheck(imageCheckShard(image.pullSpec)), context.now) };
    },
  };
}

/** `now`: ms. */
function viewImageCheck(tag: TagState, progress: ImageCheckProgress | null, now: number): TagSchedule['image'] {
  const { checked, lastPass } = progress ?? { checked: 0, lastPass: 0 };
  const next = lastPass + intervalLength(IMAGE_CHECK_INTERVAL);
  const missing = missingImage(tag);
  return {
    ...(checked === 0 ? {} : { lastCheck: formatTime(checked) }),
    ...(next <= now ? {} : { nextCheck: formatTime(next) }),
    ...(missing === undefined ? {} : { missing: { since: missing.since, message: missing.message } }),
  };
}

/** `now`: ms. `check` null: the tag is not scheduled. */
export function viewSchedule(stream: StreamState, tag: TagState, check: ScheduledCheck | null, now: number): TagSchedule {
  const { name, namespace, uid } = stream;
  const view: TagSchedule = {
    kind: 'ImageStreamTagSchedule',
    apiVersion: 'image-streams.io/v1',
    metadata: { name, namespace, uid, ...resourceVersion(stream) },
    tag: tag.name,
    scheduled: check !== null,
  };
  if (check === null) return view;
  const { interval, lastPass, backoff } = check;
  const next = nextCheck(check);
  return {
    ...view,
    interval,
    ...(lastPass === null || backoff !== null ? {} : { lastCheck: formatTime(lastPass) }),
    ...(next === null || next <= now ? {} : { nextCheck: formatTime(next) }),
    ...viewFailure(tag, check),
    ...(backoff === null
      ? {}
      : {
          registry: {
            host: backoff.host,
            reason: backoff.reason,
            message: backoff.message,
            failures: backoff.failures,
            since: formatTime(backoff.since),
            leftAloneUntil: formatTime(backoff.until),
          },
        }),
  };
}

/** The pass that follows the last one, or the first one of those that comes when the registry is no longer left alone. ms; null: soon. */
function nextCheck({ interval, lastPass, backoff }: ScheduledCheck): number | null {
  if (lastPass === null) return null;
  const length = intervalLength(interval);
  const next = lastPass + length;
  if (backoff === null || backoff.until <= next || length > LONGEST_BACKOFF) return next;
  return next + Math.ceil((backoff.until - next) / length) * length;
}

/** The same failure again is not written: what came since is counted in passes. A registry that is left alone counts its failures itself. */
function viewFailure({ conditions }: TagState, { interval, lastPass, backoff }: ScheduledCheck): Pick<TagSchedule, 'failing'> {
  const failed = conditions.find(({ type, status }) => type === 'ImportSuccess' && status === 'False');
  if (failed === undefined) return {};
  const { lastTransitionTime: since = '', reason = '', message = '' } = failed;
  const later = backoff !== null || lastPass === null ? 0 : (lastPass - Date.parse(since)) / intervalLength(interval);
  return { failing: { since, checks: 1 + Math.floor(later > 0 ? later : 0), reason, message } };
}
