/** From what a trigger says it follows to the tags it is found by. Pure. */
import { splitTagName } from '../image/reference.ts';
import type { FollowedTag } from './stored-trigger.ts';
import type { FollowedImage, TriggerSource } from './types.ts';

/** null when the name is not `stream:tag`; validation keeps such out of stored triggers. */
export function followedTag(from: TriggerSource, namespace: string): FollowedTag | null {
  const names = splitTagName(from.name);
  return names === null ? null : { namespace: from.namespace ?? namespace, stream: names.stream, tag: names.tag };
}

/** The distinct tags of `images`, in their order. */
export function followedTags(images: readonly FollowedImage[], namespace: string): readonly FollowedTag[] {
  const tags = images.flatMap(({ from }) => followedTag(from, namespace) ?? []);
  return [...new Map(tags.map((tag) => [followKey(tag), tag])).values()];
}

/** Equal for equal tags; for maps, not for storage. */
export function followKey({ namespace, stream, tag }: FollowedTag): string {
  return JSON.stringify([namespace, stream, tag]);
}

export function isSameSource(one: TriggerSource, other: TriggerSource): boolean {
  return one.name === other.name && one.namespace === other.namespace;
}
