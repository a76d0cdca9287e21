/** Paths of the resource table as OpenAPI v3: each verb a resource serves is an operation of one of its two paths. */
import { type ApiResource, formatGroupVersion } from './api-resource.ts';
import type { KindSchema } from './kind-schema.ts';
import { STATUS_SCHEMA } from './meta-schema.ts';
import { type Component, GROUP_VERSION_KIND, listSchema, reference } from './openapi-components.ts';
import { pathParameter, queryParameter, queryParameters } from './openapi-parameters.ts';
import { patchTypes } from './patch.ts';

interface Operation {
  readonly verb: string;
  readonly method: string;
  readonly description: string;
}

const OPERATIONS: readonly Operation[] = [
  { verb: 'list', method: 'get', description: 'Lists objects of kind' },
  { verb: 'create', method: 'post', description: 'Creates an object of kind' },
  { verb: 'get', method: 'get', description: 'Reads an object of kind' },
  { verb: 'update', method: 'put', description: 'Replaces an object of kind' },
  { verb: 'patch', method: 'patch', description: 'Changes an object of kind' },
  { verb: 'delete', method: 'delete', description: 'Deletes an object of kind' },
  { verb: 'deletecollection', method: 'delete', description: 'Deletes all selected objects of kind' },
];

/** Verbs on a collection, and on one object or something of it. */
const COLLECTION = ['list', 'create', 'deletecollection'];
const NAMED = ['get', 'update', 'patch', 'delete'];

const WRITES: readonly string[] = ['create', 'update', 'patch'];
const ACTIONS: Readonly<Record<string, string>> = { create: 'post', update: 'put' };

/** `schemaOf` finds the kind of an entry's objects. */
export function openApiPaths(
  entries: readonly ApiResource[],
  schemaOf: (entry: ApiResource) => KindSchema,
): Readonly<Record<string, Component>> {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const schema = schemaOf(entry);
      const collection = collectionPath(entry);
      const everywhere = `${groupPath(entry)}/${entry.resource}`;
      const named = `${collection}/{name}${entry.subresource === undefined ? '' : `/${entry.subresource}`}`;
      const listed =
        entry.namespaced && entry.verbs.includes('list') ? [[everywhere, pathItem(entry, schema, ['list'], false)] as const] : [];
      const isMain = entry.subresource === undefined;
      const paths = [
        ...(isMain ? [[collection, pathItem(entry, schema, COLLECTION, entry.namespaced)] as const] : []),
        ...listed,
        [
          named,
          { ...pathItem(entry, schema, isMain ? NAMED : ['create', ...NAMED], entry.namespaced, true), ...validationMark(entry, schema) },
        ] as const,
      ];
      return paths.filter(([, item]) => Object.keys(item).some((method) => method !== 'parameters'));
    }),
  );
}

/**
 * kubectl reads at a kind's patch operation whether the server validates fields, and otherwise asks for /openapi/v2. Kinds that can be created
 * but not patched would then need `--validate=false`, so their documents have the operation, too; the server answers it with 405.
 */
function validationMark(entry: ApiResource, schema: KindSchema): Component {
  if (entry.verbs.includes('patch') || !entry.verbs.includes('create') || entry.subresource !== undefined) return {};
  const description = `Not served (405). Says that writes of kind ${schema.kind} take fieldValidation.`;
  const parameters = [queryParameter('fieldValidation')];
  return {
    patch: {
      ...groupVersionKind(schema),
      description,
      'x-kubernetes-action': 'patch',
      parameters,
      responses: { '405': { description: 'Not served.' } },
    },
  };
}

function pathItem(entry: ApiResource, schema: KindSchema, verbs: readonly string[], isInNamespace: boolean, isNamed = false): Component {
  const operations = OPERATIONS.filter(({ verb }) => verbs.includes(verb) && entry.verbs.includes(verb));
  const parameters = [
    ...(isNamed ? [pathParameter('name', `Name of the ${schema.kind}.`)] : []),
    ...(isInNamespace ? [pathParameter('namespace', 'Namespace of the object.')] : []),
  ];
  return {
    ...Object.fromEntries(operations.map((operation) => [operation.method, describeOperation(operation, schema, entry)])),
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}

function describeOperation({ verb, description }: Operation, schema: KindSchema, entry: ApiResource): Component {
  const answered = verb === 'list' ? listSchema(schema) : verb.startsWith('delete') ? STATUS_SCHEMA : schema;
  const code = verb === 'create' ? '201' : '200';
  return {
    ...groupVersionKind(schema),
    'x-kubernetes-action': ACTIONS[verb] ?? verb,
    description: `${description} ${schema.kind}.`,
    parameters: queryParameters(verb, { isWatched: entry.verbs.includes('watch'), isOwnable: schema.ownable !== undefined }),
    ...requestBody(verb, schema, entry.subresource !== undefined),
    responses: { [code]: { description: 'Done.', content: json(reference(answered)) } },
  };
}

function requestBody(verb: string, schema: KindSchema, isSubresource: boolean): Component {
  if (verb === 'patch') {
    const document = { type: 'object', description: 'A patch in the form its content type says.' };
    const types = patchTypes(schema, isSubresource);
    return { requestBody: { required: true, content: Object.fromEntries(types.map((type) => [type, { schema: document }])) } };
  }
  return WRITES.includes(verb) ? { requestBody: { required: true, content: json(reference(schema)) } } : {};
}

function json(schema: Component): Component {
  return { 'application/json': { schema } };
}

function groupVersionKind({ group, version, kind }: KindSchema): Component {
  return { [GROUP_VERSION_KIND]: { group, version, kind } };
}

function collectionPath(entry: ApiResource): string {
  return `${groupPath(entry)}${entry.namespaced ? '/namespaces/{namespace}' : ''}/${entry.resource}`;
}

function groupPath({ group, version }: ApiResource): string {
  return group === '' ? `/api/${version}` : `/apis/${formatGroupVersion(group, version)}`;
}
