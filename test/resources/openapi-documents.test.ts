/** What `kubectl explain` and discovery print: every kind of the table, every field, in words. */
import { describe, expect, it } from 'vitest';
import { createOpenApi } from '../../functions/kubernetes/openapi.ts';
import { KIND_SCHEMAS } from '../../functions/resources/kind-schemas.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';

interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly allOf?: readonly { readonly $ref: string }[];
  readonly $ref?: string;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly kind: string; readonly group: string }[];
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
}

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly description?: string; readonly 'x-kubernetes-action'?: string }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const openApi = createOpenApi({ entries: RESOURCE_TABLE, kinds: KIND_SCHEMAS, clock: () => 0 });

function get(path: string): unknown {
  return openApi({ method: 'GET', path, query: new URLSearchParams(), headers: {}, body: null, identity: null, requestId: 'r' })?.body;
}

const names = Object.keys((get('/openapi/v3') as { paths: object }).paths);
const documents = names.map((name) => [name, JSON.parse(get(`/openapi/v3/${name}`) as string) as Document] as const);

/** A value's type, or the name of the component it is. */
function typeOf({ type, allOf, $ref, items, additionalProperties }: Schema): string | undefined {
  if (type === 'array') return items === undefined ? undefined : typeOf(items);
  if (type === 'object' && additionalProperties !== undefined) return typeOf(additionalProperties);
  return type ?? $ref ?? allOf?.[0]?.$ref;
}

describe.each(documents)('the document of %s', (_, { components, paths }) => {
  it('says of every field what it is and of which type', () => {
    const silent = Object.entries(components.schemas).flatMap(([name, { description, properties = {} }]) => [
      ...((description ?? '') === '' ? [name] : []),
      ...Object.entries(properties)
        .filter(
          ([, field]) =>
            (field.description ?? '') === '' || (typeOf(field) === undefined && field['x-kubernetes-preserve-unknown-fields'] !== true),
        )
        .map(([field]) => `${name}.${field}`),
    ]);
    expect(silent).toEqual([]);
  });

  it('says of every operation what it does', () => {
    const silent = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([method, { description }]) => method !== 'parameters' && (description ?? '') === '')
        .map(([method]) => `${method} ${path}`),
    );
    expect(silent).toEqual([]);
  });
});

it('every kind of the table is described, field by field', () => {
  const schemas = documents.flatMap(([, { components }]) => Object.values(components.schemas));
  const described = new Set(
    schemas
      .filter(({ properties }) => Object.keys(properties ?? {}).length > 3)
      .flatMap((schema) => (schema['x-kubernetes-group-version-kind'] ?? []).map(({ group, kind }) => `${group}/${kind}`)),
  );
  const kinds = RESOURCE_TABLE.map(({ group, kindGroup = group, kind }) => `${kindGroup}/${kind}`);
  expect(kinds.filter((kind) => !described.has(kind))).toEqual([]);
});

it('every resource and subresource has its paths', () => {
  const paths = new Set(documents.flatMap(([, document]) => Object.keys(document.paths)));
  const missing = RESOURCE_TABLE.filter(({ group, version, namespaced, resource, subresource, verbs }) => {
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${resource}`;
    const isNamed = subresource !== undefined || verbs.some((verb) => verb === 'get' || verb === 'update' || verb === 'delete');
    const path = `${collection}${isNamed ? '/{name}' : ''}${subresource === undefined ? '' : `/${subresource}`}`;
    return !paths.has(path);
  });
  expect(missing.map(({ resource, subresource }) => `${resource}/${subresource ?? ''}`)).toEqual([]);
});
