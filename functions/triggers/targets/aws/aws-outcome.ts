import type { Refusal } from '../target.ts';

/** Bytes of what a service says that end in a status. */
const MESSAGE = 300;

const REFUSALS =
  /^(AccessDenied|Unauthorized|Forbidden|.*NotFound|.*DoesNotExist|.*NonExistentQueue|Validation|Invalid|NotAuthorized|Malformed)/;

/** Limits that nobody gets below by waiting. */
const LASTING = /^(Parameter(MaxVersion)?LimitExceeded|HierarchyLevelLimitExceededException)$/;

/**
 * What an error of an AWS client means for a delivery: throttling, faults of the service and of the way to it may pass; a request that was
 * refused is refused again until somebody changes something. `what`: in words, what could not be done.
 */
export function outcomeOfAwsError(thrown: unknown, what: string): Refusal {
  const error = (thrown ?? {}) as AwsError;
  const { name = 'Error', message = '' } = error;
  const kind = isRefusal(error) && !isBusy(error) ? 'refused' : 'retry';
  const reason = /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? name : 'AwsError';
  const details = message === '' || message === name ? '' : `: ${message}`;
  return { kind, reason, message: `${what}: ${name}${details}`.slice(0, MESSAGE) };
}

function isBusy({ name = '', $metadata, $retryable }: AwsError): boolean {
  if (LASTING.test(name)) return false;
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    $retryable !== undefined ||
    status === 429 ||
    status >= 500 ||
    /Throttl|TooMany(Requests|Updates)|LimitExceeded|Conflict|Timeout|Abort|ParameterAlreadyExists/i.test(name)
  );
}

function isRefusal({ name = '', $metadata }: AwsError): boolean {
  return [400, 403, 404].includes($metadata?.httpStatusCode ?? 0) || REFUSALS.test(name);
}

interface AwsError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: object;
}
