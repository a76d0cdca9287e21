/** AWS REST JSON as a service speaks it, members in the path, the query, headers and the body: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
import type { IncomingHttpHeaders } from 'node:http';
import { fromJson, toJson } from './json-protocol.ts';
import { type SchemaRef, scalarOf, shapeOf } from './shapes.ts';
import type { Operation } from './service-model.ts';
import { type HttpTraits, memberTraits } from './traits.ts';

export interface RestRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

interface Match {
  readonly operation: Operation;
  /** Decoded. */
  readonly labels: ReadonlyMap<string, string>;
}

/** Of the operations with this method and path the one with the fewest labels: `/functions/list` is no function named list. */
export function matchOperation(operations: Iterable<Operation>, { method, path, query }: RestRequest): Match | null {
  const matches = [...operations].flatMap((operation): Match[] => {
    if (operation.http?.method !== method) return [];
    const [template = '', statics = ''] = operation.http.uri.split('?');
    if (![...new URLSearchParams(statics)].every(([name, value]) => query.get(name) === value)) return [];
    const labels = matchPath(template, path);
    return labels === null ? [] : [{ operation, labels }];
  });
  return matches.sort((a, b) => a.labels.size - b.labels.size)[0] ?? null;
}

/** `{Label}` is one segment, `{Label+}` is one or more. */
function matchPath(template: string, path: string): Match['labels'] | null {
  const names: string[] = [];
  const pattern = template.replaceAll(/[.*()[\]^$|?\\]/g, '\\$&').replaceAll(/\{(\w+)(\+?)\}/g, (_, name: string, greedy: string) => {
    names.push(name);
    return greedy === '' ? '([^/]+)' : '(.+)';
  });
  const found = new RegExp(`^${pattern}$`).exec(path);
  if (found === null) return null;
  return new Map(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]));
}

/** The input a request stands for; `unknown`: parameters of the query no member explains. */
export function fromRest(request: RestRequest, { operation, labels }: Match): { readonly input: unknown; readonly unknown: string[] } {
  const members = [...membersOf(operation.input)].map(([name, schema]) => ({ name, schema, traits: memberTraits(schema) }));
  const known = new Set(new URLSearchParams(operation.http?.uri.split('?')[1]).keys());
  for (const { traits } of members) if (traits.httpQuery !== undefined) known.add(traits.httpQuery);
  const takesAny = members.some(({ traits }) => traits.httpQueryParams === 1);
  const left = [...new Set(request.query.keys())].filter((name) => !known.has(name));
  const bound = members.flatMap(({ name, schema, traits }) => {
    const value = readBound(request, labels, name, schema, traits, left);
    return value === undefined ? [] : [[name, value] as const];
  });
  const inBody = members.every(({ traits }) => traits.httpPayload !== 1) && request.body.length > 0;
  const elsewhere = new Set(members.filter(({ traits }) => isBound(traits)).map(({ name }) => name));
  const body = inBody ? fromJson(JSON.parse(request.body.toString()), operation.input) : {};
  const misplaced = Object.keys(body as object).filter((name) => elsewhere.has(name));
  return { input: { ...(body as object), ...Object.fromEntries(bound) }, unknown: [...(takesAny ? [] : left), ...misplaced] };
}

function readBound(
  { query, headers, body }: RestRequest,
  labels: Match['labels'],
  name: string,
  schema: SchemaRef,
  traits: HttpTraits,
  unbound: readonly string[],
): unknown {
  const { httpLabel, httpQuery, httpQueryParams, httpHeader, httpPrefixHeaders, httpPayload } = traits;
  const shape = shapeOf(schema);
  const read = (text: string | undefined) => (text === undefined ? undefined : scalarOf(text, shape));
  if (httpLabel === 1) return read(labels.get(name));
  if (httpQuery !== undefined) {
    const values = query.getAll(httpQuery);
    if (shape.kind === 'list') return values.length === 0 ? undefined : values.map((text) => scalarOf(text, shapeOf(shape.of)));
    return read(values[0]);
  }
  if (httpQueryParams === 1) return Object.fromEntries(unbound.map((key) => [key, query.get(key)]));
  if (httpHeader !== undefined) return read(headers[httpHeader.toLowerCase()]?.toString());
  if (httpPrefixHeaders !== undefined) throw new Error(`${name}: headers by prefix are not emulated`);
  if (httpPayload !== 1 || body.length === 0) return undefined;
  if (shape.kind !== 'scalar') return fromJson(JSON.parse(body.toString()), schema);
  return shape.type === 'blob' ? body : scalarOf(body.toString(), shape);
}

/** The answer that an output makes. Throws Error for what is not emulated: streams of events, headers by prefix. */
export function toRest({ output: schema, http }: Operation, output: object): RestResponse {
  const values = Object.entries(output).filter(([, value]) => value !== undefined && value !== null);
  const headers: Record<string, string> = {};
  const members: [string, unknown][] = [];
  let status = http?.status ?? 200;
  let payload: RestResponse['body'] | undefined;
  for (const [name, value] of values) {
    const member = membersOf(schema).get(name);
    const { httpHeader, httpPayload, httpResponseCode, httpPrefixHeaders } = memberTraits(member);
    if (httpPrefixHeaders !== undefined) throw new Error(`${name}: headers by prefix are not emulated`);
    if (httpHeader !== undefined) headers[httpHeader.toLowerCase()] = value instanceof Date ? value.toUTCString() : String(value);
    else if (httpResponseCode === 1) status = Number(value);
    else if (httpPayload === 1) payload = payloadOf(value);
    else members.push([name, value]);
  }
  return { status, headers, body: payload ?? (status === 204 ? '' : JSON.stringify(toJson(Object.fromEntries(members)))) };
}

function payloadOf(value: unknown): string | Uint8Array {
  return value instanceof Uint8Array || typeof value === 'string' ? value : JSON.stringify(toJson(value));
}

function membersOf(schema: SchemaRef): ReadonlyMap<string, SchemaRef> {
  const shape = shapeOf(schema);
  if (shape.kind !== 'structure') throw new Error('inputs and outputs are structures');
  return shape.members;
}

function isBound(traits: HttpTraits): boolean {
  const { httpLabel, httpQuery, httpQueryParams, httpHeader, httpPayload } = traits;
  return [httpLabel, httpQuery, httpQueryParams, httpHeader, httpPayload].some((trait) => trait !== undefined);
}
