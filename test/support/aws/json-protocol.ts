/** AWS JSON 1.0 and 1.1 as a service speaks it: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
import { isRecord, type SchemaRef, shapeOf } from './shapes.ts';

/** What the wire says, in the types of the SDK; what does not fit the schema is left as it is. */
export function fromJson(value: unknown, ref: SchemaRef): unknown {
  const shape = shapeOf(ref);
  if (shape.kind === 'scalar') {
    if (shape.type === 'timestamp' && typeof value === 'number') return new Date(value * 1000);
    return shape.type === 'blob' && typeof value === 'string' ? Buffer.from(value, 'base64') : value;
  }
  if (shape.kind === 'list') return Array.isArray(value) ? value.map((entry) => fromJson(entry, shape.of)) : value;
  if (!isRecord(value)) return value;
  const schemaOf = (name: string) => (shape.kind === 'map' ? shape.of : shape.members.get(name));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const schema = schemaOf(name);
      return [name, schema === undefined ? member : fromJson(member, schema)];
    }),
  );
}

/** Dates as seconds since the epoch, bytes in base64. */
export function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)])) : value;
}
