import { orderTagCondition, orderTagEvent, orderTagReference } from '../image/field-order.ts';
import { missingImage } from '../image/missing-image.ts';
import type { TagMove, TagState } from '../image/stream-state.ts';
import type { TagEvent } from '../image/types.ts';
import type { ChangeContext } from '../resources/ports.ts';
import { decode, tagged, tombstoneTtl } from './codec.ts';
import { importDue, importSchedule } from './import-schedule.ts';
import type { Item } from './item-size.ts';
import type { TagItem } from './items.ts';
import { type StreamLife, tagKey } from './keys.ts';
import { packOwners, unpackOwners } from './owner-text.ts';

/** Most events of a tag that a stream is read with (design.md §3, "History"). */
export const LOADED_EVENTS = 50;

/** The stream a tag item belongs to and the change it is written by. */
export interface TagWrite {
  readonly life: StreamLife;
  readonly uid: string;
  readonly revision: number;
  readonly context: ChangeContext;
  readonly importInterval: string;
}

export function encodeTag(write: TagWrite, tag: TagState, history: Pick<TagItem, 'sequence' | 'base'>, stored: TagItem | null): TagItem {
  const [newest] = tag.items;
  return {
    ...identity(write, tag.name),
    ...(tag.spec === null ? {} : { spec: tag.spec }),
    ...(newest === undefined ? {} : { newest, moved: moveOf(write, newest, history, stored) }),
    sequence: history.sequence,
    base: history.base,
    ...(tag.conditions.length === 0 ? {} : { conditions: tag.conditions }),
    ...(tag.chosenFrom === undefined ? {} : { chosenFrom: tag.chosenFrom }),
    ...(tag.pending === undefined ? {} : { pending: tag.pending }),
    ...missingAttribute(tag),
    ...(tag.continued === undefined ? {} : { continued: tag.continued }),
    ...(tag.owners === undefined || tag.owners.length === 0 ? {} : { owners: packOwners(tag.owners) }),
    ...importDue(tag, stored, write.context.now),
    ...importSchedule(write.life, tag, write.importInterval),
  };
}

/** What was missing before the tag moved is forgotten with its next write. */
function missingAttribute(tag: TagState): Pick<TagItem, 'missing'> {
  const missing = missingImage(tag);
  return missing === undefined ? {} : { missing };
}

/** An event that only gets another generation or reference is still the move it was. */
function moveOf(write: TagWrite, newest: TagEvent, { sequence }: Pick<TagItem, 'sequence'>, stored: TagItem | null): TagMove {
  const isSame = stored !== null && stored.sequence === sequence && stored.newest?.image === newest.image;
  const { now, actor, cause } = write.context;
  return (isSame ? stored.moved : undefined) ?? { time: now, actor, cause };
}

/** A deleted tag, kept for a day: its deletion is an event of its own, and a tag of the same name goes on behind its sequence. */
export function encodeTagTombstone(write: Omit<TagWrite, 'importInterval'>, tag: string, sequence: number): TagItem {
  return { ...identity(write, tag), sequence, base: sequence, deleted: true, ttl: tombstoneTtl(write.context.now) };
}

function identity({ life, uid, revision, context }: Omit<TagWrite, 'importInterval'>, tag: string) {
  const { actor, cause, now } = context;
  return { ...tagKey(life, tag), ...tagged('tag'), ...life, uid, tag, revision, actor, cause, time: now };
}

export function decodeTag(item: Item): TagItem {
  return decode<TagItem>(item, 'tag');
}

/** `older`: events behind the newest, newest first, as many as were read. Fields come out in one order, whatever DynamoDB made of them. */
export function toTagState(item: TagItem, older: readonly TagEvent[]): TagState {
  return {
    name: item.tag,
    spec: item.spec === undefined ? null : orderTagReference(item.spec),
    items: item.newest === undefined ? [] : [item.newest, ...older].map(orderTagEvent),
    total: item.sequence - item.base,
    conditions: (item.conditions ?? []).map(orderTagCondition),
    ...(item.chosenFrom === undefined ? {} : { chosenFrom: item.chosenFrom }),
    ...(item.pending === undefined ? {} : { pending: item.pending }),
    ...(item.missing === undefined ? {} : { missing: item.missing }),
    ...(item.continued === undefined ? {} : { continued: item.continued }),
    ...(item.owners === undefined ? {} : { owners: unpackOwners(item.owners) }),
  };
}
