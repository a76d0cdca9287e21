import { describe, expect, it } from 'vitest';
import { createOpenApiV2 } from '../../functions/kubernetes/openapi-v2.ts';
import { decodeMessage, type MessageSchema } from '../../functions/kubernetes/protobuf.ts';
import { ENTRIES } from './toy-resource.ts';
import { WIDGET } from './widget-schema.ts';

const openApi = createOpenApiV2(ENTRIES, [WIDGET]);
const OLD_TYPE = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
const PROTOBUF_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

function get(accept?: string, headers: Record<string, string> = {}) {
  const answer = openApi({ path: '/openapi/v2', headers: { ...(accept === undefined ? {} : { accept }), ...headers }, requestId: 'r-1' });
  if (answer === null) throw new Error('no answer');
  return answer;
}

type Json = Record<string, unknown>;

function readJson(): { readonly paths: Record<string, Record<string, Json>>; readonly definitions: Record<string, Json> } {
  return JSON.parse(get('application/json').body as string) as never;
}

describe('/openapi/v2', () => {
  it.each([
    [undefined, 'application/json'],
    ['application/json', 'application/json'],
    ['*/*', 'application/json'],
    [OLD_TYPE, PROTOBUF_TYPE],
    [PROTOBUF_TYPE, PROTOBUF_TYPE],
    [`application/json;q=0.5,${PROTOBUF_TYPE}`, PROTOBUF_TYPE],
  ])('asked for with Accept %s it comes as %s', (accept, type) => {
    expect(get(accept)).toMatchObject({ code: 200, headers: { 'content-type': type, vary: 'Accept' } });
  });

  it('need not be sent to those who have it', () => {
    const { etag = '' } = get(OLD_TYPE).headers;
    expect(get(OLD_TYPE, { 'if-none-match': etag })).toMatchObject({ code: 304, body: '' });
    expect(get('application/json', { 'if-none-match': etag }).code).toBe(200);
  });

  it('leaves other paths to others', () => {
    expect(openApi({ path: '/openapi/v3', headers: {}, requestId: '' })).toBeNull();
  });
});

describe('the document', () => {
  it('has the kinds of all groups, with what makes lists merge', () => {
    const { definitions } = readJson();
    expect(definitions['io.example.v1.Widget']).toMatchObject({
      type: 'object',
      'x-kubernetes-group-version-kind': [{ group: 'example.io', version: 'v1', kind: 'Widget' }],
      properties: {
        parts: {
          description: 'Its parts.',
          type: 'array',
          items: { $ref: '#/definitions/io.example.v1.Part' },
          'x-kubernetes-patch-merge-key': 'name',
          'x-kubernetes-patch-strategy': 'merge',
        },
        box: { description: 'A box.', $ref: '#/definitions/io.example.v1.Box' },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
      },
    });
    expect(Object.keys(definitions)).toContain('io.k8s.api.core.v1.Namespace');
  });

  it('says at the patch operation which patches there are, and that fields are validated', () => {
    const patch = readJson().paths['/apis/example.io/v1/namespaces/{namespace}/widgets/{name}']?.['patch'];
    expect(patch).toMatchObject({
      'x-kubernetes-group-version-kind': { group: 'example.io', version: 'v1', kind: 'Widget' },
      consumes: expect.arrayContaining(['application/strategic-merge-patch+json']) as unknown,
      parameters: expect.arrayContaining([expect.objectContaining({ name: 'fieldValidation', in: 'query', type: 'string' })]) as unknown,
      responses: { '200': { schema: { $ref: '#/definitions/io.example.v1.Widget' } } },
    });
  });

  it('refers to nothing that is not there, and to nothing of v3', () => {
    const { definitions, ...rest } = readJson();
    const text = JSON.stringify({ definitions, ...rest });
    const wanted = [...text.matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)].map(([, found]) => found ?? '');
    expect(wanted.length).toBeGreaterThan(10);
    expect(wanted.filter((found) => !(found in definitions))).toEqual([]);
    expect(text).not.toMatch(/components|allOf|requestBody/);
  });
});

