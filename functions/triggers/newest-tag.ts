/** What the tags a trigger follows point to now. */
import type { RegistryHosts, StreamState } from '../image/stream-state.ts';
import { resolvedReference, statusRepository } from '../image/stream-view.ts';
import type { StreamStore } from '../resources/ports.ts';
import { followedTag } from './followed-tags.ts';
import type { FollowedTag, StoredTrigger } from './ports.ts';
import type { TriggerSource } from './types.ts';

/** A followed tag that points to something, with its reference policy applied (openshift-semantics.md §8.2). */
export interface NewestTag extends FollowedTag {
  readonly from: TriggerSource;
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

/** One read per stream. Tags without history, and tags and streams that are not there, are left out. */
export async function readNewestTags(
  streams: Pick<StreamStore, 'readTags'>,
  trigger: Pick<StoredTrigger, 'namespace' | 'spec'>,
  hosts: RegistryHosts,
): Promise<readonly NewestTag[]> {
  const followed = trigger.spec.from.flatMap((from) => {
    const tag = followedTag(from, trigger.namespace);
    return tag === null ? [] : [{ from, tag }];
  });
  const byStream = Map.groupBy(followed, ({ tag }) => JSON.stringify([tag.namespace, tag.stream]));
  const found = await Promise.all(
    [...byStream.values()].map(async (members) => {
      const first = members[0];
      if (first === undefined) return [];
      const tags = members.map(({ tag }) => tag.tag);
      const state = await streams.readTags(first.tag.namespace, first.tag.stream, tags);
      return state === null ? [] : members.flatMap(({ from, tag }) => newestOf(state, from, tag, hosts));
    }),
  );
  return found.flat();
}

function newestOf(state: StreamState, from: TriggerSource, followed: FollowedTag, hosts: RegistryHosts): readonly NewestTag[] {
  const tag = state.tags.get(followed.tag);
  const event = tag?.items[0];
  if (tag === undefined || event === undefined) return [];
  const dockerImageReference = resolvedReference(tag.spec, event, statusRepository(state, hosts));
  const { image, generation, created: time } = event;
  return [
    {
      ...followed,
      from,
      uid: state.uid,
      image,
      dockerImageReference,
      generation,
      revision: String(state.revision),
      time,
      events: tag.total,
    },
  ];
}
