/**
 * How requests change image streams: every write of a person or a client ends here and nowhere else, so that none can forget who is asking
 * (docs/decisions/0054-protected-tags.md). Automatic imports write to the store itself.
 */
import { movedProtectedTags, PROTECTED_TAGS_ANNOTATION } from '../image/protected-tags.ts';
import type { StreamState } from '../image/stream-state.ts';
import { ApiError } from '../kubernetes/api-error.ts';
import { deniedStatus } from '../kubernetes/denial.ts';
import type { RequestContext } from '../kubernetes/handlers.ts';
import { requireRoom } from './imagestreams/check-quota.ts';
import type { Authorizer, CommitRequest, CountPermit, QuotaReader, StreamStore } from './ports.ts';

export type StreamChange = Pick<CommitRequest, 'before' | 'after' | 'children' | 'cause'>;

export interface StreamWriter {
  /**
   * Writes the change as the request's user; a dry run answers the wanted state. Throws ApiError 403 when it moves a protected tag that the user
   * may not update, or creates a stream beyond a quota, and what the store throws.
   */
  commit(change: StreamChange): Promise<StreamState>;
  /** Likewise. */
  deleteStream(stream: StreamState): Promise<void>;
}

export type OpenWriter = (context: RequestContext) => StreamWriter;

export interface WriterDependencies {
  readonly streams: Pick<StreamStore, 'commit' | 'deleteStream' | 'countStreams'>;
  readonly authorizer: Authorizer;
  readonly quotas: QuotaReader;
  /** Runs the attempt again while it loses races (ERR_STORE_CONFLICT); rethrows when it keeps losing. */
  readonly retry: <T>(attempt: () => Promise<T>) => Promise<T>;
}

export function createStreamWriter(dependencies: WriterDependencies): OpenWriter {
  const { streams, authorizer, retry } = dependencies;
  return (context) => {
    const { identity, now, dryRun } = context;
    const write = (change: StreamChange, permit?: CountPermit) =>
      dryRun ? Promise.resolve(change.after) : streams.commit({ ...change, permit, actor: identity.user, now });
    return {
      async commit(change) {
        const { before, after } = change;
        if (before === null) return retry(async () => write(change, await requireRoom(dependencies, context, after)));
        await requireTags(authorizer, context, before, movedProtectedTags(before, after));
        return write(change);
      },
      async deleteStream(stream) {
        await requireTags(authorizer, context, stream, movedProtectedTags(stream, null));
        if (!dryRun) await streams.deleteStream(stream, { actor: identity.user, cause: 'tag', now });
      },
    };
  };
}

/** Each of them needs `update imagestreamtags/STREAM:TAG`, whatever the request itself needed. Throws ApiError 403 for the first that lacks it. */
async function requireTags(
  authorizer: Authorizer,
  { identity, info }: RequestContext,
  { namespace, name: stream }: StreamState,
  tags: readonly string[],
): Promise<void> {
  const { group, version } = info;
  for (const tag of tags) {
    const question = { verb: 'update', group, resource: 'imagestreamtags', subresource: '', namespace, name: `${stream}:${tag}` };
    const { allowed, reason } = await authorizer.authorize(identity, question);
    if (allowed) continue;
    const why = `the stream's annotation ${PROTECTED_TAGS_ANNOTATION} protects ${tag}${reason === '' ? '' : ` (${reason})`}`;
    throw new ApiError(deniedStatus(identity, { ...info, ...question, version }, why));
  }
}
