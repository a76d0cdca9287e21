/** The description of the API in the words of OpenAPI v2 (Swagger), which say the same as v3 in other places. Pure. */
import type { Component } from './openapi-components.ts';
import { API_INFO, type ApiDescription } from './openapi-description.ts';

export interface SwaggerDocument {
  readonly swagger: '2.0';
  readonly info: typeof API_INFO;
  readonly paths: Readonly<Record<string, Component>>;
  readonly definitions: Readonly<Record<string, Component>>;
}

const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'patch', 'delete']);

/** One document for all groups. A type that several groups use is one definition, a kind wherever one of them serves it. */
export function swaggerDocument(descriptions: Iterable<ApiDescription>): SwaggerDocument {
  const all = [...descriptions];
  const definitions = new Map<string, Component>();
  for (const [name, component] of all.flatMap(({ components }) => Object.entries(components.schemas))) {
    definitions.set(name, { ...definitions.get(name), ...component });
  }
  return {
    swagger: '2.0',
    info: API_INFO,
    paths: Object.fromEntries(all.flatMap(({ paths }) => Object.entries(paths)).map(([path, item]) => [path, pathItem(item)])),
    definitions: mapValues(Object.fromEntries(definitions), schema),
  };
}

function pathItem(item: Component): Component {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      METHODS.has(name) ? operation(value as Component) : (value as readonly Component[]).map(parameter),
    ]),
  );
}

function operation({ requestBody, parameters, responses, ...rest }: Component): Component {
  const accepted = contentOf(requestBody);
  const types = Object.keys(accepted);
  const [body] = Object.values(accepted);
  const bodyParameter = body === undefined ? [] : [{ name: 'body', in: 'body', required: true, schema: schema(body.schema) }];
  return {
    ...rest,
    ...(types.length === 0 ? {} : { consumes: types }),
    produces: ['application/json'],
    parameters: [...bodyParameter, ...(parameters as readonly Component[]).map(parameter)],
    responses: mapValues(responses as Readonly<Record<string, Component>>, response),
  };
}

function parameter({ schema: type, ...rest }: Component): Component {
  return { ...rest, ...(type as Component) };
}

function response({ description, ...rest }: Component): Component {
  const [content] = Object.values(contentOf(rest));
  return content === undefined ? { description } : { description, schema: schema(content.schema) };
}

type Content = Readonly<Record<string, { readonly schema: Component }>>;

function contentOf(holder: unknown): Content {
  return (holder as { readonly content?: Content } | undefined)?.content ?? {};
}

/** A reference needs no allOf to be described here. */
function schema({ allOf, default: fallback, $ref, properties, items, additionalProperties, ...rest }: Component): Component {
  const referred = $ref ?? (allOf as readonly Component[] | undefined)?.[0]?.['$ref'];
  if (typeof referred === 'string') return { ...rest, $ref: referred.replace('#/components/schemas/', '#/definitions/') };
  return {
    ...rest,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(properties === undefined ? {} : { properties: mapValues(properties as Readonly<Record<string, Component>>, schema) }),
    ...(items === undefined ? {} : { items: schema(items as Component) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: schema(additionalProperties as Component) }),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
