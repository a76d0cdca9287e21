/** Query of a list (`meta/v1` ListOptions). */
import { ApiError } from './api-error.ts';
import { parseFieldSelector } from './field-selector.ts';
import type { ListOptions } from './handlers.ts';
import { parseLabelSelector } from './label-selector.ts';
import { requireInteger } from './query-values.ts';
import { badRequest, invalid, plainFailure } from './status.ts';
import { notSupported } from './not-supported.ts';
import type { FieldError } from './types.ts';

/**
 * Throws ApiError 400 for a number or selector that cannot be read and for `continue` together with a resourceVersion, 422 for a
 * resourceVersionMatch that makes no sense, 500 for a resourceVersion that is no number (as upstream's store does). A limit of 0 or less is no
 * limit. resourceVersion itself is ignored: every list is the newest.
 */
export function parseListOptions(query: URLSearchParams): ListOptions {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  if (!labels.ok) throw new ApiError(badRequest(labels.message));
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
  if (!fields.ok) throw new ApiError(badRequest(fields.message));
  const limit = requireInteger(query.get('limit'));
  requireInteger(query.get('timeoutSeconds'));
  const token = query.get('continue') ?? '';
  checkResourceVersion(query, token);
  return {
    ...(limit === undefined || limit <= 0 ? {} : { limit }),
    ...(token === '' ? {} : { continue: token }),
    matchesLabels: labels.matches,
    fieldRequirements: fields.requirements,
  };
}

function checkResourceVersion(query: URLSearchParams, token: string): void {
  const version = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(version)) {
    const why = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
    throw new ApiError(plainFailure(500, `resourceVersion: Invalid value: ${JSON.stringify(version)}: ${why}`));
  }
  if (token !== '' && version !== '' && version !== '0') {
    throw new ApiError(badRequest('specifying resource version is not allowed when using continue'));
  }
  const errors = matchErrors(query.get('resourceVersionMatch') ?? '', version, token);
  if (errors.length > 0) throw new ApiError(invalid('meta.k8s.io', 'ListOptions', '', errors));
}

function matchErrors(match: string, version: string, token: string): readonly FieldError[] {
  const field = 'resourceVersionMatch';
  if (match === '') return [];
  const errors: FieldError[] = [];
  if (version === '')
    errors.push({ type: 'Forbidden', field, detail: 'resourceVersionMatch is forbidden unless resourceVersion is provided' });
  if (token !== '') errors.push({ type: 'Forbidden', field, detail: 'resourceVersionMatch is forbidden when continue is provided' });
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    errors.push(notSupported(field, match, ['Exact', 'NotOlderThan', '']));
  }
  if (match === 'Exact' && version === '0') {
    errors.push({ type: 'Forbidden', field, detail: 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"' });
  }
  return errors;
}
