/** The AWS query protocol as a service speaks it, forms in and XML out: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
import { isRecord, scalarOf, type SchemaRef, shapeOf } from './shapes.ts';

/** The input that a form stands for; `unknown`: fields that no member of the schema explains. */
export function fromForm(form: URLSearchParams, ref: SchemaRef): { readonly input: unknown; readonly unknown: readonly string[] } {
  const left = new Set([...form.keys()].filter((key) => key !== 'Action' && key !== 'Version'));

  function read(prefix: string, schema: SchemaRef): unknown {
    const shape = shapeOf(schema);
    if (shape.kind === 'scalar') {
      left.delete(prefix);
      const text = form.get(prefix);
      return text === null ? undefined : scalarOf(text, shape);
    }
    if (shape.kind === 'structure') {
      const entries = [...shape.members].map(([name, member]) => [name, read(prefix === '' ? name : `${prefix}.${name}`, member)] as const);
      const found = entries.filter(([, value]) => value !== undefined);
      return found.length === 0 && prefix !== '' ? undefined : Object.fromEntries(found);
    }
    const values: unknown[] = [];
    if (shape.kind === 'map') throw new Error('maps in forms are not emulated');
    for (let index = 1; ; index++) {
      const value = read(`${prefix}.member.${index}`, shape.of);
      if (value === undefined) break;
      values.push(value);
    }
    return values.length === 0 ? undefined : values;
  }

  const input = read('', ref);
  return { input, unknown: [...left] };
}

export function resultXml(operation: string, xmlNamespace: string, output: unknown, requestId: string): string {
  const result = `<${operation}Result>${elements(output)}</${operation}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `<${operation}Response xmlns="${xmlNamespace}">${result}${metadata}</${operation}Response>`;
}

export function errorXml(code: string, message: string, status: number, xmlNamespace: string, requestId: string): string {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = `<Error><Type>${type}</Type><Code>${escape(code)}</Code><Message>${escape(message)}</Message></Error>`;
  return `<ErrorResponse xmlns="${xmlNamespace}">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function elements(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((entry) => `<member>${elements(entry)}</member>`).join('');
  if (!isRecord(value)) return escape(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `<${name}>${elements(member)}</${name}>`)
    .join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
