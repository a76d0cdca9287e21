/**
 * The closed set of Status constructors, named and worded as apimachinery `api/errors`: clients print the message, and decide by reason and
 * code (clients-on-the-wire.md §3.3). Field order is upstream's.
 */
import { fieldErrorCause, formatFieldErrors } from './field-error.ts';
import { quote } from './go-format.ts';
import type { FieldError, Status, StatusDetails, StatusReason } from './types.ts';

/** `imagestreams.image.openshift.io`; the core group has no suffix. */
export function qualify(group: string, resource: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}

export function success(details?: StatusDetails): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...(details === undefined ? {} : { details }) };
}

export function notFound(group: string, resource: string, name: string): Status {
  return failure(404, 'NotFound', `${qualify(group, resource)} ${quote(name)} not found`, { name, group, kind: resource });
}

export function alreadyExists(group: string, resource: string, name: string): Status {
  return failure(409, 'AlreadyExists', `${qualify(group, resource)} ${quote(name)} already exists`, { name, group, kind: resource });
}

/** `why` finishes the sentence `Operation cannot be fulfilled on …: `. */
export function conflict(group: string, resource: string, name: string, why: string): Status {
  const message = `Operation cannot be fulfilled on ${qualify(group, resource)} ${quote(name)}: ${why}`;
  return failure(409, 'Conflict', message, { name, group, kind: resource });
}

/** 422. The causes carry each error without its field path, the message carries all of them with it. */
export function invalid(group: string, kind: string, name: string, errors: readonly FieldError[]): Status {
  const subject = `${qualify(group, kind)} ${quote(name)} is invalid`;
  const message = errors.length === 0 ? subject : `${subject}: ${formatFieldErrors(errors)}`;
  return failure(422, 'Invalid', message, { name, group, kind, causes: errors.map(fieldErrorCause) });
}

/** `resource` '' for paths that are no resource. */
export function forbidden(group: string, resource: string, name: string, why: string): Status {
  const subject = qualify(group, resource);
  const named = name === '' ? `${subject} is forbidden: ${why}` : `${subject} ${quote(name)} is forbidden: ${why}`;
  return failure(403, 'Forbidden', resource === '' ? `forbidden: ${why}` : named, { name, group, kind: resource });
}

export function unauthorized(message = 'Unauthorized'): Status {
  return failure(401, 'Unauthorized', message);
}

export function badRequest(message: string): Status {
  return failure(400, 'BadRequest', message);
}

/** 405 of a path that has other methods: nothing of the resource is told. */
export function methodNotAllowed(): Status {
  return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** 404 of a path of a known group that leads nowhere. */
export function noSuchResource(): Status {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** `action` is the verb, e.g. `watch`. */
export function methodNotSupported(group: string, resource: string, action: string): Status {
  const message = `${action} is not supported on resources of kind ${quote(qualify(group, resource))}`;
  return failure(405, 'MethodNotAllowed', message, { group, kind: resource });
}

export function notAcceptable(accepted: readonly string[]): Status {
  return failure(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`);
}

export function gone(message: string): Status {
  return failure(410, 'Gone', message);
}

/** 410 for resource versions and `continue` tokens that are no longer good: clients start their list again. */
export function expired(message: string): Status {
  return failure(410, 'Expired', message);
}

export function requestEntityTooLarge(message: string): Status {
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

export function unsupportedMediaType(accepted: readonly string[]): Status {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return failure(415, 'UnsupportedMediaType', message);
}

/** client-go repeats the request after `retryAfterSeconds`, so nothing may have been written. */
export function tooManyRequests(message: string, retryAfterSeconds: number): Status {
  return failure(429, 'TooManyRequests', message, { retryAfterSeconds });
}

export function internalError(message: string): Status {
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

export function serverTimeout(group: string, resource: string, operation: string, retryAfterSeconds: number): Status {
  const message = `The ${operation} operation against ${qualify(group, resource)} could not be completed at this time, please try again.`;
  return failure(500, 'ServerTimeout', message, { name: operation, group, kind: resource, retryAfterSeconds });
}

export function serviceUnavailable(message: string): Status {
  return failure(503, 'ServiceUnavailable', message);
}

export function timeout(message: string): Status {
  return failure(504, 'Timeout', `Timeout: ${message}`);
}

/** What upstream answers for an error that is no API error: a code and a message, no reason (openshift-semantics.md §1). */
export function plainFailure(code: number, message: string): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code };
}

/** Details lose their empty members, as Go's omitempty does. */
function failure(code: number, reason: StatusReason, message: string, details?: StatusDetails): Status {
  const base = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason } as const;
  return details === undefined ? { ...base, code } : { ...base, details: withoutEmpty(details), code };
}

function withoutEmpty(details: StatusDetails): StatusDetails {
  const isEmpty = (value: unknown): boolean => value === '' || value === 0 || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(details).filter(([, value]) => !isEmpty(value)));
}
