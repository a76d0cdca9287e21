/** Whatever JSON is in whatever field of whatever kind: no 500, nothing thrown, and no resource meets a value of another type or null. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindGroupVersion } from '../../functions/kubernetes/api-resource.ts';
import { findWrongType } from '../../functions/kubernetes/field-types.ts';
import type { ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import type { KindSchema } from '../../functions/kubernetes/kind-schema.ts';
import { createApi } from '../../functions/kubernetes/pipeline.ts';
import type { KubernetesObject } from '../../functions/kubernetes/types.ts';
import { createImageHandlers } from '../../functions/resources/images/handlers.ts';
import { createSignatureHandlers } from '../../functions/resources/imagesignatures/handlers.ts';
import { decodeImport } from '../../functions/resources/imagestreamimports/decode-import.ts';
import { createMappingHandlers } from '../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers, createStreamStatusHandlers } from '../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../functions/resources/imagestreamtags/handlers.ts';
import { createImageTagHandlers } from '../../functions/resources/imagetags/handlers.ts';
import { KIND_SCHEMAS } from '../../functions/resources/kind-schemas.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import type { ResourceEntry } from '../../functions/resources/table/entry.ts';
import { createAccessReviewHandlers } from '../../functions/resources/reviews/access-reviews.ts';
import { createRulesReviewHandlers } from '../../functions/resources/reviews/rules-review.ts';
import { selfSubjectReviewHandlers } from '../../functions/resources/reviews/self-subject-review.ts';
import { decodeBinding } from '../../functions/resources/rolebindings/binding-object.ts';
import { decodeRole } from '../../functions/resources/roles/role-object.ts';
import { decodeSecret } from '../../functions/resources/secrets/secret-object.ts';
import { decodeServiceAccount } from '../../functions/resources/serviceaccounts/service-account-object.ts';
import { storeStatus } from '../../functions/resources/store-status.ts';
import { accessResources } from '../support/access-resources.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { type FieldPath, fieldPaths, hasNull, withField } from '../support/field-paths.ts';
import { createImageApi, digest, imageStream, NOW, request } from '../support/image-api.ts';
import { EVERYBODY_MAY } from '../support/everybody-may.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in http-function.ts: each resource has its own object type
type AnyHandlers = ResourceHandlers<any>;

const VALUES: readonly unknown[] = [1, 1.5, 'text', true, null, [], {}, [null], ['text'], [1], [[]], [{}], { a: null }, { a: 1 }];
/** Those that some list or map of objects takes: they reach the resource. */
const EMPTY: readonly unknown[] = [null, {}, [], [null], [{}], { a: null }];

const isSent = ({ verbs }: ResourceEntry) => verbs.some((verb) => verb === 'create' || verb === 'update');
const built = KIND_SCHEMAS.filter(
  ({ isBuiltIn, kind }) => isBuiltIn && RESOURCE_TABLE.some((entry) => entry.kind === kind && isSent(entry)),
);
const authorizer = EVERYBODY_MAY;

describe('what a resource gets', () => {
  it.each(built)('of $kind', async (schema) => {
    const entry = entryOf(schema);
    const got: KubernetesObject[] = [];
    const handlers: ResourceHandlers = {
      create: async (_context, object) => {
        got.push(object);
        return object;
      },
      update: async (_context, _name, next) => ({ object: next({ metadata: { name: 'a' } }), created: false }),
      schema,
      ...decoderOf(schema),
    };
    const { send, errors } = serve({ ...entry, verbs: ['create', 'update', 'patch'] }, handlers);
    // A part of an object is posted to where the object is.
    const collection = entry.subresource === undefined ? '' : '/a';
    for (const path of fieldPaths(schema)) {
      for (const value of VALUES) {
        const body = withField({ metadata: { name: 'a' } }, path, value);
        const sent = `${path.join('.')}: ${JSON.stringify(value)}`;
        const codes = await Promise.all([send('POST', collection, body), send('PUT', '/a', body), send('PATCH', '/a', body)]);
        expect(
          codes.filter((code) => code >= 500 || code < 200),
          sent,
        ).toEqual([]);
        const wrong = findWrongType(body, schema);
        if (wrong !== null) expect(codes[0], sent).toBe(400);
      }
    }
    expect(errors).toEqual([]);
    expect(got.length).toBeGreaterThan(0);
    expect(got.filter((object) => findWrongType(object, schema) !== null || hasNull(object, schema))).toEqual([]);
  });
});

