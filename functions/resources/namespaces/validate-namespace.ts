import { checkDnsLabel, checkLabelKey, checkLabelValue } from '../../kubernetes/label-names.ts';
import type { FieldError, ObjectMeta } from '../../kubernetes/types.ts';

/** A namespace's name is an RFC 1123 label; its labels are labels (apimachinery `ValidateObjectMeta`, its wording). */
export function validateNamespace({ name = '', labels }: ObjectMeta): readonly FieldError[] {
  return [...validateName(name), ...Object.entries(labels ?? {}).flatMap(([key, value]) => validateLabel(key, value))];
}

function validateName(name: string): readonly FieldError[] {
  const field = 'metadata.name';
  if (name === '') return [{ type: 'Required', field, detail: 'name or generateName is required' }];
  return checkDnsLabel(name).map((detail) => ({ type: 'Invalid', field, value: name, detail }));
}

function validateLabel(key: string, value: string): readonly FieldError[] {
  const field = 'metadata.labels';
  return [
    ...checkLabelKey(key).map((detail): FieldError => ({ type: 'Invalid', field, value: key, detail })),
    ...checkLabelValue(value).map((detail): FieldError => ({ type: 'Invalid', field, value, detail })),
  ];
}
