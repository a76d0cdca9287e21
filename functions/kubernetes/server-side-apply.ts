/** Server-side apply: the wanted object of an apply as a function of the stored one (Kubernetes "Server-Side Apply"). */
import { ApiError } from './api-error.ts';
import { readApplied } from './applied-document.ts';
import { applyConflict } from './apply-conflict.ts';
import { applyFields, type Writer } from './field-ownership.ts';
import type { ApiRequest } from './handlers.ts';
import type { KindSchema } from './kind-schema.ts';
import { KUBECTL, lastAppliedFields, withLastApplied } from './last-applied.ts';
import { decodeManagers } from './managed-fields.ts';
import { ownedSchema, withManagers } from './record-fields.ts';
import { finished, type Target } from './request-object.ts';
import { conflict } from './status.ts';
import type { KubernetesObject } from './types.ts';

export interface ApplyOptions {
  readonly writer: Writer;
  readonly force: boolean;
}

/**
 * Reads the applied configuration. Throws as readApplied. The function it answers throws 409 for every field of somebody else that would change,
 * 409 for a uid when there is no object, and whatever a patch throws; it may be called again after a lost race.
 */
export async function appliedObject(
  target: Target,
  request: ApiRequest,
  options: ApplyOptions,
): Promise<(current: KubernetesObject | null) => KubernetesObject> {
  const schema = ownedSchema(target);
  if (schema === undefined) throw new Error('kinds without owners are not open to apply');
  const document = await readApplied(target, request, schema);
  const applied = target.handlers.foldApplied?.(document) ?? document;
  return (current) => apply(target, options, schema, current, applied);
}

function apply(
  target: Target,
  { writer, force }: ApplyOptions,
  schema: KindSchema,
  current: KubernetesObject | null,
  applied: KubernetesObject,
): KubernetesObject {
  const live = current ?? {};
  requireUid(target, live, applied);
  const isKubectl = writer.manager === KUBECTL;
  const result = applyFields({
    live: { ...live },
    managers: decodeManagers(live.metadata?.managedFields) ?? [],
    applied: { ...applied },
    schema,
    writer,
    force,
    ...(isKubectl ? { yielded: lastAppliedFields(live, schema, writer.apiVersion) } : {}),
    complete: (merged) => ({ ...finished(target, merged) }),
  });
  if (!result.ok) throw new ApiError(applyConflict(result.conflicts));
  const object = withManagers(result.object, result.managers);
  return isKubectl ? withLastApplied(object, applied) : object;
}

/** A uid means an object that is there. */
function requireUid({ info }: Target, live: KubernetesObject, { metadata }: KubernetesObject): void {
  const uid = metadata?.uid ?? '';
  if (uid === '' || (live.metadata?.uid ?? '') !== '') return;
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
  throw new ApiError(conflict(info.group, info.resource, info.name, why));
}
