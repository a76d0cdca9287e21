/**
 * What a quota must be (kubernetes `core/validation` ValidateResourceQuota). Which scopes go with which resources is left out: nothing here has
 * scopes.
 */
import type { StoredResourceQuota } from '../../access/ports.ts';
import { floorQuantity, parseQuantity, quantityOf } from '../../kubernetes/quantity.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { sameJson } from '../../image/same-json.ts';
import { isWholeResource, validateResourceName } from '../resource-names.ts';
import { validateObjectName } from '../validate-object-name.ts';

export function validateResourceQuota(quota: StoredResourceQuota): readonly FieldError[] {
  const limits = Object.entries(quota.hard).flatMap(([name, amount]) => {
    const field = `spec.hard[${name}]`;
    return [...validateResourceName(field, name, 'must be a standard resource for quota'), ...validateAmount(field, name, amount)];
  });
  return [...validateObjectName(quota), ...limits];
}

/** Of which pods a quota tells is settled when it is made. */
export function validateQuotaUpdate(before: StoredResourceQuota, after: StoredResourceQuota): readonly FieldError[] {
  const scopesOf = ({ scopes = [] }: StoredResourceQuota) => [...new Set(scopes)].sort();
  if (sameJson(scopesOf(before), scopesOf(after))) return [];
  return [{ type: 'Invalid', field: 'spec.scopes', value: after.scopes ?? null, detail: 'field is immutable' }];
}

function validateAmount(field: string, name: string, amount: string): readonly FieldError[] {
  const parsed = parseQuantity(amount);
  if (!parsed.ok) throw new Error(`stored amount ${amount}: ${parsed.message}`);
  const { quantity } = parsed;
  const isWhole = quantityOf(floorQuantity(quantity), 'DecimalSI').nano === quantity.nano;
  return [
    ...(quantity.nano < 0n ? [{ type: 'Invalid', field, value: amount, detail: 'must be greater than or equal to 0' } as const] : []),
    ...(isWholeResource(name) && !isWhole ? [{ type: 'Invalid', field, value: amount, detail: 'must be an integer' } as const] : []),
  ];
}
