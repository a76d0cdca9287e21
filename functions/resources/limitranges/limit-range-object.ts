/** core/v1 LimitRange: reading what a client sends, and showing what is stored. */
import type { LimitRangeItem, ResourceAmounts, StoredLimitRange } from '../../access/ports.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { formatQuantity, parseQuantity } from '../../kubernetes/quantity.ts';
import { badRequest } from '../../kubernetes/status.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import { viewMetadata } from '../plain-objects.ts';

export interface LimitRange extends KubernetesObject {
  readonly spec: { readonly limits: readonly LimitRangeItem[] };
}

export const AMOUNT_FIELDS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

type WireAmounts = Readonly<Record<string, string | number | null>> | null;
type WireItem = { readonly type?: string | null } & { readonly [Field in (typeof AMOUNT_FIELDS)[number]]?: WireAmounts };

/** Quantities get their canonical form (`1024Mi` becomes `1Gi`), unknown fields are dropped. Throws ApiError 400. */
export function decodeLimitRange(body: unknown): LimitRange {
  // Types were checked against the schema; anything may be missing or null.
  const { kind, apiVersion, metadata, spec } = body as KubernetesObject & {
    readonly spec?: { limits?: readonly (WireItem | null)[] | null };
  };
  return { kind, apiVersion, metadata, spec: { limits: (spec?.limits ?? []).map((item) => decodeItem(item ?? {})) } };
}

/** Amounts in their canonical form, so that the same ones spelled otherwise are no change. Throws ApiError 400. */
export function foldQuantities(document: KubernetesObject): KubernetesObject {
  const { spec } = document as { readonly spec?: unknown };
  return spec === undefined || spec === null ? document : ({ ...document, spec: decodeLimitRange(document).spec } as KubernetesObject);
}

export function viewLimitRange(stored: StoredLimitRange): LimitRange {
  return { kind: 'LimitRange', apiVersion: 'v1', metadata: viewMetadata(stored), spec: { limits: stored.limits } };
}

/** kubernetes has no columns of its own for it: these are those of every kind without. */
export const limitRangeTable: TableDefinition<LimitRange> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the limit range' },
    { name: 'Created At', type: 'date', description: 'When it was created' },
  ],
  cells: ({ metadata = {} }) => [metadata.name ?? '', metadata.creationTimestamp ?? ''],
};

function decodeItem(item: WireItem): LimitRangeItem {
  const amounts = AMOUNT_FIELDS.map((field) => [field, decodeAmounts(item[field])] as const);
  const given = Object.fromEntries(amounts.filter(([, found]) => Object.keys(found).length > 0));
  return { type: item.type ?? '', ...given };
}

function decodeAmounts(amounts: WireAmounts | undefined): ResourceAmounts {
  const entries = Object.entries(amounts ?? {}).map(([name, amount]) => [name, canonical(amount)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function canonical(amount: string | number | null): string {
  const parsed = parseQuantity(String(amount ?? 0).trim());
  if (parsed.ok) return formatQuantity(parsed.quantity);
  throw new ApiError(badRequest(`LimitRange in version "v1" cannot be handled as a LimitRange: ${parsed.message}`));
}
