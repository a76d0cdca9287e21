/** Amounts of resources as clients send them. */
import type { ResourceAmounts } from '../access/ports.ts';
import { ApiError } from '../kubernetes/api-error.ts';
import { formatQuantity, parseQuantity } from '../kubernetes/quantity.ts';
import { badRequest } from '../kubernetes/status.ts';

export type WireAmounts = Readonly<Record<string, string | number | null>> | null;

/** Canonical forms (`1024Mi` becomes `1Gi`), ordered by name. Throws ApiError 400 for what is no quantity. */
export function decodeAmounts(kind: string, amounts: WireAmounts | undefined): ResourceAmounts {
  const entries = Object.entries(amounts ?? {}).map(([name, amount]) => [name, canonical(kind, amount)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function canonical(kind: string, amount: string | number | null): string {
  const parsed = parseQuantity(String(amount ?? 0).trim());
  if (parsed.ok) return formatQuantity(parsed.quantity);
  throw new ApiError(badRequest(`${kind} in version "v1" cannot be handled as a ${kind}: ${parsed.message}`));
}
