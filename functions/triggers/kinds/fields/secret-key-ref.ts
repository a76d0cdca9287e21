/** `{name, key}` of a Secret, as any target may have it. */
import type { ObjectSchema } from '../../../kubernetes/kind-schema.ts';
import { checkDnsSubdomain } from '../../../kubernetes/label-names.ts';
import type { FieldError } from '../../../kubernetes/types.ts';
import type { SecretKeyRef } from '../../target-spec.ts';

export const SECRET_KEY_REF: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.SecretKeyRef',
  description: 'A key of a Secret in the namespace of the trigger. Whoever sets it must be allowed to read the Secret.',
  required: ['name', 'key'],
  fields: {
    name: { description: 'Name of the Secret.', value: 'string' },
    key: { description: 'Key of its data.', value: 'string' },
  },
};

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;

export function validateSecretRef({ name, key }: SecretKeyRef, field: string): readonly FieldError[] {
  const names = checkDnsSubdomain(name).map((detail): FieldError => ({ type: 'Invalid', field: `${field}.name`, value: name, detail }));
  const detail = "must be letters, digits, '-', '_' or '.'";
  return [
    ...(name === '' ? [{ type: 'Required', field: `${field}.name` } as const] : names),
    ...(KEY.test(key) ? [] : [{ type: 'Invalid', field: `${field}.key`, value: key, detail } as const]),
  ];
}
