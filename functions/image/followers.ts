/** Tags that track another tag of their own stream (openshift-semantics.md §2.5, §12): they get its events, in every kind of write but that of a status. Pure. */
import type { StreamState, TagState } from './stream-state.ts';
import { isTagChanged } from './generations.ts';
import { offerEvent } from './tag-gate.ts';
import { isSameEvent } from './tag-history.ts';
import { parseTagSource } from './tag-sources.ts';
import type { TagReference } from './types.ts';

/** The tag of the same stream that this spec tag tracks, or null. A tag cannot track itself. */
export function followedTag(stream: Pick<StreamState, 'namespace' | 'name'>, spec: TagReference): string | null {
  if (spec.from?.kind !== 'ImageStreamTag') return null;
  const source = parseTagSource(stream, spec.from);
  if (source === null || source.namespace !== stream.namespace || source.stream !== stream.name) return null;
  return source.key === spec.name ? null : source.key;
}

/**
 * Gives the newest event of every tag that moved between `before` and `after` to the tags that track it, and on to those that track them.
 * A follower is set after the tag it follows has settled: chains of any length resolve and cycles end.
 * Only loaded tags take part, and those that are held note what they would follow to. Answers `after` itself when nothing follows. `now`: RFC 3339.
 */
export function followTags(before: StreamState | null, after: StreamState, now: string): StreamState {
  const followed = listFollowed(after);
  if (followed.size === 0) return after;
  const tags = new Map(after.tags);
  const settled = new Set<string>();
  let isMoved = false;
  for (const name of [...followed.keys()].sort()) {
    for (const follower of chainOf(name, followed, settled)) {
      const moved = follow(before, { ...after, tags }, followed.get(follower) ?? '', tags.get(follower), now);
      if (moved === null) continue;
      tags.set(follower, moved);
      isMoved = true;
    }
  }
  return isMoved ? { ...after, tags } : after;
}

/** follower → followed, of the loaded tags. */
function listFollowed(stream: StreamState): ReadonlyMap<string, string> {
  const followed = new Map<string, string>();
  for (const [name, { spec }] of stream.tags) {
    const source = spec === null ? null : followedTag(stream, spec);
    if (source !== null && source !== name && stream.tags.has(source)) followed.set(name, source);
  }
  return followed;
}

/**
 * Followers from `name` up to the first tag that follows nothing or has settled, uppermost first; marks them settled. A cycle has no
 * uppermost tag: it is gone round twice, which is enough for an event to reach every tag of it from wherever it came in.
 */
function chainOf(name: string, followed: ReadonlyMap<string, string>, settled: Set<string>): readonly string[] {
  const chain: string[] = [];
  let next: string | undefined = name;
  for (; next !== undefined && followed.has(next) && !settled.has(next); next = followed.get(next)) {
    settled.add(next);
    chain.push(next);
  }
  chain.reverse();
  return next !== undefined && chain.includes(next) ? [...chain, ...chain] : chain;
}

function follow(
  before: StreamState | null,
  after: StreamState,
  source: string,
  follower: TagState | undefined,
  now: string,
): TagState | null {
  const newest = after.tags.get(source)?.items[0];
  if (newest === undefined || follower === undefined || isSameEvent(newest, before?.tags.get(source)?.items[0])) return null;
  const old = before?.tags.get(follower.name)?.spec ?? null;
  const isRetag = follower.spec !== null && follower.spec !== old && isTagChanged(old, follower.spec, after.namespace);
  const { tag, changed } = offerEvent(follower, newest, { now, denied: after.deniedImages ?? [], isRetag });
  return changed ? tag : null;
}
