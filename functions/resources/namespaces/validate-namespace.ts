import type { FieldError } from '../../kubernetes/types.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** A namespace is an RFC 1123 label: at most 63 characters (apimachinery `IsDNS1123Label`, its wording). */
export function validateNamespaceName(name: string): readonly FieldError[] {
  const field = 'metadata.name';
  if (name === '') return [{ type: 'Required', field, detail: 'name or generateName is required' }];
  const errors: FieldError[] = [];
  if (name.length > 63) errors.push({ type: 'Invalid', field, value: name, detail: 'must be no more than 63 characters' });
  if (!LABEL.test(name)) {
    const rule = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
    const detail = `${rule} (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`;
    errors.push({ type: 'Invalid', field, value: name, detail });
  }
  return errors;
}
