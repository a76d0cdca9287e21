/**
 * An OpenAPI v2 document as protobuf, in the message types of `openapi.v2` (google/gnostic, OpenAPIv2.proto): clients of Kubernetes up to 1.26 and
 * oc up to 4.13 read it in no other form. Only what our documents hold is written.
 */
import type { Component } from './openapi-components.ts';
import type { SwaggerDocument } from './openapi-v2-document.ts';

/** A field, ready to be joined with others into a message. */
type Field = Uint8Array;

/** `openapi.v2.Document`. */
export function encodeSwagger({ swagger, info, paths, definitions }: SwaggerDocument): Uint8Array {
  return message([
    text(1, swagger),
    part(2, [text(1, info.title), text(2, info.version)]),
    part(8, named(2, paths, pathItem)),
    part(9, named(1, definitions, schema)),
  ]);
}

const METHOD_FIELDS: readonly (readonly [string, number])[] = [
  ['get', 2],
  ['put', 3],
  ['post', 4],
  ['delete', 5],
  ['patch', 8],
];

function pathItem(item: Component): Field[] {
  const methods = METHOD_FIELDS.flatMap(([method, field]) => (method in item ? [part(field, operation(item[method] as Component))] : []));
  return [...methods, ...parameters(9, item)];
}

function operation(component: Component): Field[] {
  return [
    text(3, component['description']),
    ...texts(6, component['produces']),
    ...texts(7, component['consumes']),
    ...parameters(8, component),
    part(
      9,
      named(1, component['responses'] as Components, (response) => [
        part(1, [text(1, response['description']), ...schemaPart(2, response['schema'], (fields) => [part(1, fields)])]),
      ]),
    ),
    ...extensions(13, component),
  ];
}

/** ParametersItem → Parameter → body, query or path parameter. */
function parameters(field: number, { parameters: all = [] }: Component): Field[] {
  return (all as readonly Component[]).map((parameter) => part(field, [part(1, [oneParameter(parameter)])]));
}

function oneParameter(parameter: Component): Field {
  const { name, in: place, description, type } = parameter;
  if (place === 'body') {
    return part(1, [text(1, description), text(2, name), text(3, place), flag(4, true), ...schemaPart(5, parameter['schema'])]);
  }
  if (place === 'path') return part(2, [part(4, [flag(1, true), text(2, place), text(3, description), text(4, name), text(5, type)])]);
  return part(2, [part(3, [text(2, place), text(3, description), text(4, name), text(6, type)])]);
}

function schema(component: Component): Field[] {
  const { $ref, format, description, default: fallback, required, additionalProperties, type, items, properties } = component;
  return [
    text(1, $ref),
    text(2, format),
    text(4, description),
    ...(fallback === undefined ? [] : [part(5, anything(fallback))]),
    ...texts(19, required),
    ...schemaPart(21, additionalProperties, (fields) => [part(1, fields)]),
    ...(type === undefined ? [] : [part(22, [text(1, type)])]),
    ...schemaPart(23, items, (fields) => [part(1, fields)]),
    ...(properties === undefined ? [] : [part(25, named(1, properties as Components, schema))]),
    ...extensions(31, component),
  ];
}

function schemaPart(field: number, component: unknown, wrap = (fields: Field[]) => fields): Field[] {
  return component === undefined ? [] : [part(field, wrap(schema(component as Component)))];
}

type Components = Readonly<Record<string, Component>>;

/** A map as the list of `{1: name, 2: value}` that the messages have for it. */
function named(field: number, components: Components, encode: (component: Component) => Field[]): Field[] {
  return Object.entries(components).map(([name, component]) => part(field, [text(1, name), part(2, encode(component))]));
}

function extensions(field: number, component: Component): Field[] {
  return Object.entries(component)
    .filter(([name]) => name.startsWith('x-'))
    .map(([name, value]) => part(field, [text(1, name), part(2, anything(value))]));
}

/** `Any` holds YAML, and JSON is YAML. */
function anything(value: unknown): Field[] {
  return [text(2, JSON.stringify(value))];
}

function texts(field: number, values: unknown): Field[] {
  return ((values ?? []) as readonly string[]).map((value) => text(field, value));
}

function text(field: number, value: unknown): Field {
  return typeof value === 'string' && value !== '' ? delimited(field, Buffer.from(value)) : new Uint8Array();
}

function flag(field: number, value: boolean): Field {
  return value ? message([varint(field << 3), varint(1)]) : new Uint8Array();
}

/** A message in a field; an empty one is there all the same. */
function part(field: number, fields: readonly Field[]): Field {
  return delimited(field, message(fields));
}

function delimited(field: number, content: Uint8Array): Field {
  return message([varint((field << 3) | 2), varint(content.length), content]);
}

function message(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(fields);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
