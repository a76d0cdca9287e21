/** The body of a server-side apply: JSON or YAML, and an object of the kind with nothing the kind does not have (apiserver `handlers/patch.go`). */
import { ApiError } from './api-error.ts';
import { formatGroupVersion, kindGroupVersion } from './api-resource.ts';
import { BODY_LIMIT, limitBody } from './body.ts';
import { findDuplicateFields } from './duplicate-fields.ts';
import { findUnknownFields, findWrongType } from './field-types.ts';
import { readFieldValidation } from './field-validation.ts';
import { keyedList, keyElement, memberSchema } from './field-set.ts';
import { quote } from './go-format.ts';
import type { ApiRequest } from './handlers.ts';
import { parseJson } from './json-text.ts';
import type { KindSchema, ValueSchema } from './kind-schema.ts';
import { isObject } from './object-meta.ts';
import type { Target } from './request-object.ts';
import { badRequest, requestEntityTooLarge } from './status.ts';
import type { KubernetesObject } from './types.ts';

/** Bytes of YAML we take: reading it is slow, some ten seconds for what the limit of a body lets through. */
const YAML_LIMIT = 256 * 1024;

/** Throws ApiError 413, and 400 for what is no object of the kind; upstream has a 500 for fields the kind does not have, in the same words. */
export async function readApplied(target: Target, request: ApiRequest, schema: KindSchema): Promise<KubernetesObject> {
  const { value, duplicates } = await parseDocument(limitBody(request.body));
  if (!isObject(value)) throw new ApiError(badRequest('error decoding YAML: an applied configuration is an object'));
  checkKind(target, value);
  if (isObject(value['metadata']) && (value['metadata']['managedFields'] ?? null) !== null) {
    throw new ApiError(badRequest('metadata.managedFields must be nil'));
  }
  checkTypes(target, value, schema);
  tellDuplicates(target, request, duplicates);
  return value;
}

interface Document {
  readonly value: unknown;
  /** What is wrong with members that come twice. */
  readonly duplicates: readonly string[];
}

/** Every client known sends JSON; the parser of YAML is loaded for the others. */
async function parseDocument(bytes: Uint8Array): Promise<Document> {
  const json = parseJson(bytes);
  if (json.ok) return { value: json.value, duplicates: findDuplicateFields(bytes).map((path) => `duplicate field ${quote(path)}`) };
  if (bytes.byteLength > YAML_LIMIT) throw new ApiError(requestEntityTooLarge(`limit of YAML is ${YAML_LIMIT}, of JSON ${BODY_LIMIT}`));
  const { parseYaml } = await import('#yaml');
  const yaml = parseYaml(new TextDecoder().decode(bytes));
  if (!yaml.ok) throw new ApiError(badRequest(`error decoding YAML: ${yaml.message}`));
  return yaml;
}

function checkKind({ entry }: Target, { apiVersion, kind }: Readonly<Record<string, unknown>>): void {
  const { group, version } = kindGroupVersion(entry);
  if (kind === entry.kind && apiVersion === formatGroupVersion(group, version)) return;
  throw new ApiError(badRequest(`invalid object type: ${text(apiVersion)}, Kind=${text(kind)}`));
}

function checkTypes({ entry, info }: Target, value: Readonly<Record<string, unknown>>, schema: KindSchema): void {
  const wrong = schema.isBuiltIn ? findWrongType(value, schema, { decodesBytes: false }) : null;
  const problems = [
    ...(wrong === null ? [] : [wrong]),
    ...findUnknownFields(value, schema).map((path) => `.${path}: field not declared in schema`),
    ...findKeyProblems(value, schema, ''),
  ];
  if (problems.length === 0) return;
  const { group, version } = kindGroupVersion(entry);
  const subject = `${info.namespace}/${info.name}; ${formatGroupVersion(group, version)}, Kind=${entry.kind}`;
  const list = problems.length === 1 ? problems.join() : `errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  throw new ApiError(badRequest(`failed to create typed patch object (${subject}): ${list}`));
}

/** Lists whose elements are told apart by a key have each key once. */
function findKeyProblems(value: unknown, schema: ValueSchema | undefined, path: string): readonly string[] {
  const keyed = keyedList(schema);
  if (keyed !== undefined && Array.isArray(value)) {
    const elements = value as readonly unknown[];
    const keys = elements.map((element) => (isObject(element) ? element[keyed.mergeKey] : undefined) ?? null);
    const missing = keys.flatMap((key, index) =>
      key === null
        ? [`${path}: element ${index}: associative list with keys has an element that omits key field ${quote(keyed.mergeKey)}`]
        : [],
    );
    const repeated = new Set(keys.filter((key, index) => key !== null && keys.indexOf(key) < index));
    const twice = [...repeated].map((key) => `${path}: duplicate entries for key [${keyed.mergeKey}=${JSON.stringify(key)}]`);
    const below = elements.map(
      (element, index) => [element, `${path}[${keyElement(keyed.mergeKey, keys[index]).slice('k:'.length)}]`] as const,
    );
    return [...missing, ...twice, ...below.flatMap(([element, place]) => findKeyProblems(element, keyed.list, place))];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => findKeyProblems(member, memberSchema(schema, name), `${path}.${name}`));
}

function tellDuplicates({ warn }: Target, { query }: ApiRequest, duplicates: readonly string[]): void {
  const directive = readFieldValidation(query);
  if (directive === 'Ignore' || duplicates.length === 0) return;
  if (directive === 'Strict') throw new ApiError(badRequest(`error strict decoding YAML: ${duplicates.join(', ')}`));
  duplicates.forEach(warn);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
