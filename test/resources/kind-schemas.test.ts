import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findUnknownFields, findWrongType } from '../../functions/kubernetes/field-types.ts';
import { isObjectSchema, type KindSchema, type ObjectSchema, type ValueSchema } from '../../functions/kubernetes/kind-schema.ts';
import type { KubernetesObject } from '../../functions/kubernetes/types.ts';
import { createImageHandlers } from '../../functions/resources/images/handlers.ts';
import { createStreamImageHandlers } from '../../functions/resources/imagestreamimages/handlers.ts';
import { createMappingHandlers } from '../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers, createStreamLayersHandlers } from '../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../functions/resources/imagestreamtags/handlers.ts';
import { KIND_SCHEMAS } from '../../functions/resources/kind-schemas.ts';
import { createNamespaceHandlers } from '../../functions/resources/namespaces/handlers.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import type { ResourceEntry } from '../../functions/resources/table/entry.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { createImageApi, digest, dockerImage, imageStream, pushed, request } from '../support/image-api.ts';

const schemaOf = (kind: string) => KIND_SCHEMAS.find((schema) => schema.kind === kind) as KindSchema;

describe('schemas', () => {
  it.each(KIND_SCHEMAS)('$kind is a kind of the resource table', ({ group, version, kind }) => {
    const isKind = (entry: ResourceEntry) => (entry.kindGroup ?? entry.group) === group && entry.version === version && entry.kind === kind;
    expect(RESOURCE_TABLE.some(isKind)).toBe(true);
  });

  it.each(KIND_SCHEMAS)('$kind says what each of its fields is', (schema) => {
    const types = typesOf(schema);
    expect(
      types.flatMap(({ name, fields }) =>
        Object.entries(fields)
          .filter(([, field]) => !/^[A-Z].*[.]$/.test(field.description))
          .map(([field]) => `${name}.${field}`),
      ),
    ).toEqual([]);
    expect(types.filter(({ fields, required = [] }) => required.some((name) => !(name in fields))).map(({ name }) => name)).toEqual([]);
  });

  it('merges the tags of a stream by name', () => {
    const text = JSON.stringify(schemaOf('ImageStream'));
    expect(text.match(/"mergeKey":"\w+"/g)?.sort()).toEqual(['"mergeKey":"name"', '"mergeKey":"tag"', '"mergeKey":"uid"']);
  });

  it('merges what a service account refers to by name', () => {
    const { secrets, imagePullSecrets } = schemaOf('ServiceAccount').fields;
    expect([secrets?.value, imagePullSecrets?.value]).toMatchObject([{ mergeKey: 'name' }, { mergeKey: 'name' }]);
  });

  it('are there for every kind somebody can send', () => {
    const written = RESOURCE_TABLE.filter(({ verbs }) => verbs.some((verb) => verb === 'create' || verb === 'update' || verb === 'patch'));
    expect(written.filter(({ kind }) => !KIND_SCHEMAS.some((schema) => schema.kind === kind))).toEqual([]);
  });

  it('uses a name for one type only', () => {
    const types = new Map(KIND_SCHEMAS.flatMap(typesOf).map((type) => [type.name, type]));
    expect(KIND_SCHEMAS.flatMap(typesOf).filter((type) => types.get(type.name) !== type)).toEqual([]);
  });
});

describe('what the API answers has no field its schema does not know', () => {
  let table: TestTable;
  const shown = new Map<string, KubernetesObject>();

  beforeAll(async () => {
    table = await startTestTable();
    const api = createImageApi(table, { hosts: { internal: 'registry.example.com', external: 'public.example.com' } });
    const streams = createStreamHandlers(api);
    const tags = [
      {
        name: 'v1',
        ...dockerImage('quay.io/team/app:v1'),
        annotations: { description: 'x' },
        importPolicy: { insecure: true, scheduled: true },
      },
      { name: 'ref', ...dockerImage('quay.io/team/app:v2'), reference: true },
    ];
    await streams.create?.(request(), imageStream('app', tags, { labels: { a: 'b' }, annotations: { c: 'd' } }));
    await createMappingHandlers(api).create?.(request(), { ...pushed('app', 'latest', digest('a')) });
    const show = async (kind: string, object: Promise<KubernetesObject> | undefined) => shown.set(kind, (await object) as KubernetesObject);
    await show('ImageStream', streams.get?.(request(), 'app'));
    await show('ImageStreamLayers', createStreamLayersHandlers(api).get?.(request(), 'app'));
    await show('ImageStreamTag', createTagHandlers(api).get?.(request(), 'app:latest'));
    await show('ImageStreamImage', createStreamImageHandlers(api).get?.(request(), `app@${digest('a')}`));
    await show('Image', createImageHandlers(api).get?.(request({ namespace: '' }), digest('a')));
    await show('Namespace', createNamespaceHandlers(api).get?.(request(), 'default'));
  });
  afterAll(() => table.stop());

  it.each(['ImageStream', 'ImageStreamLayers', 'ImageStreamTag', 'ImageStreamImage', 'Image', 'Namespace'])('%s', (kind) => {
    const object = shown.get(kind);
    expect(object).toBeDefined();
    expect(findUnknownFields(object, schemaOf(kind))).toEqual([]);
    expect(findWrongType(object, schemaOf(kind))).toBeNull();
  });
});

function typesOf(schema: ValueSchema): readonly ObjectSchema[] {
  if (typeof schema === 'string') return [];
  if (isObjectSchema(schema)) return [schema, ...Object.values(schema.fields).flatMap(({ value }) => typesOf(value))];
  return typesOf('list' in schema ? schema.list : schema.map);
}
