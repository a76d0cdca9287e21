/** Every field of a schema, and bodies that have something in one of them. */
import { isObjectSchema, type ValueSchema } from '../../functions/kubernetes/kind-schema.ts';

/** Names of members; 0 is the first element of a list, `a` an entry of a map. */
export type FieldPath = readonly (string | 0)[];

export function fieldPaths(schema: ValueSchema): readonly FieldPath[] {
  if (typeof schema === 'string') return [];
  const members: readonly (readonly [string | 0, ValueSchema])[] = isObjectSchema(schema)
    ? Object.entries(schema.fields).map(([name, { value }]) => [name, value])
    : 'list' in schema
      ? [[0, schema.list]]
      : [['a', schema.map]];
  return members.flatMap(([name, value]) => [[name], ...fieldPaths(value).map((path) => [name, ...path])]);
}

/** A copy with the value at the path; what is on the way there is kept or made. */
export function withField(object: unknown, [name, ...rest]: FieldPath, value: unknown): unknown {
  if (name === undefined) return value;
  if (name === 0) {
    const [first, ...others] = Array.isArray(object) ? (object as readonly unknown[]) : [];
    return [withField(first, rest, value), ...others];
  }
  const members = typeof object === 'object' && object !== null && !Array.isArray(object) ? (object as Record<string, unknown>) : {};
  return { ...members, [name]: withField(members[name], rest, value) };
}

/** Whether there is null anywhere a schema describes. */
export function hasNull(value: unknown, schema: ValueSchema): boolean {
  if (value === null) return schema !== 'any';
  if (typeof schema === 'string' || typeof value !== 'object') return false;
  if (Array.isArray(value)) return 'list' in schema && value.some((element) => hasNull(element, schema.list));
  return Object.entries(value).some(([name, member]) => {
    const inner = isObjectSchema(schema) ? schema.fields[name]?.value : 'map' in schema ? schema.map : undefined;
    return inner !== undefined && hasNull(member, inner);
  });
}
