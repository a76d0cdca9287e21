/** Which quotas of a namespace count its image streams. Read anew each time: a stream is created seldom, and a quota is to be exact. */
import { floorQuantity, parseQuantity } from '../../kubernetes/quantity.ts';
import type { QuotaReader, StreamQuota } from '../../resources/ports.ts';
import { type ResourceQuotaStore, type StoredResourceQuota, STREAM_COUNTS } from '../ports.ts';

export function createQuotaReader(quotas: Pick<ResourceQuotaStore, 'list'>): QuotaReader {
  return { readStreamQuotas: async (namespace) => (await quotas.list(namespace, {})).items.flatMap(streamQuotas) };
}

function streamQuotas({ name, hard, scopes = [], scopeSelector }: StoredResourceQuota): readonly StreamQuota[] {
  if (scopes.length > 0 || scopeSelector !== undefined) return [];
  return STREAM_COUNTS.flatMap((resource) => {
    const text = Object.hasOwn(hard, resource) ? hard[resource] : undefined;
    if (text === undefined) return [];
    const parsed = parseQuantity(text);
    if (!parsed.ok) throw new Error(`stored amount ${text}: ${parsed.message}`);
    return [{ name, resource, most: floorQuantity(parsed.quantity), text }];
  });
}
