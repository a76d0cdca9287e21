/** What must hold of the stored object before a write: resourceVersion, uid, immutable metadata (openshift-semantics.md §2.3). */
import { ApiError } from '../kubernetes/api-error.ts';
import type { DeleteOptions } from '../kubernetes/handlers.ts';
import { conflict, invalid, plainFailure } from '../kubernetes/status.ts';
import type { FieldError, ObjectMeta } from '../kubernetes/types.ts';

export const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

interface Stored {
  readonly group: string;
  readonly resource: string;
  readonly name: string;
  readonly uid: string;
  readonly revision: number;
}

/** Throws ApiError 409 when the request names another uid or resourceVersion than the stored object has. Absent ones are not checked. */
export function checkPreconditions(stored: Stored, wanted: DeleteOptions): void {
  const refuse = (why: string): never => {
    throw new ApiError(conflict(stored.group, stored.resource, stored.name, why));
  };
  if (wanted.uid !== undefined && wanted.uid !== '' && wanted.uid !== stored.uid) {
    refuse(`Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${stored.uid}`);
  }
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== '' && wanted.resourceVersion !== String(stored.revision))
    refuse(STALE);
}

/** The same of a DELETE, where upstream names the kind. */
export function checkDeletePreconditions(stored: Stored & { readonly kind: string }, { uid, resourceVersion }: DeleteOptions): void {
  const refuse = (why: string): never => {
    throw new ApiError(conflict(stored.group, stored.kind, stored.name, why));
  };
  if (uid !== undefined && uid !== stored.uid) {
    const known = `does not match the UID in record (${stored.uid})`;
    refuse(`the UID in the precondition (${uid}) ${known}. The object might have been deleted and then recreated`);
  }
  if (resourceVersion !== undefined && resourceVersion !== String(stored.revision)) {
    const known = `does not match the ResourceVersion in record (${stored.revision})`;
    refuse(`the ResourceVersion in the precondition (${resourceVersion}) ${known}. The object might have been modified`);
  }
}

/** Upstream's registry answers a version that was read somewhere as a plain error: 500, no reason. What is no version is not looked at. */
export function refuseResourceVersion({ resourceVersion = '' }: ObjectMeta): void {
  if (!/^\d+$/.test(resourceVersion) || Number(resourceVersion) === 0) return;
  throw new ApiError(plainFailure(500, 'resourceVersion should not be set on objects to be created'));
}

/**
 * The same of a PUT or PATCH that needs a resourceVersion. Throws ApiError 422 without one (the registry, not the strategy, refuses it upstream:
 * it names the resource where others name the kind, openshift-semantics.md §2.3), and 500 for one that is no number.
 */
export function checkUpdatePreconditions(stored: Stored, { uid, resourceVersion = '' }: ObjectMeta): void {
  checkPreconditions(stored, { uid });
  if (!/^\d*$/.test(resourceVersion)) {
    throw new ApiError(plainFailure(500, `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`));
  }
  const errors = validateUpdateVersion({ resourceVersion });
  if (errors.length > 0) throw new ApiError(invalid(stored.group, stored.resource, stored.name, errors));
  checkPreconditions(stored, { resourceVersion });
}

/** The error of an update without resourceVersion; 0 is none either. Changes of creationTimestamp are passed over, they are no error. */
export function validateUpdateVersion({ resourceVersion = '' }: ObjectMeta): readonly FieldError[] {
  if (resourceVersion !== '' && resourceVersion !== '0') return [];
  return [{ type: 'Invalid', field: 'metadata.resourceVersion', value: 0, detail: 'must be specified for an update' }];
}

/** The error of a uid that is not the shown one, for objects whose uid is no precondition. */
export function validateUid(shown: Pick<ObjectMeta, 'uid'>, { uid = '' }: ObjectMeta): readonly FieldError[] {
  if (uid === '' || shown.uid === undefined || uid === shown.uid) return [];
  return [{ type: 'Invalid', field: 'metadata.uid', value: uid, detail: 'field is immutable' }];
}
