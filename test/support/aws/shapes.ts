/** Reads the schemas that packages of the AWS SDK carry (`SomeOperation$`), and holds values against them. */

/** As generated: a number for a plain type, a tuple `[kind, namespace, name, traits, …]`, a pair of one of these with traits, `unit` for nothing, or a function of it. */
export type SchemaRef = unknown;

export type Scalar = 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'document';

export type Shape =
  | { readonly kind: 'scalar'; readonly type: Scalar }
  | { readonly kind: 'list'; readonly of: SchemaRef }
  | { readonly kind: 'map'; readonly of: SchemaRef }
  | { readonly kind: 'structure'; readonly members: ReadonlyMap<string, SchemaRef>; readonly required: readonly string[] };

/** Numbers of plain types: @smithy/types, schema/sentinels. */
const SCALARS: ReadonlyMap<number, Scalar> = new Map<number, Scalar>([
  [0, 'string'],
  [1, 'number'],
  [2, 'boolean'],
  [4, 'timestamp'],
  [5, 'timestamp'],
  [6, 'timestamp'],
  [7, 'timestamp'],
  [15, 'document'],
  [17, 'number'],
  [19, 'number'],
  [21, 'blob'],
  [42, 'blob'],
]);
const LIST = 64;
const MAP = 128;

export function shapeOf(ref: SchemaRef): Shape {
  if (typeof ref === 'function') return shapeOf((ref as () => SchemaRef)());
  if (ref === 'unit') return { kind: 'structure', members: new Map(), required: [] };
  if (typeof ref === 'number') return shapeOfNumber(ref);
  if (!Array.isArray(ref)) throw new Error(`no schema: ${String(ref)}`);
  const parts = ref as readonly unknown[];
  if (typeof parts[1] !== 'string') return shapeOf(parts[0]); // a pair with traits
  switch (parts[0]) {
    case 0:
      return shapeOf(parts[4]);
    case 1:
      return { kind: 'list', of: parts[4] };
    case 2:
      return { kind: 'map', of: parts[5] };
    case 3:
    case 4:
    case -3: {
      const [, , , , names = [], schemas = [], required = 0] = parts as [0, '', '', 0, string[]?, SchemaRef[]?, number?];
      return {
        kind: 'structure',
        members: new Map(names.map((name, index) => [name, schemas[index]])),
        required: names.slice(0, required),
      };
    }
    default:
      throw new Error(`schema ${String(parts[2])} is of a kind that is not emulated`);
  }
}

function shapeOfNumber(number: number): Shape {
  if (number >= MAP) return { kind: 'map', of: number - MAP };
  if (number >= LIST) return { kind: 'list', of: number - LIST };
  const type = SCALARS.get(number);
  if (type === undefined) throw new Error(`schema ${number} is of a type that is not emulated`);
  return { kind: 'scalar', type };
}

/** What a value has that the schema does not allow, as `path: problem`; null when it fits. Timestamps are dates, blobs are bytes. */
export function misfitOf(value: unknown, ref: SchemaRef, path = ''): string | null {
  const shape = shapeOf(ref);
  if (shape.kind === 'scalar') return isScalar(value, shape.type) ? null : `${path || '.'}: no ${shape.type}`;
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) return `${path || '.'}: no list`;
    return firstOf(value.map((entry, index) => misfitOf(entry, shape.of, `${path}[${index}]`)));
  }
  if (!isRecord(value)) return `${path || '.'}: no ${shape.kind}`;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (shape.kind === 'map') return firstOf(entries.map(([key, member]) => misfitOf(member, shape.of, `${path}.${key}`)));
  const missing = shape.required.find((name) => value[name] === undefined || value[name] === null);
  if (missing !== undefined) return `${path}.${missing}: missing`;
  return firstOf(
    entries.map(([name, member]) => {
      const schema = shape.members.get(name);
      return schema === undefined ? `${path}.${name}: unknown` : misfitOf(member, schema, `${path}.${name}`);
    }),
  );
}

function isScalar(value: unknown, type: Scalar): boolean {
  if (type === 'timestamp') return value instanceof Date && !Number.isNaN(value.getTime());
  if (type === 'blob') return value instanceof Uint8Array;
  return type === 'document' || typeof value === type;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array);
}

/** What a text of a form, a path, a query or a header stands for. */
export function scalarOf(text: string, shape: Shape): unknown {
  if (shape.kind !== 'scalar') throw new Error(`no text can be a ${shape.kind}`);
  if (shape.type === 'number') return Number(text);
  if (shape.type === 'boolean') return text === 'true';
  if (shape.type === 'timestamp') return new Date(text);
  return shape.type === 'blob' ? Buffer.from(text, 'base64') : text;
}

function firstOf(problems: readonly (string | null)[]): string | null {
  return problems.find((problem) => problem !== null) ?? null;
}
