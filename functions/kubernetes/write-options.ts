/** Query of a write (`meta/v1` CreateOptions, UpdateOptions, PatchOptions). */
import { ApiError } from './api-error.ts';
import { invalid } from './status.ts';
import { notSupported } from './not-supported.ts';
import type { FieldError } from './types.ts';

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions';

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
}

export interface ApplyPatchOptions extends WriteOptions {
  /** Take fields that others own. */
  readonly force: boolean;
}

const MAX_MANAGER = 128;

/**
 * `fieldManager` falls back on what the user agent calls itself, as upstream does. Throws ApiError 422. `fieldValidation` must be one of its
 * values; what it asks for is done where the object is decoded.
 */
export function parseWriteOptions(kind: OptionsKind, query: URLSearchParams, userAgent: string): WriteOptions {
  const isForced = kind === 'PatchOptions' && query.has('force');
  const errors: FieldError[] = isForced ? [{ type: 'Forbidden', field: 'force', detail: 'may not be specified for non-apply patch' }] : [];
  const options = readOptions(kind, query, errors);
  return options.fieldManager === '' ? { ...options, fieldManager: managerOf(userAgent) } : options;
}

/** Options of a server-side apply: whoever applies says who he is. Throws ApiError 422. */
export function parseApplyOptions(query: URLSearchParams): ApplyPatchOptions {
  const isNamed = (query.get('fieldManager') ?? '') !== '';
  const errors: FieldError[] = isNamed ? [] : [{ type: 'Required', field: 'fieldManager', detail: 'is required for apply patch' }];
  const force = query.get('force');
  return { ...readOptions('PatchOptions', query, errors), force: force !== null && force !== '0' && force.toLowerCase() !== 'false' };
}

/** `errors`: those known already. */
function readOptions(kind: OptionsKind, query: URLSearchParams, errors: readonly FieldError[]): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const directive = query.get('fieldValidation') ?? '';
  const all = [...errors, ...managerErrors(fieldManager), ...dryRunErrors(dryRun), ...validationErrors(directive)];
  if (all.length > 0) throw new ApiError(invalid('meta.k8s.io', kind, '', all));
  return { dryRun: dryRun.length > 0, fieldManager };
}

/** `All` is the only dry run there is. */
export function dryRunErrors(values: readonly unknown[]): readonly FieldError[] {
  if (values.every((value) => value === 'All')) return [];
  return [notSupported('dryRun', values, ['All'])];
}

function managerErrors(manager: string): FieldError[] {
  const field = 'fieldManager';
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > MAX_MANAGER)
    errors.push({ type: 'TooLong', field, detail: `may not be more than ${MAX_MANAGER} bytes` });
  const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(manager);
  if (unprintable !== null) {
    const rune = (unprintable[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    errors.push({ type: 'Invalid', field, value: manager, detail: `invalid character U+${rune} (at position ${unprintable.index})` });
  }
  return errors;
}

function validationErrors(directive: string): readonly FieldError[] {
  if (['', 'Ignore', 'Warn', 'Strict'].includes(directive)) return [];
  return [notSupported('fieldValidation', directive, ['', 'Ignore', 'Strict', 'Warn'])];
}

function managerOf(userAgent: string): string {
  return (userAgent.split('/')[0] ?? '').replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '').slice(0, MAX_MANAGER);
}
