/** Body and query of DELETE (`meta/v1` DeleteOptions). */
import { ApiError } from './api-error.ts';
import { JSON_TYPE, limitBody, parseMediaType } from './body.ts';
import type { DeleteOptions } from './handlers.ts';
import { parseJson } from './json-text.ts';
import { isObject } from './object-meta.ts';
import { requireInteger } from './query-values.ts';
import { badRequest, invalid, unsupportedMediaType } from './status.ts';
import { notSupported } from './not-supported.ts';
import type { FieldError } from './types.ts';
import { dryRunErrors } from './write-options.ts';

export interface ParsedDelete extends DeleteOptions {
  readonly dryRun: boolean;
}

type Options = Readonly<Record<string, unknown>>;

const POLICIES = ['Foreground', 'Background', 'Orphan'];

/**
 * Grace periods and propagation mean nothing here: nothing is left to collect when the answer goes out. `dryRun` counts wherever it stands,
 * in the query or the body; upstream forgets the query's once there is a body. Throws ApiError 400, 413, 415, 422.
 */
export function parseDeleteOptions(body: Uint8Array | null, contentType: string | undefined, query: URLSearchParams): ParsedDelete {
  const options = decodeOptions(limitBody(body), contentType);
  // A body makes upstream forget the query.
  if (body === null || body.length === 0) requireInteger(query.get('gracePeriodSeconds'));
  const dryRun = [...query.getAll('dryRun'), ...listOf(options['dryRun'])];
  const policy = options['propagationPolicy'] ?? query.get('propagationPolicy');
  const errors = [...policyErrors(policy, options['orphanDependents']), ...dryRunErrors(dryRun)];
  if (errors.length > 0) throw new ApiError(invalid('meta.k8s.io', 'DeleteOptions', '', errors));
  return { ...readPreconditions(options['preconditions']), dryRun: dryRun.length > 0 };
}

function decodeOptions(bytes: Uint8Array, contentType: string | undefined): Options {
  if (bytes.length === 0) return {};
  if (parseMediaType(contentType) !== JSON_TYPE) throw new ApiError(unsupportedMediaType([JSON_TYPE]));
  const parsed = parseJson(bytes);
  if (!parsed.ok) throw new ApiError(badRequest(`couldn't get version/kind; json parse error: ${parsed.message}`));
  if (!isObject(parsed.value)) throw notOptions();
  const { kind } = parsed.value;
  if (kind !== undefined && kind !== '' && kind !== 'DeleteOptions') throw notOptions();
  return parsed.value;
}

function readPreconditions(value: unknown): DeleteOptions {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw notOptions();
  const { uid, resourceVersion } = value;
  return { ...readText('uid', uid), ...readText('resourceVersion', resourceVersion) };
}

function readText(name: string, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string') throw notOptions();
  return { [name]: value };
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw notOptions();
  return value;
}

/** `orphanDependents` is the old way to say the same. */
function policyErrors(policy: unknown, orphanDependents: unknown): readonly FieldError[] {
  if (policy === undefined || policy === null) return [];
  if (orphanDependents !== undefined && orphanDependents !== null) {
    const detail = 'orphanDependents and deletionPropagation cannot be both set';
    return [{ type: 'Invalid', field: 'propagationPolicy', value: policy, detail }];
  }
  if (POLICIES.includes(policy as string)) return [];
  return [notSupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil'])];
}

function notOptions(): ApiError {
  return new ApiError(badRequest('decoded object cannot be converted to DeleteOptions'));
}
