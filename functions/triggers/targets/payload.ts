import { deliveryTime } from '../trigger-delivery-event.ts';
import type { Delivery } from './target.ts';

export const PAYLOAD_TYPE = 'image-trigger.delivery';

type Told = Pick<Delivery, 'trigger' | 'images'>;

/** What receivers of messages get (docs/events.md), in the form of Standard Webhooks. The time is that of the newest image that is new. */
export function payloadOf({ trigger: { namespace, name }, images }: Told): object {
  return { type: PAYLOAD_TYPE, timestamp: deliveryTime(images), data: { trigger: { namespace, name }, images } };
}

export function formatPayload(told: Told): string {
  return JSON.stringify(payloadOf(told));
}