describe('resources make something of every zero value', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTestTable();
  });
  afterAll(() => table.stop());

  const from = { kind: 'DockerImage', name: 'quay.io/team/app:1' };
  const tag = { name: 'v1', from, reference: true };
  const image = { metadata: { name: digest('a') }, dockerImageReference: `quay.io/team/app@${digest('a')}` };
  const event = { created: '2026-01-01T00:00:00Z', dockerImageReference: from.name, image: digest('a'), generation: 1 };
  const status = { tags: [{ tag: 'v1', items: [event] }] };
  const rules = [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a'] }];
  const matchExpressions = [{ key: 'a', operator: 'In', values: ['b'] }];
  const role = { apiGroup: 'rbac.authorization.k8s.io', name: 'view' };
  it.each<[string, string, object, object]>([
    ['ImageStream', '', {}, { spec: { tags: [tag] }, status }],
    ['ImageStream', 'status', {}, { spec: { tags: [tag] }, status }],
    ['ImageStreamTag', '', { name: 'app:v1' }, { tag }],
    ['ImageTag', '', { name: 'app:v1' }, { spec: tag }],
    ['ImageStreamMapping', '', { name: 'app' }, { tag: 'v2', image }],
    ['Image', '', { name: digest('a') }, image],
    ['ImageSignature', '', { name: `${digest('a')}@s` }, { type: 'atomic', content: 'AAAA' }],
    ['SelfSubjectAccessReview', '', {}, { spec: { resourceAttributes: { verb: 'get', resource: 'images' } } }],
    ['SelfSubjectRulesReview', '', {}, { spec: { namespace: 'default' } }],
    ['SelfSubjectReview', '', {}, {}],
    ['Role', '', {}, { rules }],
    ['ClusterRole', '', {}, { rules, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' }, matchExpressions }] } }],
    ['RoleBinding', '', {}, { roleRef: { ...role, kind: 'ClusterRole' }, subjects: [{ ...role, kind: 'User' }] }],
    ['ClusterRoleBinding', '', {}, { roleRef: { ...role, kind: 'ClusterRole' }, subjects: [{ ...role, kind: 'User' }] }],
  ])('%s %s', async (kind, subresource, metadata, body) => {
    const api = createImageApi(table);
    const policy = accessResources(api, table);
    const handlers: Readonly<Record<string, AnyHandlers>> = {
      ImageStream: createStreamHandlers(api),
      ImageStreamstatus: createStreamStatusHandlers(api),
      ImageStreamTag: createTagHandlers(api),
      ImageTag: createImageTagHandlers(api),
      ImageStreamMapping: createMappingHandlers(api),
      Image: createImageHandlers(api),
      ImageSignature: createSignatureHandlers(api),
      SelfSubjectAccessReview: createAccessReviewHandlers(authorizer),
      SelfSubjectRulesReview: createRulesReviewHandlers(authorizer),
      SelfSubjectReview: selfSubjectReviewHandlers,
      Role: policy['rbac.authorization.k8s.io/v1/roles'] ?? {},
      ClusterRole: policy['rbac.authorization.k8s.io/v1/clusterroles'] ?? {},
      RoleBinding: policy['rbac.authorization.k8s.io/v1/rolebindings'] ?? {},
      ClusterRoleBinding: policy['rbac.authorization.k8s.io/v1/clusterrolebindings'] ?? {},
    };
    if ((await api.streams.readTags('default', 'app', [])) === null) {
      await createStreamHandlers(api).create?.(request(), imageStream('app', [tag]));
      await createImageHandlers(api).create?.(request(), image);
    }
    const schema = KIND_SCHEMAS.find((known) => known.kind === kind) as KindSchema;
    const name = (metadata as { readonly name?: string }).name ?? 'app';
    const codes: number[] = [];
    const { send, errors } = serve(entryOf(schema, subresource), handlers[kind + subresource] ?? {});
    const whole = { ...body, metadata: { name, ...metadata } };
    for (const path of fieldPaths(schema).filter((each) => !isAddress(each) && !isShown(kind, each))) {
      const sent = EMPTY.flatMap((value) => {
        const text = withField(whole, path, value);
        const creates = subresource === '' ? [send('POST', '?dryRun=All', text)] : [];
        return [...creates, send('PUT', `/${name}?dryRun=All`, text), send('PATCH', `/${name}?dryRun=All`, text)];
      });
      codes.push(...(await Promise.all(sent)));
    }
    // A tag without a name is a 500 upstream as well: what counts is that nothing was thrown that nobody foresaw.
    expect(errors).toEqual([]);
    expect(codes.filter((code) => code < 300)).not.toEqual([]);
  });
});

/** Of the object itself: a request names it, too. */
function isAddress([parent, name]: FieldPath): boolean {
  return parent === 'metadata' && (name === 'name' || name === 'namespace');
}

/** Tags show images and take none: what is deep inside of one is tried with Image and ImageStreamMapping, whose schema it is. */
function isShown(kind: string, path: FieldPath): boolean {
  return ['ImageTag', 'ImageStreamTag'].includes(kind) && path[0] === 'image' && path.length > 2;
}

function entryOf({ kind, group, version }: KindSchema, subresource = ''): ResourceEntry {
  const ofKind = RESOURCE_TABLE.filter((entry) => {
    const of = kindGroupVersion(entry);
    return entry.kind === kind && of.group === group && of.version === version;
  });
  return ofKind.find((entry) => (entry.subresource ?? '') === subresource) ?? (ofKind[0] as ResourceEntry);
}

/** What some resources do to an object before it gets to them. */
function decoderOf({ kind }: KindSchema): Pick<AnyHandlers, 'decode'> {
  if (kind === 'Secret') return { decode: decodeSecret };
  if (kind === 'ServiceAccount') return { decode: decodeServiceAccount };
  if (kind === 'Role' || kind === 'ClusterRole') return { decode: decodeRole };
  if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') return { decode: decodeBinding };
  return kind === 'ImageStreamImport' ? { decode: decodeImport } : {};
}

function serve(entry: ResourceEntry, handlers: AnyHandlers) {
  const { group, version, resource, subresource } = entry;
  const key = `${group}/${version}/${resource}${subresource === undefined ? '' : `/${subresource}`}`;
  const errors: unknown[] = [];
  const api = createApi({
    entries: [entry],
    resources: new Map([[key, handlers]]),
    authorizer,
    clock: () => NOW,
    mapError: storeStatus,
    onError: (error) => errors.push(error),
  });
  const base = `${group === '' ? '/api' : `/apis/${group}`}/${version}${entry.namespaced ? '/namespaces/default' : ''}/${resource}`;
  async function send(method: string, address: string, body: unknown): Promise<number> {
    const [name = '', query = ''] = address.split('?');
    const { code } = await api({
      method,
      path: `${base}${name}${subresource === undefined ? '' : `/${subresource}`}`,
      query: new URLSearchParams(query),
      headers: { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      identity: { user: 'alice', groups: ['system:masters'] },
      requestId: 'r-1',
    });
    return code;
  }
  return { send, errors };
}
