import { checkDnsLabel } from '../../kubernetes/label-names.ts';
import type { FieldError, ObjectMeta } from '../../kubernetes/types.ts';
import { validateAnnotations, validateLabels } from '../validate-object-name.ts';

/** A namespace's name is an RFC 1123 label; its labels are labels (apimachinery `ValidateObjectMeta`, its wording). */
export function validateNamespace({ name = '', labels, annotations }: ObjectMeta): readonly FieldError[] {
  return [...validateName(name), ...validateLabels(labels ?? {}), ...validateAnnotations(annotations ?? {})];
}

function validateName(name: string): readonly FieldError[] {
  const field = 'metadata.name';
  if (name === '') return [{ type: 'Required', field, detail: 'name or generateName is required' }];
  return checkDnsLabel(name).map((detail) => ({ type: 'Invalid', field, value: name, detail }));
}
