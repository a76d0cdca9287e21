import { deliveryTime } from '../trigger-delivery-event.ts';
import type { Delivery } from './target.ts';

export const PAYLOAD_TYPE = 'image-trigger.delivery';

/** What receivers of messages get (docs/events.md), in the form of Standard Webhooks. The time is that of the newest image that is new. */
export function formatPayload({ trigger: { namespace, name }, images }: Pick<Delivery, 'trigger' | 'images'>): string {
  return JSON.stringify({ type: PAYLOAD_TYPE, timestamp: deliveryTime(images), data: { trigger: { namespace, name }, images } });
}
