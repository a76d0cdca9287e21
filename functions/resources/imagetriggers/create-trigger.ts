/** POST imagetriggers. */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { alreadyExists, badRequest, invalid } from '../../kubernetes/status.ts';
import { StoreError } from '../../store/errors.ts';
import { DELIVERY_GROUP, type ImageTrigger } from '../../triggers/types.ts';
import { requireNamespace } from '../require-namespace.ts';
import { checkSources } from './check-sources.ts';
import { decodeTrigger, type WantedTrigger } from './decode-trigger.ts';
import { givenSecret, wantsSecret } from './inline-secret.ts';
import { prepareCreate } from './prepare-trigger.ts';
import type { TriggerApi } from './trigger-api.ts';
import { validateTrigger } from './validate-trigger.ts';
import { viewTrigger } from './view-trigger.ts';

/**
 * Creates the trigger. Without a signing secret it gets a fresh one, which this answer shows and no other ever will.
 * Throws ApiError 400, 404 (namespace), 409, 422.
 */
export async function createTrigger(api: TriggerApi, context: RequestContext, body: ImageTrigger): Promise<ImageTrigger> {
  const { namespace } = context.info;
  const wanted = withName(decodeTrigger(body), api.newUid());
  const name = wanted.metadata.name ?? '';
  if ((wanted.metadata.resourceVersion ?? '') !== '')
    throw new ApiError(badRequest('resourceVersion should not be set on objects to be created'));
  await requireNamespace(api.namespaces, context.info, name);
  const { allowPrivateAddresses, allowed } = api;
  const errors = [
    ...validateTrigger(wanted, { namespace, allowPrivateAddresses, allowed }),
    ...(await checkSources(api.authorizer, { identity: context.identity, namespace, spec: wanted.spec, before: null })),
  ];
  if (errors.length > 0) throw new ApiError(invalid(DELIVERY_GROUP, 'ImageTrigger', name, errors));
  const trigger = prepareCreate(wanted, { namespace, name, uid: api.newUid(), now: context.now });
  const exists = () => new ApiError(alreadyExists(DELIVERY_GROUP, 'imagetriggers', name));
  if (context.dryRun) {
    if ((await api.triggers.readTrigger(namespace, name)) !== null) throw exists();
    return viewTrigger(trigger);
  }
  const given = givenSecret(wanted.spec);
  const secret = given ?? (wantsSecret(wanted.spec) ? api.newSecret() : undefined);
  // The key first: the trigger may fire as soon as it is there. One that is left behind is never read, its uid is nobody's.
  if (secret !== undefined) await api.keys.saveKey(trigger, secret);
  try {
    const stored = await api.triggers.createTrigger(trigger);
    return viewTrigger(stored, given === undefined ? secret : undefined);
  } catch (error) {
    // After any other failure the trigger may have been written all the same.
    if (!(error instanceof StoreError && error.code === 'ERR_STORE_EXISTS')) throw error;
    if (secret !== undefined) await api.keys.deleteKey(trigger);
    throw exists();
  }
}

function withName(wanted: WantedTrigger, uid: string): WantedTrigger {
  const { name, generateName } = wanted.metadata;
  if ((name ?? '') !== '' || (generateName ?? '') === '') return wanted;
  return { ...wanted, metadata: { ...wanted.metadata, name: `${generateName}${uid.replaceAll('-', '').slice(0, 5)}` } };
}
