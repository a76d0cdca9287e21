/** What the tags a trigger follows point to now. */
import type { RegistryHosts, StreamState } from '../image/stream-state.ts';
import { resolvedReference, statusRepository } from '../image/stream-view.ts';
import type { StreamStore } from '../resources/ports.ts';
import { followKey } from './followed-tags.ts';
import type { FollowedTag, StoredTrigger } from './stored-trigger.ts';

/** A followed tag that points to something, with its reference policy applied (openshift-semantics.md §8.2). */
export interface NewestTag extends FollowedTag {
  /** Of the stream. */
  readonly uid: string;
  /** Digest; '' for a reference tag. */
  readonly image: string;
  readonly dockerImageReference: string;
  readonly generation: number;
  /** Stream revision this was read at: not below the revision of the event that made it so. A decimal string. */
  readonly revision: string;
  /** When the tag came to point there; RFC 3339. */
  readonly time: string;
  /** Events in the tag's history: tells a return to an earlier image from that earlier time. */
  readonly events: number;
}

/** By `followKey`; one read per stream. Tags without history, and tags and streams that are not there, are left out. */
export async function readNewestTags(
  streams: Pick<StreamStore, 'readTags'>,
  trigger: Pick<StoredTrigger, 'follows'>,
  hosts: RegistryHosts,
): Promise<ReadonlyMap<string, NewestTag>> {
  const byStream = Map.groupBy(trigger.follows, ({ namespace, stream }) => JSON.stringify([namespace, stream]));
  const found = await Promise.all(
    [...byStream.values()].map(async (members) => {
      const [first] = members;
      if (first === undefined) return [];
      const tags = members.map(({ tag }) => tag);
      const state = await streams.readTags(first.namespace, first.stream, tags);
      return state === null ? [] : members.flatMap((tag) => newestOf(state, tag, hosts));
    }),
  );
  return new Map(found.flat().map((tag) => [followKey(tag), tag]));
}

function newestOf(state: StreamState, followed: FollowedTag, hosts: RegistryHosts): readonly NewestTag[] {
  const tag = state.tags.get(followed.tag);
  const event = tag?.items[0];
  if (tag === undefined || event === undefined) return [];
  const dockerImageReference = resolvedReference(tag.spec, event, statusRepository(state, hosts));
  const { image, generation, created: time } = event;
  return [
    {
      namespace: followed.namespace,
      stream: followed.stream,
      uid: state.uid,
      tag: followed.tag,
      image,
      dockerImageReference,
      generation,
      revision: String(state.revision),
      time,
      events: tag.total,
    },
  ];
}
