/** PUT and PATCH imagetriggers. */
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, Written } from '../../kubernetes/handlers.ts';
import { invalid, notFound } from '../../kubernetes/status.ts';
import type { StoredTrigger } from '../../triggers/stored-trigger.ts';
import { DELIVERY_GROUP, type ImageTrigger } from '../../triggers/types.ts';
import { checkPreconditions, validateUpdateVersion } from '../preconditions.ts';
import { checkSources } from './check-sources.ts';
import { decodeTrigger, type WantedTrigger } from './decode-trigger.ts';
import { givenSecret, wantsSecret } from './inline-secret.ts';
import { prepareUpdate } from './prepare-trigger.ts';
import type { TriggerApi } from './trigger-api.ts';
import { validateTrigger } from './validate-trigger.ts';
import { viewTrigger } from './view-trigger.ts';

type Next = (current: ImageTrigger | null) => ImageTrigger;

/** Replaces labels, annotations and spec; the status is not the client's. Nothing changed, nothing written. Throws ApiError 404, 409, 422. */
export async function updateTrigger(api: TriggerApi, context: RequestContext, name: string, next: Next): Promise<Written<ImageTrigger>> {
  // Outlives a lost race: the second attempt finds the key already saved, but the trigger does not know of it yet.
  let isRotated = false;
  const stored = await api.retry(async () => {
    const before = await api.triggers.readTrigger(context.info.namespace, name);
    if (before === null) throw new ApiError(notFound(DELIVERY_GROUP, 'imagetriggers', name));
    const wanted = decodeTrigger(next(viewTrigger(before)));
    checkPreconditions(
      { group: DELIVERY_GROUP, resource: 'imagetriggers', name, uid: before.uid, revision: before.revision },
      wanted.metadata,
    );
    await checkWanted(api, context, before, wanted);
    const secret = givenSecret(wanted.spec) ?? newlyWanted(api, before, wanted);
    // The key first: the change of the trigger fires it, and it has to sign with the new one.
    if (secret !== undefined && !context.dryRun) isRotated = (await api.keys.saveKey(before, secret)) || isRotated;
    const after = prepareUpdate(before, wanted, isRotated);
    if (after === before || context.dryRun) return after;
    return api.triggers.updateTrigger(after);
  });
  return { object: viewTrigger(stored), created: false };
}

async function checkWanted(api: TriggerApi, { identity }: RequestContext, before: StoredTrigger, wanted: WantedTrigger): Promise<void> {
  const { namespace, name } = before;
  const named = { ...wanted, metadata: { ...wanted.metadata, name } };
  const errors = [
    ...validateUpdateVersion(wanted.metadata),
    ...validateTrigger(named, { namespace, allowPrivateAddresses: api.allowPrivateAddresses, allowed: api.allowed }),
    ...(await checkSources(api.authorizer, { identity, namespace, spec: wanted.spec, before })),
  ];
  if (errors.length > 0) throw new ApiError(invalid(DELIVERY_GROUP, 'ImageTrigger', name, errors));
}

/** The target has had no secret of its own until now: nobody will see this one, but it signs. Its owner sets another to know it. */
function newlyWanted(api: TriggerApi, before: StoredTrigger, wanted: WantedTrigger): string | undefined {
  return wantsSecret(wanted.spec) && !wantsSecret(before.spec) ? api.newSecret() : undefined;
}
