/** Seconds to wait, from a Retry-After header (RFC 9110 §10.2.3: seconds or a date); undefined when there is none to be understood. `now` in milliseconds. */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) || !/[a-z]/i.test(text) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
