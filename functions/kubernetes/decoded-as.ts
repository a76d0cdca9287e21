/** What Go's decoder leaves out, in one place, so that no resource meets it: null, which stands for the zero value of its type, and unknown fields. */
import { isObjectSchema, type KindSchema, type ValueSchema } from './kind-schema.ts';
import { isObject } from './object-meta.ts';
import type { KubernetesObject } from './types.ts';

/**
 * The object as a Go type of its schema holds it: fields that are null or that the type does not have are left out, null elements of lists and
 * entries of maps become the zero value of their type. JSON that nobody looks into (`any`, open objects) keeps what it has. Expects an object
 * that `findWrongType` has nothing to say of.
 */
export function decodedAs(object: KubernetesObject, schema: KindSchema): KubernetesObject {
  return filled(object, schema) as KubernetesObject;
}

function filled(value: unknown, schema: ValueSchema): unknown {
  if (typeof schema === 'string') return value;
  if ('list' in schema) return Array.isArray(value) ? value.map((element) => filled(element ?? zeroOf(schema.list), schema.list)) : value;
  if (!isObject(value)) return value;
  if (!isObjectSchema(schema)) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, filled(entry ?? zeroOf(schema.map), schema.map)]));
  }
  const members = Object.entries(value).flatMap(([name, member]) => {
    const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
    if (field === undefined) return schema.isOpen === true ? [[name, member] as const] : [];
    return member === null ? [] : [[name, filled(member, field.value)] as const];
  });
  return Object.fromEntries(members);
}

/** A zero Time is written as null; there are no lists of them. */
function zeroOf(schema: ValueSchema): unknown {
  if (typeof schema === 'object') return 'list' in schema ? [] : {};
  switch (schema) {
    case 'string':
    case 'bytes':
      return '';
    case 'Quantity':
      return '0';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
      return 0;
    case 'Time':
    case 'any':
      return null;
  }
}
