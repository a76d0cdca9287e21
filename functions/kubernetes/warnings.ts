/** `Warning` headers (RFC 7234 §5.5), which kubectl and oc print. */
import type { ApiResponse } from './handlers.ts';

/** Characters of all warnings of a response: the gateway limits all headers to 10 KB. */
const MOST = 4096;

/** Adds the warnings, joined as one header; those that do not fit are left out. */
export function withWarnings(response: ApiResponse, warnings: Iterable<string>): ApiResponse {
  const values: string[] = [];
  let size = 0;
  for (const text of warnings) {
    const value = `299 - "${escape(text)}"`;
    size += value.length + 2;
    if (size > MOST) break;
    values.push(value);
  }
  return values.length === 0 ? response : { ...response, headers: { ...response.headers, warning: values.join(', ') } };
}

/** A quoted-string of printable ASCII: names of fields are the client's, and a header must not end early. */
function escape(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').replace(/[\\"]/g, '\\$&');
}
