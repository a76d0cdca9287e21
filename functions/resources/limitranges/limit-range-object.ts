/** core/v1 LimitRange: reading what a client sends, and showing what is stored. */
import type { LimitRangeItem, StoredLimitRange } from '../../access/ports.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import { viewMetadata } from '../plain-objects.ts';
import { decodeAmounts, type WireAmounts } from '../quantity-amounts.ts';

export interface LimitRange extends KubernetesObject {
  readonly spec: { readonly limits: readonly LimitRangeItem[] };
}

export const AMOUNT_FIELDS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

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
  const amounts = AMOUNT_FIELDS.map((field) => [field, decodeAmounts('LimitRange', item[field])] as const);
  const given = Object.fromEntries(amounts.filter(([, found]) => Object.keys(found).length > 0));
  return { type: item.type ?? '', ...given };
}
