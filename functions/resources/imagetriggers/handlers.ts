/** Verbs of imagetriggers. They only write the table: what follows from a write starts at the table's stream (design.md §2). */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { DeleteOptions, ListOptions, RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { notFound, success } from '../../kubernetes/status.ts';
import type { KubernetesList, Status } from '../../kubernetes/types.ts';
import type { WatchableStore } from '../../access/ports.ts';
import type { TriggerStore } from '../../triggers/ports.ts';
import type { StoredTrigger } from '../../triggers/stored-trigger.ts';
import { DELIVERY_API_VERSION, DELIVERY_GROUP, type ImageTrigger } from '../../triggers/types.ts';
import { checkFieldSelector, matchesFields, pageOf } from '../field-selection.ts';
import { checkPreconditions } from '../preconditions.ts';
import { createTrigger } from './create-trigger.ts';
import { decodeTrigger } from './decode-trigger.ts';
import { IMAGE_TRIGGER } from './schema.ts';
import type { TriggerApi } from './trigger-api.ts';
import { watchedObjects } from '../plain-objects.ts';
import type { WatchedKind } from '../watching/watched-kind.ts';
import { updateTrigger } from './update-trigger.ts';
import { triggerTable, viewTrigger } from './view-trigger.ts';

const FIELDS = ['metadata.name', 'metadata.namespace'];

export function createTriggerHandlers(api: TriggerApi): ResourceHandlers<ImageTrigger> {
  return {
    get: async (context, name) => viewTrigger(await readTrigger(api, context, name)),
    list: (context, options) => listTriggers(api, context, options),
    create: (context, trigger) => createTrigger(api, context, trigger),
    update: (context, name, next) => updateTrigger(api, context, name, next),
    delete: (context, name, options) => deleteTrigger(api, context, name, options),
    decode: (body) => ({ ...(body as ImageTrigger), spec: decodeTrigger(body as ImageTrigger).spec }),
    table: triggerTable,
    schema: IMAGE_TRIGGER,
  };
}

export function watchedTriggers(triggers: TriggerStore & WatchableStore<StoredTrigger>): WatchedKind<ImageTrigger> {
  const objects = { ...triggers, read: (namespace: string, name: string) => triggers.readTrigger(namespace, name) };
  return watchedObjects({ view: (trigger) => viewTrigger(trigger) }, objects);
}

async function readTrigger(api: TriggerApi, { info }: RequestContext, name: string): Promise<StoredTrigger> {
  const trigger = await api.triggers.readTrigger(info.namespace, name);
  if (trigger === null) throw new ApiError(notFound(DELIVERY_GROUP, 'imagetriggers', name));
  return trigger;
}

async function listTriggers(api: TriggerApi, { info }: RequestContext, options: ListOptions): Promise<KubernetesList<ImageTrigger>> {
  checkFieldSelector(options, FIELDS);
  const page = await api.triggers.listTriggers(info.namespace === '' ? null : info.namespace, pageOf(options));
  const items = page.items
    .filter(({ namespace, name }) => matchesFields(options.fieldRequirements, { 'metadata.name': name, 'metadata.namespace': namespace }))
    .filter((trigger) => options.matchesLabels(trigger.labels))
    .map((trigger) => viewTrigger(trigger));
  const metadata = { resourceVersion: String(page.revision), ...(page.continue === undefined ? {} : { continue: page.continue }) };
  return { kind: 'ImageTriggerList', apiVersion: DELIVERY_API_VERSION, metadata, items };
}

/** The secret goes after the trigger: one left behind by a crash is never read, a trigger without one could not sign. */
async function deleteTrigger(api: TriggerApi, context: RequestContext, name: string, options: DeleteOptions): Promise<Status> {
  const { uid } = await api.retry(async () => {
    const trigger = await readTrigger(api, context, name);
    checkPreconditions({ group: DELIVERY_GROUP, resource: 'imagetriggers', name, uid: trigger.uid, revision: trigger.revision }, options);
    if (!context.dryRun) await api.triggers.deleteTrigger(trigger);
    return trigger;
  });
  if (!context.dryRun) await api.keys.deleteKey({ namespace: context.info.namespace, name, uid });
  return success({ name, group: DELIVERY_GROUP, kind: 'imagetriggers', uid });
}
