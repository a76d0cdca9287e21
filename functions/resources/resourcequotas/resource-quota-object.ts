/** core/v1 ResourceQuota: reading what a client sends, and showing what is stored. */
import type { ResourceAmounts, ScopeSelector, StoredResourceQuota } from '../../access/ports.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { formatAge } from '../../kubernetes/age.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import { viewMetadata } from '../plain-objects.ts';
import { decodeAmounts, type WireAmounts } from '../quantity-amounts.ts';

export interface ResourceQuota extends KubernetesObject {
  readonly spec: Pick<StoredResourceQuota, 'scopes' | 'scopeSelector'> & { readonly hard?: ResourceAmounts };
  readonly status?: { readonly hard?: ResourceAmounts; readonly used?: ResourceAmounts };
}

interface WireSpec {
  readonly hard?: WireAmounts;
  readonly scopes?: readonly string[] | null;
  readonly scopeSelector?: Partial<ScopeSelector> | null;
}

/** Quantities get their canonical form, unknown fields and the status are dropped. Throws ApiError 400. */
export function decodeResourceQuota(body: unknown): ResourceQuota {
  // Types were checked against the schema; anything may be missing or null.
  const { kind, apiVersion, metadata, spec } = body as KubernetesObject & { readonly spec?: WireSpec | null };
  const { hard, scopes, scopeSelector } = spec ?? {};
  return {
    kind,
    apiVersion,
    metadata,
    spec: {
      hard: decodeAmounts('ResourceQuota', hard),
      ...(scopes && scopes.length > 0 ? { scopes } : {}),
      ...(scopeSelector ? { scopeSelector: { matchExpressions: scopeSelector.matchExpressions ?? [] } } : {}),
    },
  };
}

/** Amounts in their canonical form, so that the same ones spelled otherwise are no change. Throws ApiError 400. */
export function foldQuota(document: KubernetesObject): KubernetesObject {
  const { spec } = document as { readonly spec?: WireSpec | null };
  if (spec?.hard === undefined) return document;
  return { ...document, spec: { ...spec, hard: decodeAmounts('ResourceQuota', spec.hard) } } as KubernetesObject;
}

export function viewResourceQuota(stored: StoredResourceQuota): ResourceQuota {
  const { hard, scopes, scopeSelector } = stored;
  const limits = Object.keys(hard).length === 0 ? {} : { hard };
  const spec = { ...limits, ...(scopes && { scopes }), ...(scopeSelector && { scopeSelector }) };
  return { kind: 'ResourceQuota', apiVersion: 'v1', metadata: viewMetadata(stored), spec, status: limits };
}

/** Columns as kubectl prints them. */
export const resourceQuotaTable: TableDefinition<ResourceQuota> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the quota' },
    { name: 'Request', type: 'string', description: 'What there is and may be of each resource' },
    { name: 'Limit', type: 'string', description: 'The same of limits of containers' },
    { name: 'Age', type: 'string', description: 'Time since the quota was created' },
  ],
  cells({ metadata = {}, status = {} }, now) {
    const { hard = {}, used = {} } = status;
    const entries = Object.entries(hard).map(
      ([name, most]) => [name.startsWith('limits.'), `${name}: ${used[name] ?? '0'}/${most}`] as const,
    );
    const column = (isLimit: boolean) => entries.flatMap(([isOf, text]) => (isOf === isLimit ? [text] : [])).join(', ');
    return [metadata.name ?? '', column(false), column(true), formatAge(metadata.creationTimestamp ?? '', now)];
  },
};
