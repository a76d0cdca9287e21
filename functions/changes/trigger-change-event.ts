/**
 * The event that lets a trigger bring its target up to date when the trigger itself changed, not a tag (openshift-semantics.md §8.5: every
 * object add and trigger change wakes the object). It takes the same way as tag changes, so the HTTP function still only writes the table.
 */
import { eventId } from './event-id.ts';

export const TRIGGER_DETAIL_TYPE = 'Image Trigger Changed';

/** What a stream record tells of a trigger. */
export interface TriggerImage {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
  /** Grows with the spec only: writes of the status are no change. */
  readonly generation: number;
  readonly paused: boolean;
  /** What its target acts on (functions/triggers/kinds/registry.ts). */
  readonly targetKey: string;
  /** Of a redelivery that was asked for and is not done. */
  readonly redelivery?: string;
}

export interface TriggerChangeDetail {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly targetKey: string;
  /** A decimal string. */
  readonly revision: string;
}

export interface TriggerChangeEvent {
  readonly detailType: typeof TRIGGER_DETAIL_TYPE;
  readonly detail: TriggerChangeDetail;
}

/** Created, its spec changed (unpaused, another target or image), or to deliver again, and not paused now; else null. */
export function describeTriggerChange(before: TriggerImage | null, after: TriggerImage | null): TriggerChangeEvent | null {
  if (after === null || after.paused) return null;
  const isAskedAgain = after.redelivery !== undefined && after.redelivery !== before?.redelivery;
  if (before?.generation === after.generation && !isAskedAgain) return null;
  const { namespace, name, uid, generation, targetKey } = after;
  const revision = String(after.revision);
  return {
    detailType: TRIGGER_DETAIL_TYPE,
    detail: { id: eventId(uid, name, revision, TRIGGER_DETAIL_TYPE), namespace, name, uid, generation, targetKey, revision },
  };
}