/** The messages of `openapi.v2`, as far as kubectl reads them. */
const NAMED_ANY: MessageSchema = {
  1: { name: 'name', type: 'string' },
  2: { name: 'value', type: 'message', fields: { 2: { name: 'yaml', type: 'string' } } },
};
const SCHEMA: Record<number, MessageSchema[number]> = {
  1: { name: '$ref', type: 'string' },
  4: { name: 'description', type: 'string' },
  19: { name: 'required', type: 'string', repeated: true },
  22: { name: 'type', type: 'message', fields: { 1: { name: 'value', type: 'string' } } },
  31: { name: 'extensions', type: 'message', fields: NAMED_ANY, repeated: true },
};
const NAMED_SCHEMA: MessageSchema = { 1: { name: 'name', type: 'string' }, 2: { name: 'value', type: 'message', fields: SCHEMA } };
SCHEMA[21] = { name: 'additional', type: 'message', fields: { 1: { name: 'schema', type: 'message', fields: SCHEMA } } };
SCHEMA[23] = { name: 'items', type: 'message', fields: { 1: { name: 'schema', type: 'message', fields: SCHEMA } } };
SCHEMA[25] = {
  name: 'properties',
  type: 'message',
  fields: { 1: { name: 'list', type: 'message', fields: NAMED_SCHEMA, repeated: true } },
};

const QUERY: MessageSchema = {
  2: { name: 'in', type: 'string' },
  4: { name: 'name', type: 'string' },
  6: { name: 'type', type: 'string' },
};
const PARAMETER: MessageSchema = {
  1: {
    name: 'parameter',
    type: 'message',
    fields: {
      2: {
        name: 'nonBody',
        type: 'message',
        fields: {
          3: { name: 'query', type: 'message', fields: QUERY },
        },
      },
    },
  },
};
const OPERATION: MessageSchema = {
  7: { name: 'consumes', type: 'string', repeated: true },
  8: { name: 'parameters', type: 'message', fields: PARAMETER, repeated: true },
  13: { name: 'extensions', type: 'message', fields: NAMED_ANY, repeated: true },
};
const DOCUMENT: MessageSchema = {
  1: { name: 'swagger', type: 'string' },
  8: {
    name: 'paths',
    type: 'message',
    fields: {
      2: {
        name: 'list',
        type: 'message',
        repeated: true,
        fields: {
          1: { name: 'name', type: 'string' },
          2: { name: 'item', type: 'message', fields: { 8: { name: 'patch', type: 'message', fields: OPERATION } } },
        },
      },
    },
  },
  9: { name: 'definitions', type: 'message', fields: { 1: { name: 'list', type: 'message', fields: NAMED_SCHEMA, repeated: true } } },
};

interface Encoded {
  readonly swagger: string;
  readonly paths: { readonly list: readonly { readonly name: string; readonly item: { readonly patch?: Json } }[] };
  readonly definitions: { readonly list: readonly { readonly name: string; readonly value: Json }[] };
}

describe('the document as protobuf', () => {
  const encoded = decodeMessage(get(OLD_TYPE).body as Uint8Array, DOCUMENT) as unknown as Encoded;
  const definition = (name: string) => encoded.definitions.list.find((each) => each.name === name)?.value;

  it('holds what the JSON holds', () => {
    const { paths, definitions } = readJson();
    expect(encoded.swagger).toBe('2.0');
    expect(encoded.paths.list.map(({ name }) => name)).toEqual(Object.keys(paths));
    expect(encoded.definitions.list.map(({ name }) => name)).toEqual(Object.keys(definitions));
  });

  it('names kinds and merge keys in extensions, as YAML', () => {
    expect(definition('io.example.v1.Widget')).toMatchObject({
      description: 'A widget.',
      type: { value: 'object' },
      extensions: [{ name: 'x-kubernetes-group-version-kind', value: { yaml: '[{"group":"example.io","version":"v1","kind":"Widget"}]' } }],
      properties: {
        list: expect.arrayContaining([
          {
            name: 'parts',
            value: {
              description: 'Its parts.',
              type: { value: 'array' },
              items: { schema: { $ref: '#/definitions/io.example.v1.Part' } },
              extensions: [
                { name: 'x-kubernetes-patch-merge-key', value: { yaml: '"name"' } },
                { name: 'x-kubernetes-patch-strategy', value: { yaml: '"merge"' } },
              ],
            },
          },
          {
            name: 'labels',
            value: { description: 'Labels.', type: { value: 'object' }, additional: { schema: { type: { value: 'string' } } } },
          },
        ]) as unknown,
      },
    });
    expect(definition('io.example.v1.WidgetList')).toMatchObject({ required: ['items'] });
  });

  it('tells kubectl to leave validation to the server', () => {
    const path = encoded.paths.list.find(({ name }) => name === '/apis/example.io/v1/namespaces/{namespace}/widgets/{name}');
    expect(path?.item.patch).toMatchObject({
      extensions: expect.arrayContaining([
        { name: 'x-kubernetes-group-version-kind', value: { yaml: '{"group":"example.io","version":"v1","kind":"Widget"}' } },
      ]) as unknown,
      parameters: expect.arrayContaining([
        { parameter: { nonBody: { query: { in: 'query', name: 'fieldValidation', type: 'string' } } } },
      ]) as unknown,
    });
  });
});
