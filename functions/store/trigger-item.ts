import type { FollowedTag, StoredTrigger } from '../triggers/stored-trigger.ts';
import { decode, tagged } from './codec.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { managersAttribute, managedFieldsOf } from './managers-text.ts';
import { followPartition, followSort, targetPartition, triggerFollowKey, triggerKey } from './trigger-keys.ts';

/** A trigger; `spec` is a map, because the stream's readers look into it. */
export interface TriggerItem extends ItemBase, Omit<StoredTrigger, 'managedFields'> {
  readonly entity: 'trigger';
  readonly managers?: string;
  /** Keys of index `triggers-by-tag`, where a trigger is found by what it acts on; a write of the status leaves the index alone. */
  readonly followPk: string;
  readonly followSk: string;
  /** Keys of index `import-due`, which takes whatever waits for its time; present while the trigger is deferred. ms. */
  readonly importDue?: number;
  readonly duePk?: typeof TRIGGER_DUE;
}

/** Partition of index `import-due`. */
export const TRIGGER_DUE = 'TRIGGER-DUE';

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
  const { namespace, name, targetKey, deferred, managedFields } = trigger;
  return {
    ...triggerKey(namespace, name),
    ...tagged('trigger'),
    ...documentOf(trigger),
    ...managersAttribute(managedFields),
    followPk: targetPartition(targetKey),
    followSk: followSort(namespace, name),
    ...(deferred === undefined ? {} : { duePk: TRIGGER_DUE, importDue: deferred.due }),
  };
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
  const { namespace, name, uid, revision, creationTimestamp, generation, labels, annotations, spec, status, follows, targetKey } = trigger;
  const { deferred, counted, redelivery, awaited } = trigger;
  return {
    namespace,
    name,
    uid,
    revision,
    creationTimestamp,
    generation,
    labels,
    annotations,
    spec,
    status,
    follows,
    targetKey,
    ...(deferred === undefined ? {} : { deferred }),
    ...(counted === undefined ? {} : { counted }),
    ...(redelivery === undefined ? {} : { redelivery }),
    ...(awaited === undefined ? {} : { awaited }),
  };
}
