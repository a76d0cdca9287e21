/** Query parameters as apimachinery converts them (`runtime/conversion`). */
import { ApiError } from './api-error.ts';
import { badRequest } from './status.ts';

/** Absent, `0` and `false` in any case are false; everything else, the empty string too, is true. */
export function parseBoolean(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

export type ParsedInteger = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly message: string };

/** The integer a parameter holds, undefined where there is none. Throws ApiError 400 for anything else. */
export function requireInteger(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  const parsed = parseInteger(text);
  if (!parsed.ok) throw new ApiError(badRequest(parsed.message));
  return parsed.value;
}

/** A 64-bit integer as Go's `strconv.ParseInt` reads it; the message is Go's. Values past 2^53 lose precision, which no limit needs. */
export function parseInteger(text: string): ParsedInteger {
  if (!/^[+-]?\d+$/.test(text)) return { ok: false, message: `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax` };
  const exact = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(64, exact) !== exact) {
    return { ok: false, message: `strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range` };
  }
  return { ok: true, value: Number(exact) };
}
