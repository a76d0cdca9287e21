/** Query of a watch (`meta/v1` ListOptions of a request with `watch=true`). */
import { ApiError } from './api-error.ts';
import type { WatchOptions } from './handlers.ts';
import { parseListOptions } from './list-options.ts';
import { parseBoolean, requireInteger } from './query-values.ts';
import { invalid, plainFailure } from './status.ts';
import { notSupported } from './not-supported.ts';
import type { FieldError } from './types.ts';

/** Parameters that say something of a list only. */
const OF_LISTS = ['limit', 'continue', 'resourceVersion', 'resourceVersionMatch'];
const MATCH = 'NotOlderThan';

/**
 * Throws ApiError 400 for selectors and numbers that cannot be read, 422 for what upstream refuses without its WatchList feature (clients
 * then list first), 500 for a resourceVersion that is no number (openshift-semantics.md §11b.9).
 */
export function parseWatchOptions(query: URLSearchParams): WatchOptions {
  checkInitialEvents(query);
  const since = parseResourceVersion(query.get('resourceVersion') ?? '');
  const selectors = new URLSearchParams(query);
  for (const name of OF_LISTS) selectors.delete(name);
  const timeoutSeconds = requireInteger(query.get('timeoutSeconds'));
  const bookmarks = parseBoolean(query.get('allowWatchBookmarks'));
  return {
    ...parseListOptions(selectors),
    since,
    bookmarks,
    ...(timeoutSeconds === undefined || timeoutSeconds <= 0 ? {} : { timeoutSeconds }),
  };
}

/** Absent and `0` mean: whatever there is first, then what changes. */
function parseResourceVersion(text: string): number | null {
  if (text === '' || text === '0') return null;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  const problem = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  const quoted = JSON.stringify(text);
  throw new ApiError(plainFailure(500, `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${problem}`));
}

function checkInitialEvents(query: URLSearchParams): void {
  const asksForInitial = query.has('sendInitialEvents');
  const match = query.get('resourceVersionMatch') ?? '';
  const field = 'resourceVersionMatch';
  const errors: FieldError[] = [];
  if (asksForInitial) {
    if (match !== MATCH)
      errors.push({ type: 'Forbidden', field, detail: `sendInitialEvents requires setting resourceVersionMatch to ${MATCH}` });
    const detail = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
    errors.push({ type: 'Forbidden', field: 'sendInitialEvents', detail });
  } else if (match !== '') {
    errors.push({ type: 'Forbidden', field, detail: 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided' });
  }
  if (match !== '' && match !== MATCH) errors.push(notSupported(field, match, [MATCH]));
  if (errors.length > 0) throw new ApiError(invalid('meta.k8s.io', 'ListOptions', '', errors));
}
