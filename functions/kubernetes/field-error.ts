/** How field errors are worded (apimachinery `util/validation/field` Error.ErrorBody). */
import { formatValue } from './go-format.ts';
import type { FieldError, FieldErrorType, StatusCause } from './types.ts';

const WORDING: Readonly<Record<FieldErrorType, { readonly text: string; readonly reason: string; readonly showsValue: boolean }>> = {
  Required: { text: 'Required value', reason: 'FieldValueRequired', showsValue: false },
  Invalid: { text: 'Invalid value', reason: 'FieldValueInvalid', showsValue: true },
  NotSupported: { text: 'Unsupported value', reason: 'FieldValueNotSupported', showsValue: true },
  Forbidden: { text: 'Forbidden', reason: 'FieldValueForbidden', showsValue: false },
  NotFound: { text: 'Not found', reason: 'FieldValueNotFound', showsValue: true },
  Duplicate: { text: 'Duplicate value', reason: 'FieldValueDuplicate', showsValue: true },
  TooLong: { text: 'Too long', reason: 'FieldValueTooLong', showsValue: false },
  TypeInvalid: { text: 'Invalid value', reason: 'FieldValueTypeInvalid', showsValue: true },
  Internal: { text: 'Internal error', reason: 'InternalError', showsValue: false },
};

/** `Invalid value: "x": must be …`, without the field. A value of undefined is left out; null is printed. */
export function formatFieldError(error: FieldError): string {
  const { text, showsValue } = WORDING[error.type];
  const value = showsValue && error.value !== undefined ? `: ${formatValue(error.value)}` : '';
  const detail = error.detail === undefined || error.detail === '' ? '' : `: ${error.detail}`;
  return text + value + detail;
}

export function fieldErrorCause(error: FieldError): StatusCause {
  return { reason: WORDING[error.type].reason, message: formatFieldError(error), field: error.field };
}

/** One error as it is, several as `[a, b]`; the same text is said once. */
export function formatFieldErrors(errors: readonly FieldError[]): string {
  const messages = [...new Set(errors.map((error) => `${error.field}: ${formatFieldError(error)}`))];
  return messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`;
}
