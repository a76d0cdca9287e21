/**
 * What a limit range must be (kubernetes `core/validation` ValidateLimitRange). Rules that concern only pods and volumes are left out: nothing
 * here acts on those limits.
 */
import type { LimitRangeItem, StoredLimitRange } from '../../access/ports.ts';
import { parseQuantity, type Quantity } from '../../kubernetes/quantity.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { validateQualified, validateResourceName } from '../resource-names.ts';
import { validateObjectName } from '../validate-object-name.ts';
import { AMOUNT_FIELDS } from './limit-range-object.ts';

const STANDARD_TYPES = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);

export function validateLimitRange(range: StoredLimitRange): readonly FieldError[] {
  const { limits } = range;
  return [
    ...validateObjectName(range),
    ...limits.flatMap((item, index) => {
      const path = `spec.limits[${index}]`;
      const isRepeated = limits.slice(0, index).some(({ type }) => type === item.type);
      return [
        ...validateType(`${path}.type`, item.type),
        ...(isRepeated ? [{ type: 'Duplicate', field: `${path}.type`, value: item.type } as const] : []),
        ...validateAmounts(path, item),
      ];
    }),
  ];
}

function validateType(field: string, value: string): readonly FieldError[] {
  const detail = 'must be a standard limit type or fully qualified';
  return validateQualified(field, value, STANDARD_TYPES.has(value), detail);
}

function validateAmounts(path: string, item: LimitRangeItem): readonly FieldError[] {
  const names = AMOUNT_FIELDS.flatMap((field) =>
    Object.keys(item[field] ?? {}).map((name) => [`${path}.${field}[${name}]`, name] as const),
  );
  const detail = 'must be a standard resource type or fully qualified';
  return [
    ...names.flatMap(([field, name]) => validateResourceName(field, name, detail)),
    ...Object.entries(item.min ?? {}).flatMap(([name, min]) => validateOrder(`${path}.min[${name}]`, min, item.max?.[name])),
  ];
}

function validateOrder(field: string, min: string, max: string | undefined): readonly FieldError[] {
  if (max === undefined || amountOf(min).nano <= amountOf(max).nano) return [];
  return [invalid(field, min, `min value ${min} is greater than max value ${max}`)];
}

/** Stored amounts were parsed when they came. */
function amountOf(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (!parsed.ok) throw new Error(`stored amount ${text}: ${parsed.message}`);
  return parsed.quantity;
}

function invalid(field: string, value: string, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}
