/** In what a registry differs from the specification, as far as it matters here. */
import type { IncomingHttpHeaders } from 'node:http';

export interface Quirks {
  /** Most tags it sends at a time. */
  readonly pageSize?: number;
  /** Seconds to wait after an answer 429 without Retry-After; undefined when it does not tell. */
  readonly waitWhenLimited?: (headers: IncomingHttpHeaders) => number | undefined;
}
