/** Whether the namespace's quotas leave room for another stream (openshift-semantics.md §10 "Limits and quota"). */
import type { StreamState } from '../../image/stream-state.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { forbidden } from '../../kubernetes/status.ts';
import type { CountPermit, QuotaReader, StreamStore } from '../ports.ts';

export interface RoomDependencies {
  readonly streams: Pick<StreamStore, 'countStreams'>;
  readonly quotas: QuotaReader;
}

/**
 * What the creation has to name; undefined where no quota counts streams: then one read is all it costs. Throws ApiError 403 in upstream's
 * words for the first quota that is used up, and ERR_STORE_CONFLICT while another stream is just being created.
 */
export async function requireRoom(
  { streams, quotas }: RoomDependencies,
  { info }: Pick<RequestContext, 'info'>,
  wanted: StreamState,
): Promise<CountPermit | undefined> {
  const limits = await quotas.readStreamQuotas(wanted.namespace);
  if (limits.length === 0) return undefined;
  const { count, permit } = await streams.countStreams(wanted.namespace);
  const exceeded = limits.find(({ most }) => BigInt(count) >= most);
  if (exceeded === undefined) return permit;
  const { name, resource, text } = exceeded;
  const why = `exceeded quota: ${name}, requested: ${resource}=1, used: ${resource}=${count}, limited: ${resource}=${text}`;
  throw new ApiError(forbidden(info.group, info.resource, objectName(info, wanted), why));
}

/** A POST has no name in its URL. */
function objectName({ name, resource }: RequestContext['info'], { name: stream, tags }: StreamState): string {
  if (name !== '') return name;
  const [tag] = tags.keys();
  return ['imagestreamtags', 'imagetags'].includes(resource) && tag !== undefined ? `${stream}:${tag}` : stream;
}
