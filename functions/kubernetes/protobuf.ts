/**
 * Reading protobuf bodies: kubectl ≥ 1.32 sends built-in kinds so, and does not fall back on JSON (clients-on-the-wire.md §0.2, §3.2).
 * A message is decoded by a schema that names the fields wanted; all others are skipped, as proto3 has it.
 */

export type FieldSchema =
  | { readonly name: string; readonly type: 'string' | 'int' | 'bool' | 'bytes'; readonly repeated?: true }
  | { readonly name: string; readonly type: 'message'; readonly fields: MessageSchema; readonly repeated?: true }
  /** `map<string, string>`, which the wire holds as repeated messages {1: key, 2: value}. */
  | { readonly name: string; readonly type: 'map' }
  /** `map<string, bytes>`; values become base64, as JSON has them. */
  | { readonly name: string; readonly type: 'bytesMap' }
  /** `map<string, Quantity>`; a quantity is a message with its text. */
  | { readonly name: string; readonly type: 'quantityMap' };

/** By field number. */
export type MessageSchema = Readonly<Record<number, FieldSchema>>;

/** `meta/v1` ObjectMeta, as far as clients set it. */
export const OBJECT_META: MessageSchema = {
  1: { name: 'name', type: 'string' },
  2: { name: 'generateName', type: 'string' },
  3: { name: 'namespace', type: 'string' },
  5: { name: 'uid', type: 'string' },
  6: { name: 'resourceVersion', type: 'string' },
  11: { name: 'labels', type: 'map' },
  12: { name: 'annotations', type: 'map' },
};

const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const UNKNOWN: MessageSchema = {
  1: {
    name: 'typeMeta',
    type: 'message',
    fields: { 1: { name: 'apiVersion', type: 'string' }, 2: { name: 'kind', type: 'string' } },
  },
  2: { name: 'raw', type: 'bytes' },
};

const MAP_ENTRY: MessageSchema = { 1: { name: 'key', type: 'string' }, 2: { name: 'value', type: 'string' } };
const QUANTITY_ENTRY: MessageSchema = {
  1: { name: 'key', type: 'string' },
  2: { name: 'value', type: 'message', fields: { 1: { name: 'text', type: 'string' } } },
};
const BYTES_ENTRY: MessageSchema = { 1: { name: 'key', type: 'string' }, 2: { name: 'value', type: 'bytes' } };

type Decoded = Record<string, unknown>;

/** A whole body: magic number, `runtime.Unknown`, the object. Throws RangeError for bytes that are none. */
export function decodeProtobuf(body: Uint8Array, fields: MessageSchema): Readonly<Record<string, unknown>> {
  if (MAGIC.some((byte, index) => body[index] !== byte)) throw new RangeError('provided data does not appear to be a protobuf message');
  const unknown = decodeMessage(body.subarray(MAGIC.length), UNKNOWN);
  const raw = unknown['raw'] instanceof Uint8Array ? unknown['raw'] : new Uint8Array();
  return { ...(unknown['typeMeta'] as Decoded | undefined), ...decodeMessage(raw, fields) };
}

/** Throws RangeError for a message that is cut off or uses a wire type protobuf no longer has. */
export function decodeMessage(bytes: Uint8Array, schema: MessageSchema): Decoded {
  const reader = { bytes, position: 0 };
  const found = new Map<FieldSchema, unknown[]>();
  while (reader.position < bytes.length) {
    const tag = readVarint(reader);
    const content = readContent(reader, Number(tag & 7n));
    const field = schema[Number(tag >> 3n)];
    if (field === undefined) continue;
    const value = decodeValue(field, content);
    const values = found.get(field);
    if (values === undefined) found.set(field, [value]);
    else values.push(value);
  }
  return Object.fromEntries([...found].map(([field, values]) => [field.name, combine(field, values)]));
}

/** Of a field that comes several times the last one counts, unless it is repeated. */
function combine(field: FieldSchema, values: readonly unknown[]): unknown {
  if (field.type === 'map' || field.type === 'bytesMap' || field.type === 'quantityMap')
    return Object.fromEntries(values as readonly (readonly [string, string])[]);
  return field.repeated === true ? values : values.at(-1);
}

interface Reader {
  readonly bytes: Uint8Array;
  position: number;
}

function decodeValue(field: FieldSchema, content: bigint | Uint8Array): unknown {
  switch (field.type) {
    case 'string':
      return new TextDecoder().decode(asBytes(content));
    case 'bytes':
      return asBytes(content);
    case 'message':
      return decodeMessage(asBytes(content), field.fields);
    case 'map': {
      const { key, value } = decodeMessage(asBytes(content), MAP_ENTRY);
      return [asText(key), asText(value)];
    }
    case 'bytesMap': {
      const { key, value } = decodeMessage(asBytes(content), BYTES_ENTRY);
      return [asText(key), value instanceof Uint8Array ? Buffer.from(value).toString('base64') : ''];
    }
    case 'quantityMap': {
      const { key, value } = decodeMessage(asBytes(content), QUANTITY_ENTRY);
      return [asText(key), asText((value as Decoded | undefined)?.['text'])];
    }
    case 'int':
      return Number(BigInt.asIntN(64, asNumber(content)));
    case 'bool':
      return asNumber(content) !== 0n;
  }
}

/** Varint, 64 bit, length-delimited, 32 bit: the wire types in use. */
function readContent(reader: Reader, wireType: number): bigint | Uint8Array {
  switch (wireType) {
    case 0:
      return readVarint(reader);
    case 1:
      return readBytes(reader, 8);
    case 2:
      return readBytes(reader, Number(readVarint(reader)));
    case 5:
      return readBytes(reader, 4);
    default:
      throw new RangeError(`illegal wire type ${wireType}`);
  }
}

function readVarint(reader: Reader): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.position++];
    if (byte === undefined) throw new RangeError('unexpected EOF');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new RangeError('integer overflow');
}

function readBytes(reader: Reader, length: number): Uint8Array {
  const end = reader.position + length;
  if (end > reader.bytes.length) throw new RangeError('unexpected EOF');
  const bytes = reader.bytes.subarray(reader.position, end);
  reader.position = end;
  return bytes;
}

function asBytes(content: bigint | Uint8Array): Uint8Array {
  if (typeof content === 'bigint') throw new RangeError('wrong wire type');
  return content;
}

function asNumber(content: bigint | Uint8Array): bigint {
  if (typeof content !== 'bigint') throw new RangeError('wrong wire type');
  return content;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
