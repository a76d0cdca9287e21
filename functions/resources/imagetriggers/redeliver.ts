/**
 * POST imagetriggers/NAME/redeliver: the target gets the current images once more, whatever it was told and whatever the policy says. It only
 * writes the trigger; what follows from that starts at the table's stream (design.md §2).
 */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { conflict, notFound } from '../../kubernetes/status.ts';
import type { KubernetesObject, ObjectMeta } from '../../kubernetes/types.ts';
import type { StoredTrigger } from '../../triggers/stored-trigger.ts';
import { DELIVERY_API_VERSION, DELIVERY_GROUP } from '../../triggers/types.ts';
import { formatTime } from '../rfc3339.ts';
import { REDELIVERY } from './redelivery-schema.ts';
import type { TriggerApi } from './trigger-api.ts';

export interface ImageTriggerRedelivery extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly dryRun?: boolean } | null;
  /** `suffix`: how the id of the delivery ends, to be found by in `deliveries`. */
  readonly status?: { readonly suffix: string };
}

const SUFFIX_LENGTH = 8;

export function createRedeliverHandlers(api: Pick<TriggerApi, 'triggers' | 'retry' | 'newUid'>): ResourceHandlers<ImageTriggerRedelivery> {
  return { create: (context, request) => redeliver(api, context, request), schema: REDELIVERY };
}

/** A redelivery that waits is replaced: it would send the same. Throws ApiError 404, and 409 for a trigger that is paused. */
async function redeliver(
  api: Pick<TriggerApi, 'triggers' | 'retry' | 'newUid'>,
  { info, dryRun, now }: RequestContext,
  { spec }: ImageTriggerRedelivery,
): Promise<ImageTriggerRedelivery> {
  const { namespace, name } = info;
  const id = api.newUid().replaceAll('-', '').slice(0, SUFFIX_LENGTH);
  const isRehearsal = spec?.dryRun === true;
  const redelivery = { id, ...(isRehearsal ? { dryRun: true as const } : {}) };
  await api.retry(async () => {
    const trigger = await readActive(api, namespace, name);
    if (!dryRun) await api.triggers.updateTrigger({ ...trigger, redelivery });
  });
  return {
    kind: 'ImageTriggerRedelivery',
    apiVersion: DELIVERY_API_VERSION,
    metadata: { name, namespace, creationTimestamp: formatTime(now) },
    spec: isRehearsal ? { dryRun: true } : {},
    status: { suffix: id },
  };
}

async function readActive({ triggers }: Pick<TriggerApi, 'triggers'>, namespace: string, name: string): Promise<StoredTrigger> {
  const trigger = await triggers.readTrigger(namespace, name);
  if (trigger === null) throw new ApiError(notFound(DELIVERY_GROUP, 'imagetriggers', name));
  if (trigger.spec.paused === true) throw new ApiError(conflict(DELIVERY_GROUP, 'imagetriggers', name, 'the trigger is paused'));
  return trigger;
}
