import type { TriggerOwner } from '../stored-trigger.ts';

/** For kinds whose target is told things: what two triggers tell it does not undo each other, and each trigger is a target of its own. */
export function ownIdentity({ namespace, name, uid }: TriggerOwner): string {
  return JSON.stringify([namespace, name, uid]);
}
