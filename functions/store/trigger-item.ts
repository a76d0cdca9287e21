import type { FollowedTag, StoredTrigger } from '../triggers/ports.ts';
import { decode, tagged } from './codec.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { followPartition, followSort, triggerFollowKey, triggerKey } from './keys.ts';
import { managersAttribute, managedFieldsOf } from './managers-text.ts';

/** A trigger; `spec` is a map, because the stream's readers look into it. */
export interface TriggerItem extends ItemBase, Omit<StoredTrigger, 'managedFields'> {
  readonly entity: 'trigger';
  readonly managers?: string;
}

/** One row of index `triggers-by-tag`. */
export interface TriggerFollowItem extends ItemBase {
  readonly entity: 'trigger-follow';
  /** Of the trigger, as `name`. */
  readonly namespace: string;
  readonly name: string;
  readonly followPk: string;
  readonly followSk: string;
}

export function encodeTrigger(trigger: StoredTrigger): TriggerItem {
  const key = triggerKey(trigger.namespace, trigger.name);
  return { ...key, ...tagged('trigger'), ...documentOf(trigger), ...managersAttribute(trigger.managedFields) };
}

export function decodeTrigger(item: Item): StoredTrigger {
  const stored = decode<TriggerItem>(item, 'trigger');
  return { ...documentOf(stored), ...managedFieldsOf(stored.managers) };
}

export function encodeFollow(
  { namespace, name }: Pick<StoredTrigger, 'namespace' | 'name'>,
  follow: FollowedTag,
  index: number,
): TriggerFollowItem {
  return {
    ...triggerFollowKey(namespace, name, index),
    ...tagged('trigger-follow'),
    namespace,
    name,
    followPk: followPartition(follow.namespace, follow.stream, follow.tag),
    followSk: followSort(namespace, name),
  };
}

function documentOf(trigger: Omit<StoredTrigger, 'managedFields'>): Omit<StoredTrigger, 'managedFields'> {
  const { namespace, name, uid, revision, creationTimestamp, generation, labels, annotations, spec, status, follows } = trigger;
  return { namespace, name, uid, revision, creationTimestamp, generation, labels, annotations, spec, status, follows };
}
