import { followedTag } from '../image/followers.ts';
import type { StreamState } from '../image/stream-state.ts';
import type { TagChange } from './stream-diff.ts';

/**
 * Followers before the tag they follow. Should a commit of several parts break off in between, then a repeat of the request finds the followed
 * tag not moved yet, moves it, and its followers with it; the other way round a follower would be left behind. Cycles: any order.
 */
export function followersFirst(after: StreamState, changes: readonly TagChange[]): TagChange[] {
  const depths = new Map<string, number>();
  const depth = (name: string): number => {
    const path = new Set<string>();
    let at: string | null = name;
    while (at !== null && !depths.has(at) && !path.has(at)) {
      path.add(at);
      at = followedBy(after, at);
    }
    let level = at === null ? -1 : (depths.get(at) ?? -1);
    for (const passed of [...path].reverse()) depths.set(passed, ++level);
    return depths.get(name) ?? 0;
  };
  return changes
    .map((change) => ({ change, depth: depth(change.name) }))
    .sort((a, b) => b.depth - a.depth)
    .map(({ change }) => change);
}

function followedBy(stream: StreamState, tag: string): string | null {
  const spec = stream.tags.get(tag)?.spec ?? null;
  return spec === null ? null : followedTag(stream, spec);
}
