/** What a target tells later of a delivery, in the trigger. Pure. */
import { formatTime } from '../resources/rfc3339.ts';
import { isOpen, isSameImage, withAwaited, withFailed, withSucceeded } from './awaited.ts';
import { isSameSource } from './followed-tags.ts';
import type { AwaitedImage, StoredTrigger } from './stored-trigger.ts';
import { setCondition } from './delivered-condition.ts';
import type { Reported } from './trigger-status.ts';
import type { DeliveryOutcome, ImageTriggerStatus, TriggerDelivery, TriggerImageStatus } from './types.ts';

export interface Settlement {
  /** `Unknown`: nobody knows, and somebody may still tell. */
  readonly outcome: Extract<DeliveryOutcome, 'Delivered' | 'Refused' | 'Unknown'>;
  /** Of the condition; CamelCase. */
  readonly reason: string;
  readonly message: string;
  readonly details?: TriggerDelivery['details'];
  /** Tags that are back where the target went by itself. */
  readonly restored?: readonly RestoredImage[];
}

/** `revision`: of the stream whose tag was put back, a decimal string. */
export type RestoredImage = AwaitedImage & { readonly revision: string };

const STATUS = { Delivered: 'True', Refused: 'False', Unknown: 'Unknown' } as const;

/** null when the trigger knows no such delivery, or what is told of it already. `now` in ms. */
export function settle(trigger: StoredTrigger, deliveryId: string, settlement: Settlement, now: number): Reported | null {
  const { outcome, reason, message, details } = settlement;
  const { deliveries = [], conditions } = trigger.status;
  const found = deliveries.find((known) => known.id === deliveryId && isOpen(known));
  if (found === undefined || found.outcome === outcome) return null;
  const concluded = { ...found, outcome, message, ...(details === undefined ? {} : { details: { ...found.details, ...details } }) };
  // Only the last delivery says how the target is.
  const isLast = deliveries[0] === found;
  // A later one may have brought the target what failed once more, with another image that was new.
  const isLastTold = deliveries.find(({ dryRun }) => dryRun !== true) === found;
  const restored = isLastTold ? (settlement.restored ?? []) : [];
  const status = {
    ...restore(trigger.status, restored, now),
    deliveries: deliveries.map((each) => (each === found ? concluded : each)),
    conditions: isLast ? setCondition(conditions, { status: STATUS[outcome], reason, message }, now) : conditions,
  };
  return { trigger: { ...awaitedAfter(trigger, deliveryId, outcome, restored), status }, concluded };
}

function awaitedAfter(
  trigger: StoredTrigger,
  delivery: string,
  outcome: Settlement['outcome'],
  restored: readonly RestoredImage[],
): StoredTrigger {
  switch (outcome) {
    case 'Unknown':
      return withAwaited(trigger, null, trigger.status.deliveries ?? []);
    case 'Delivered':
      return withSucceeded(trigger, delivery);
    case 'Refused':
      return withFailed(trigger, delivery, restored);
  }
}

/** What the target was told since stays. */
function restore(status: ImageTriggerStatus, restored: readonly RestoredImage[], now: number): ImageTriggerStatus {
  if (restored.length === 0) return status;
  const images = status.images?.map((told) => restoreImage(told, restored, now));
  const first = restored.find(({ now: failed }) => failed.dockerImageReference === status.lastTriggeredImage);
  const lastTriggeredImage = first?.previous?.dockerImageReference ?? status.lastTriggeredImage;
  return { ...status, images, ...(lastTriggeredImage === undefined ? {} : { lastTriggeredImage }) };
}

function restoreImage(told: TriggerImageStatus, restored: readonly RestoredImage[], now: number): TriggerImageStatus {
  const { from, lastImage: image, lastTriggeredImage: dockerImageReference } = told;
  const found = restored.find((each) => isSameSource(each.from, from) && isSameImage(each.now, { image, dockerImageReference }));
  if (found?.previous === undefined || found.previous === null) return told;
  const { previous, revision } = found;
  return {
    from,
    lastTriggeredImage: previous.dockerImageReference,
    lastImage: previous.image,
    lastRevision: revision,
    lastTriggerTime: formatTime(now),
  };
}
