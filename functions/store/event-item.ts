import type { TagMove } from '../image/stream-state.ts';
import type { TagEvent } from '../image/types.ts';
import { decode, tagged } from './codec.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { eventKey, type StreamLife } from './keys.ts';

/** An event that is no longer its tag's newest (that one lives in the tag item). Counts only while base < sequence < the tag's sequence. */
export interface EventItem extends ItemBase {
  readonly entity: 'event';
  readonly tag: string;
  readonly sequence: number;
  readonly event: TagEvent;
  /** How the tag came to it; absent when nobody knows (histories a client wrote as a whole). */
  readonly moved?: TagMove;
}

export function encodeEvent(life: StreamLife, tag: string, sequence: number, event: TagEvent, moved?: TagMove): EventItem {
  return { ...eventKey(life, tag, sequence), ...tagged('event'), tag, sequence, event, ...(moved === undefined ? {} : { moved }) };
}

export function decodeEvent(item: Item): EventItem {
  return decode<EventItem>(item, 'event');
}
