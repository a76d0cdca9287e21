/** Paths of the resource table as OpenAPI v3: each verb a resource serves is an operation of one of its two paths. */
import { type ApiResource, formatGroupVersion } from './api-resource.ts';
import type { KindSchema } from './kind-schema.ts';
import { STATUS_SCHEMA } from './meta-schema.ts';
import { type Component, GROUP_VERSION_KIND, listSchema, reference } from './openapi-components.ts';
import { patchTypes } from './patch.ts';

interface Operation {
  readonly verb: string;
  readonly method: string;
  /** On one object; otherwise on the collection. */
  readonly isNamed: boolean;
  readonly description: string;
}

const OPERATIONS: readonly Operation[] = [
  { verb: 'list', method: 'get', isNamed: false, description: 'Lists objects of kind' },
  { verb: 'create', method: 'post', isNamed: false, description: 'Creates an object of kind' },
  { verb: 'get', method: 'get', isNamed: true, description: 'Reads an object of kind' },
  { verb: 'update', method: 'put', isNamed: true, description: 'Replaces an object of kind' },
  { verb: 'patch', method: 'patch', isNamed: true, description: 'Changes an object of kind' },
  { verb: 'delete', method: 'delete', isNamed: true, description: 'Deletes an object of kind' },
];

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
      const paths = [
        ...(entry.subresource === undefined ? [[collection, pathItem(entry, schema, ['list', 'create'], entry.namespaced)] as const] : []),
        ...listed,
        [
          named,
          { ...pathItem(entry, schema, ['get', 'update', 'patch', 'delete'], entry.namespaced, true), ...validationMark(entry, schema) },
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
    ...Object.fromEntries(
      operations.map((operation) => [operation.method, describeOperation(operation, schema, entry.subresource !== undefined)]),
    ),
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}

function describeOperation({ verb, description }: Operation, schema: KindSchema, isSubresource: boolean): Component {
  const answered = verb === 'list' ? listSchema(schema) : verb === 'delete' ? STATUS_SCHEMA : schema;
  const code = verb === 'create' ? '201' : '200';
  return {
    ...groupVersionKind(schema),
    'x-kubernetes-action': ACTIONS[verb] ?? verb,
    description: `${description} ${schema.kind}.`,
    parameters: queryParameters(verb, schema),
    ...requestBody(verb, schema, isSubresource),
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

const QUERY: Readonly<Record<string, string>> = {
  limit: 'Most objects of a page.',
  continue: 'Where this page begins, from the list before.',
  labelSelector: 'Only objects with these labels.',
  fieldSelector: 'Only objects with these fields.',
  dryRun: 'All answers as if, and writes nothing.',
  fieldManager: 'Who is writing. A server-side apply has to say so.',
  force: 'True takes fields that others own. For server-side apply only.',
  fieldValidation: 'What fields that do not exist, or come twice, lead to: Ignore, Warn (the default) or Strict.',
};

const PARAMETER_TYPES: Readonly<Record<string, string>> = { limit: 'integer', force: 'boolean' };

function queryParameters(verb: string, { ownable }: KindSchema): readonly Component[] {
  const names =
    verb === 'list'
      ? ['limit', 'continue', 'labelSelector', 'fieldSelector']
      : verb === 'delete'
        ? ['dryRun']
        : WRITES.includes(verb)
          ? ['dryRun', 'fieldManager', 'fieldValidation', ...(verb === 'patch' && ownable !== undefined ? ['force'] : [])]
          : [];
  return names.map(queryParameter);
}

function queryParameter(name: string): Component {
  return { name, in: 'query', description: QUERY[name], schema: { type: PARAMETER_TYPES[name] ?? 'string' } };
}

function pathParameter(name: string, description: string): Component {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
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
