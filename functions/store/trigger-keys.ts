/** Keys of triggers and of what belongs to them in table `state`; how keys are made is told in keys.ts. */
import { below, CLUSTER, encodeName, END, joined, type Key, type KeyRange, namespacePartition } from './keys.ts';

/** Of milliseconds since 1970. */
const TIME_DIGITS = 15;

export function triggerKey(namespace: string, name: string): Key {
  return { pk: namespacePartition(namespace), sk: joined('TR', encodeName(name)) };
}

/** Triggers of a namespace and their follow rows, beginning behind trigger `after`. */
export function triggersRange(namespace: string, after: string | null): KeyRange {
  const range = below(namespacePartition(namespace), 'TR');
  return after === null ? range : { ...range, from: `${triggerKey(namespace, after).sk}${END}` };
}

export function triggerFollowKey(namespace: string, name: string, index: number): Key {
  return { pk: namespacePartition(namespace), sk: joined('TR', encodeName(name), 'F', String(index)) };
}

/** A trigger, and no later one of its name. */
export interface TriggerLife {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** A delivery; apart from its namespace, so that lists of triggers do not read any. `time` in ms. */
export function deliveryKey(life: TriggerLife, time: number, id: string): Key {
  return { pk: deliveriesPartition(life), sk: joined('D', String(time).padStart(TIME_DIGITS, '0'), encodeName(id)) };
}

/** All deliveries of a trigger, or those up to and including the one with this sort key. */
export function deliveriesRange(life: TriggerLife, last: string | null): KeyRange {
  const range = below(deliveriesPartition(life), 'D');
  return last === null ? range : { ...range, to: last };
}

function deliveriesPartition({ namespace, name, uid }: TriggerLife): string {
  return joined('TD', encodeName(namespace), encodeName(name), encodeName(uid));
}

export const TRIGGER_SWEEP: Key = { pk: CLUSTER, sk: 'TRIGGERSWEEP' };

/** Keys of index `triggers-by-tag`. */
export function followPartition(namespace: string, stream: string, tag: string): string {
  return joined('FOLLOW', encodeName(namespace), encodeName(stream), encodeName(tag));
}

/** The same index, for what targets act on. */
export function targetPartition(targetKey: string): string {
  return joined('TARGET', encodeName(targetKey));
}

export function followSort(namespace: string, name: string): string {
  return joined(encodeName(namespace), encodeName(name));
}
