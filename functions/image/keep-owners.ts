/** Who owns what of a stream that was sent back: what is kept, and what is news (docs/decisions/0022-who-owns-a-tag.md). Pure. */
import { sameJson } from './same-json.ts';
import type { StreamState, TagOwner, TagState } from './stream-state.ts';

/**
 * On the wire a manager has one time for all it owns, the newest: sent back, it is no news of the parts that are older. Where nothing else
 * differs the stored owners stay, so that nothing is written for it.
 */
export function keepOwners(tag: TagState, owners: readonly TagOwner[] | undefined): TagState {
  const untimed = (list: readonly TagOwner[] = []) => list.map((owner) => ({ ...owner, time: '' }));
  return sameJson(untimed(tag.owners), untimed(owners)) ? tag : withOwners(tag, owners);
}

/** As keepOwners, of what is owned besides tags. */
export function keepManagers(before: StreamState, after: StreamState, managers: StreamState['managers']): StreamState['managers'] {
  const owned = ({ labels, annotations, deniedImages, lookupPolicy, dockerImageRepository }: StreamState) =>
    [labels, annotations, deniedImages, lookupPolicy, dockerImageRepository] as const;
  const untimed = (list: StreamState['managers']) => (list ?? []).map((entry) => ({ ...entry, time: '' }));
  return sameJson(owned(before), owned(after)) && sameJson(untimed(before.managers), untimed(managers)) ? before.managers : managers;
}

export function withOwners(tag: TagState, owners: readonly TagOwner[] | undefined): TagState {
  if (sameJson(tag.owners ?? [], owners ?? [])) return tag;
  const { owners: _old, ...others } = tag;
  return owners === undefined || owners.length === 0 ? others : { ...others, owners };
}
