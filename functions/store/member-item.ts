import type { StreamMember } from '../image/stream-state.ts';
import { decode, tagged } from './codec.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { memberKey, type StreamLife } from './keys.ts';

/** A digest that belongs to the stream. */
export interface MemberItem extends ItemBase, StreamMember {
  readonly entity: 'member';
  /** Came (also) as child of an index: stays when the history loses it. */
  readonly child?: true;
}

export type MemberRecord = Pick<MemberItem, 'digest' | 'dockerImageReference' | 'inHistory' | 'child'>;

export function encodeMember(life: StreamLife, member: MemberRecord): MemberItem {
  const { digest, dockerImageReference, inHistory, child } = member;
  return { ...memberKey(life, digest), ...tagged('member'), digest, dockerImageReference, inHistory, ...(child === true ? { child } : {}) };
}

export function decodeMember(item: Item): MemberItem {
  return decode<MemberItem>(item, 'member');
}

export function toMember({ digest, dockerImageReference, inHistory }: MemberItem): StreamMember {
  return { digest, dockerImageReference, inHistory };
}
