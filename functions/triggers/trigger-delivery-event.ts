/** What a bus gets of a delivery (docs/trigger-delivery-event.schema.json): the contract for subscribers. Members may be added. Pure. */
import { EVENT_SOURCE } from '../changes/tag-change-event.ts';
import type { DeliveredImage, Delivery } from './targets/target.ts';

export const DELIVERY_SOURCE = EVENT_SOURCE;
export const DELIVERY_DETAIL_TYPE = 'Image Trigger Delivery';

export interface TriggerDeliveryDetail {
  /** The same however often the delivery arrives: drop those you know. */
  readonly id: string;
  /** RFC 3339; when the newest of the images that are new came to be. */
  readonly time: string;
  readonly trigger: { readonly namespace: string; readonly name: string };
  /** All of the trigger's, as a webhook gets them. */
  readonly images: readonly DeliveredImage[];
}

export function describeDelivery({
  id,
  trigger: { namespace, name },
  images,
}: Pick<Delivery, 'id' | 'trigger' | 'images'>): TriggerDeliveryDetail {
  return { id, time: deliveryTime(images), trigger: { namespace, name }, images };
}

/** RFC 3339; that of the newest image that is new. */
export function deliveryTime(images: readonly DeliveredImage[]): string {
  return images.reduce((latest, { changed, time }) => (changed && time > latest ? time : latest), '');
}
