/** Verbs of core/v1 limitranges. What they limit is checked where it is written (../imagestreams/check-limits.ts). */
import type { LimitRangeStore, StoredLimitRange } from '../../access/ports.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { createPlainHandlers, type PlainApi, type PlainKind } from '../plain-objects.ts';
import { decodeLimitRange, foldQuantities, type LimitRange, limitRangeTable, viewLimitRange } from './limit-range-object.ts';
import { LIMIT_RANGE } from './schema.ts';
import { validateLimitRange } from './validate-limit-range.ts';

export const limitRangeKind: PlainKind<StoredLimitRange, LimitRange> = {
  group: '',
  apiVersion: 'v1',
  resource: 'limitranges',
  kind: 'LimitRange',
  prepare: ({ spec }, base) => ({ ...base, limits: spec.limits }),
  validate: validateLimitRange,
  validateUpdate: () => [],
  view: viewLimitRange,
};

export function createLimitRangeHandlers(
  api: PlainApi<StoredLimitRange> & { readonly objects: LimitRangeStore },
): ResourceHandlers<LimitRange> {
  return {
    ...createPlainHandlers(limitRangeKind, api),
    decode: decodeLimitRange,
    foldApplied: foldQuantities,
    table: limitRangeTable,
    schema: LIMIT_RANGE,
  };
}
