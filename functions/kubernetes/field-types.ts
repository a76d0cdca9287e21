/** A decoded object against the schema of its kind: fields that do not exist, and values of another type than Go would take. */
import { isObjectSchema, type ObjectSchema, typeName, type ValueSchema } from './kind-schema.ts';
import { isObject } from './object-meta.ts';

/** No client reads more, and a hostile body could have a million. */
const MOST_FIELDS = 100;

/** Paths of fields the kind does not have, in the order of the object, e.g. `spec.tags[0].form`; 100 at most. */
export function findUnknownFields(value: unknown, schema: ObjectSchema): readonly string[] {
  const found: string[] = [];
  collectUnknown(value, schema, '', found);
  return found;
}

function collectUnknown(value: unknown, schema: ValueSchema, path: string, found: string[]): void {
  if (typeof schema === 'string' || found.length >= MOST_FIELDS) return;
  if (Array.isArray(value)) {
    if ('list' in schema) value.forEach((element, index) => collectUnknown(element, schema.list, `${path}[${index}]`, found));
    return;
  }
  if (!isObject(value) || 'list' in schema) return;
  for (const [name, member] of Object.entries(value)) {
    const inner = path === '' ? name : `${path}.${name}`;
    const field = memberSchema(schema, name);
    if (field !== undefined) collectUnknown(member, field, inner, found);
    else if (found.length < MOST_FIELDS) found.push(inner);
  }
}

function memberSchema(schema: Exclude<ValueSchema, string | { readonly list: ValueSchema }>, name: string): ValueSchema | undefined {
  if (!isObjectSchema(schema)) return schema.map;
  if (Object.hasOwn(schema.fields, name)) return schema.fields[name]?.value;
  return schema.isOpen === true ? 'any' : undefined;
}

/**
 * What Go's decoder says of the first value it cannot take; null when there is none. null values are Go's zero values. `decodesBytes`: false
 * while bytes are the text that carries them.
 */
export function findWrongType(value: unknown, schema: ObjectSchema, { decodesBytes = true } = {}): string | null {
  return wrongMember(value, schema, { struct: schema, path: '', decodesBytes });
}

interface Place {
  /** The innermost named type, which Go names in its message. */
  readonly struct: ObjectSchema;
  /** Names down to the value, without list indexes: Go has none. */
  readonly path: string;
  readonly decodesBytes: boolean;
}

function wrongMember(value: unknown, schema: ValueSchema, place: Place): string | null {
  if (value === null || value === undefined || schema === 'any') return null;
  if (typeof schema === 'string') {
    if (!fits(value, schema)) return mismatch(value, schema, place);
    return schema === 'bytes' && place.decodesBytes && typeof value === 'string' ? base64Problem(value) : null;
  }
  if ('list' in schema) {
    if (!Array.isArray(value)) return mismatch(value, schema, place);
    return firstProblem(value, (element) => wrongMember(element, schema.list, place));
  }
  if (!isObject(value)) return mismatch(value, schema, place);
  return firstProblem(Object.entries(value), ([name, member]) => {
    const field = memberSchema(schema, name);
    if (field === undefined) return null;
    if (!isObjectSchema(schema)) return wrongMember(member, field, place);
    return wrongMember(member, field, { ...place, struct: schema, path: place.path === '' ? name : `${place.path}.${name}` });
  });
}

function firstProblem<T>(values: readonly T[], check: (value: T) => string | null): string | null {
  for (const value of values) {
    const problem = check(value);
    if (problem !== null) return problem;
  }
  return null;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Line breaks are passed over, as Go passes over them; the value is not quoted, it may be half a secret. */
function base64Problem(text: string): string | null {
  const packed = text.replaceAll(/[\r\n]/g, '');
  if (BASE64.test(packed)) return null;
  const foreign = packed.search(/[^A-Za-z0-9+/]/);
  return `illegal base64 data at input byte ${foreign === -1 ? packed.length - (packed.length % 4) : foreign}`;
}

function fits(value: unknown, schema: Exclude<ValueSchema, object>): boolean {
  switch (schema) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int32':
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;
    case 'int64':
      return Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 63;
    case 'Time':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
    case 'Quantity':
      return typeof value === 'string' || typeof value === 'number';
    case 'string':
    case 'bytes':
      return typeof value === 'string';
    case 'any':
      return true;
  }
}

function mismatch(value: unknown, schema: ValueSchema, { struct, path }: Place): string {
  return `json: cannot unmarshal ${describeValue(value, schema)} into Go struct field ${typeName(struct)}.${path} of type ${goType(schema)}`;
}

/** Quoted is a number only where one belongs, as Go has it: anywhere else it may be half a secret. */
function describeValue(value: unknown, schema: ValueSchema): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number' && (schema === 'int32' || schema === 'int64')) return `number ${value}`;
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function goType(schema: ValueSchema): string {
  if (typeof schema === 'string') return schema === 'bytes' ? '[]uint8' : schema;
  if (isObjectSchema(schema)) return `v1.${typeName(schema)}`;
  return 'list' in schema ? `[]${goType(schema.list)}` : `map[string]${goType(schema.map)}`;
}
