import { decode, tagged } from './codec.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { followerKey, type StreamLife } from './keys.ts';

/** Edge of a tracking tag: `tag` follows `followed`. Lets a write of one tag find the tags that move with it. */
export interface FollowerItem extends ItemBase, StreamLife {
  readonly entity: 'follower';
  readonly revision: number;
  readonly followed: string;
  readonly tag: string;
}

export function encodeFollower(life: StreamLife, followed: string, tag: string, revision: number): FollowerItem {
  return { ...followerKey(life, followed, tag), ...tagged('follower'), ...life, revision, followed, tag };
}

export function decodeFollower(item: Item): FollowerItem {
  return decode<FollowerItem>(item, 'follower');
}
