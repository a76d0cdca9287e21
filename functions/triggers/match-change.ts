/** Use case: from an event on the bus to the triggers it wakes. */
import { DETAIL_TYPE, type TagChangeDetail } from '../changes/tag-change-event.ts';
import { TRIGGER_DETAIL_TYPE, type TriggerChangeDetail } from '../changes/trigger-change-event.ts';
import type { TriggerStore } from './ports.ts';
import type { FireQueue, QueuedFire } from './queue/fire-queue.ts';

/** What EventBridge hands to a target, as far as it is read. */
export interface BusDelivery {
  readonly 'detail-type': string;
  readonly detail: unknown;
}

export interface MatchDeps {
  readonly triggers: Pick<TriggerStore, 'listTriggersFollowing'>;
  readonly queue: FireQueue;
}

/**
 * Answers how many triggers were woken. Deletions and failed imports wake none: a target stays at what it has (§8.5: unresolved tags are
 * left alone). Throws what the store and the queue throw, TypeError for an event that is not ours: EventBridge delivers again, then gives
 * it to the function's failure destination. Messages sent twice within five minutes are dropped by the queue, later ones find nothing to do.
 */
export function createMatchChange({ triggers, queue }: MatchDeps): (delivery: BusDelivery) => Promise<number> {
  return async (delivery) => {
    const messages = await matchDelivery(triggers, delivery);
    await queue.send(messages);
    return messages.length;
  };
}

async function matchDelivery(
  triggers: MatchDeps['triggers'],
  { 'detail-type': detailType, detail }: BusDelivery,
): Promise<readonly QueuedFire[]> {
  if (detailType === TRIGGER_DETAIL_TYPE) {
    const texts = checkTexts<TriggerChangeDetail>(detail, ['id', 'namespace', 'name', 'uid', 'targetKey']);
    const { id, namespace, name, uid, targetKey: group } = texts;
    return [{ trigger: { namespace, name, uid }, group, deduplicationId: `${id}.${uid}` }];
  }
  if (detailType !== DETAIL_TYPE.changed) return [];
  const { id, namespace, stream, tag, revision } = checkTexts<TagChangeDetail>(detail, ['id', 'namespace', 'stream', 'tag', 'revision']);
  const following = await triggers.listTriggersFollowing({ namespace, stream, tag });
  return following
    .filter((trigger) => trigger.spec.paused !== true)
    .map((trigger) => ({
      trigger: { namespace: trigger.namespace, name: trigger.name, uid: trigger.uid },
      change: { namespace, stream, tag, revision },
      group: trigger.targetKey,
      deduplicationId: `${id}.${trigger.uid}`,
    }));
}

function checkTexts<T>(detail: unknown, names: readonly (keyof T & string)[]): T {
  const fields = (detail ?? {}) as Readonly<Record<string, unknown>>;
  if (names.some((name) => typeof fields[name] !== 'string')) throw new TypeError(`an event needs ${names.join(', ')}`);
  return fields as T;
}
