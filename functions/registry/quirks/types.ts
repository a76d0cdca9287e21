/** In what a registry differs from the specification, as far as it matters here. */
import type { IncomingHttpHeaders } from 'node:http';
import type { TransportResponse } from '../transport.ts';

export interface Quirks {
  /** Most tags it sends at a time. */
  readonly pageSize?: number;
  /** Names every further page of tags in a Link: what follows the last tag of a full page need not be asked for. */
  readonly pagesByLink?: true;
  /** Bytes of one page of tags; instead of the limit for all. */
  readonly pageBytes?: number;
  /** Whether an answer other than 401 means that what was sent to authorize the request is no longer good. */
  readonly isExpired?: (response: TransportResponse) => boolean;
  /** Seconds to wait after an answer 429 without Retry-After; undefined when it does not tell. */
  readonly waitWhenLimited?: (headers: IncomingHttpHeaders) => number | undefined;
}
