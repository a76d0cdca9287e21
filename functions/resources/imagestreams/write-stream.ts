/**
 * The one way a spec change of an image stream becomes a stored stream: generations, tag sources, images that wait no longer, followers,
 * validation, commit.
 * imagestreams, imagestreamtags and their patches all end here, so that their rules cannot drift apart (openshift-semantics.md §2.3–2.5).
 */
import { applyGenerations } from '../../image/generations.ts';
import { followTags } from '../../image/followers.ts';
import { settlePending } from '../../image/tag-gate.ts';
import { resolveTags } from '../../image/tag-sources.ts';
import type { ChangeCause, StreamState } from '../../image/stream-state.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { invalid } from '../../kubernetes/status.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { formatTime } from '../rfc3339.ts';
import { checkSpecWrite } from './check-stream.ts';
import { findTagSources, foreignEvents } from './find-tag-sources.ts';
import { findChildren, newEvents } from './index-children.ts';

export interface StreamWrite {
  readonly context: RequestContext;
  /** The stored stream, null to create it. */
  readonly before: StreamState | null;
  /** The wanted stream: spec, labels and annotations as the client wants them; generations and status still those of `before`. */
  readonly wanted: StreamState;
  /** Why; a function where only the result tells. */
  readonly cause: ChangeCause | ((after: StreamState) => Promise<ChangeCause>);
}

/**
 * Computes and commits the change; with dryRun it only computes. Throws ApiError 422 with every field error of the request, and whatever
 * the store throws (a lost race is the caller's to retry).
 */
export async function writeStream(api: ImageApi, { context, before, wanted, cause }: StreamWrite): Promise<StreamState> {
  const now = formatTime(context.now);
  const numbered = applyGenerations(before, wanted);
  const found = await findTagSources(api, { identity: context.identity, before, after: numbered, now });
  const resolved = resolveTags(before, numbered, found, { now, hosts: api.hosts });
  const settled = settlePending(before, resolved.state, now);
  const released = settled === resolved.state ? [] : newEvents(resolved.state, settled);
  const after = followTags(before, settled, now);
  const checked = await checkSpecWrite(api, before, after);
  const errors = [...checked.errors, ...resolved.errors];
  if (errors.length > 0) throw new ApiError(invalid(IMAGE_GROUP, 'ImageStream', wanted.name, errors));
  const [reason, children] = await Promise.all([
    typeof cause === 'string' ? cause : cause(after),
    findChildren(api.images, [...foreignEvents(before, numbered, found), ...released]),
  ]);
  return api.write(context).commit({ before, after, children, cause: reason });
}
