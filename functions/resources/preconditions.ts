/** What must hold of the stored object before a write: resourceVersion, uid, immutable metadata (openshift-semantics.md §2.3). */
import { ApiError } from '../kubernetes/api-error.ts';
import type { DeleteOptions } from '../kubernetes/handlers.ts';
import { conflict } from '../kubernetes/status.ts';
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

/** Field errors of an update's metadata: resourceVersion is required, creationTimestamp may not change. */
export function validateMetadataUpdate(before: { readonly creationTimestamp: string }, wanted: ObjectMeta): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (wanted.resourceVersion === undefined || wanted.resourceVersion === '') {
    errors.push({ type: 'Invalid', field: 'metadata.resourceVersion', value: 0, detail: 'must be specified for an update' });
  }
  const created = wanted.creationTimestamp;
  if (created !== undefined && created !== null && created !== before.creationTimestamp) {
    errors.push({ type: 'Invalid', field: 'metadata.creationTimestamp', value: created, detail: 'field is immutable' });
  }
  return errors;
}
