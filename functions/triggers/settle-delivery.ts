/** Use case: what a target tells later of a delivery that was pending. */
import type { Clock } from '../resources/ports.ts';
import { StoreError } from '../store/errors.ts';
import type { TriggerStore } from './ports.ts';
import type { TriggerOwner } from './stored-trigger.ts';
import { settle, type Settlement } from './settlement.ts';

export interface SettleDeps {
  readonly triggers: Pick<TriggerStore, 'readTrigger' | 'updateTrigger'>;
  readonly clock: Clock;
}

/** Answers whether the trigger knew of such a delivery: events come twice, and of deliveries that others started. Throws what the store throws. */
export type SettleDelivery = (trigger: TriggerOwner, deliveryId: string, settlement: Settlement) => Promise<boolean>;

const ATTEMPTS = 5;

export function createSettleDelivery({ triggers, clock }: SettleDeps): SettleDelivery {
  return async ({ namespace, name, uid }, deliveryId, settlement) => {
    for (let made = 1; ; made++) {
      const trigger = await triggers.readTrigger(namespace, name);
      const settled = trigger?.uid === uid ? settle(trigger, deliveryId, settlement, clock()) : null;
      if (settled === null) return false;
      try {
        await triggers.updateTrigger(settled.trigger, settled.concluded);
        return true;
      } catch (error) {
        if (!(error instanceof StoreError && error.code === 'ERR_STORE_CONFLICT') || made === ATTEMPTS) throw error;
      }
    }
  };
}
