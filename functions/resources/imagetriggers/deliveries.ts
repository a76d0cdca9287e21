/** GET imagetriggers/NAME/deliveries: what the target was told within 30 days, page by page. */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { parseListOptions } from '../../kubernetes/list-options.ts';
import { notFound } from '../../kubernetes/status.ts';
import type { KubernetesObject, ListMeta, ObjectMeta } from '../../kubernetes/types.ts';
import { DELIVERY_API_VERSION, DELIVERY_GROUP, type TriggerDelivery } from '../../triggers/types.ts';
import type { TriggerApi } from './trigger-api.ts';

export interface ImageTriggerDeliveries extends KubernetesObject {
  readonly metadata: ObjectMeta & ListMeta;
  /** Newest first. */
  readonly items: readonly TriggerDelivery[];
}

/** The one that is still tried comes first; those that came to an end follow. */
export function createDeliveriesHandlers({ triggers }: Pick<TriggerApi, 'triggers'>): ResourceHandlers<ImageTriggerDeliveries> {
  return {
    async get({ info: { namespace } }, name, query = new URLSearchParams()) {
      const trigger = await triggers.readTrigger(namespace, name);
      if (trigger === null) throw new ApiError(notFound(DELIVERY_GROUP, 'imagetriggers', name));
      const { limit, continue: token } = parseListOptions(query);
      const page = await triggers.listDeliveries(trigger, {
        ...(limit === undefined ? {} : { limit }),
        ...(token === undefined ? {} : { continue: token }),
      });
      const [last] = trigger.status.deliveries ?? [];
      const current = token === undefined && last?.outcome === 'Retrying' ? [last] : [];
      return {
        kind: 'ImageTriggerDeliveries',
        apiVersion: DELIVERY_API_VERSION,
        metadata: { name, namespace, uid: trigger.uid, ...(page.continue === undefined ? {} : { continue: page.continue }) },
        items: [...current, ...page.deliveries],
      };
    },
  };
}
