/**
 * Sets of fields of an object, as managers own them, and their wire form FieldsV1 (structured-merge-diff `fieldpath`): a tree of `f:<field>` and
 * `k:{"<key>":"<value>"}`, in which `.` marks a node that is itself owned besides something below it. Pure.
 */
import { isObjectSchema, type ListSchema, type ValueSchema } from './kind-schema.ts';
import { isObject } from './object-meta.ts';

/** Elements of FieldsV1 from the root, e.g. `['f:spec', 'f:tags', 'k:{"name":"x"}']`. */
export type FieldPath = readonly string[];

/** Paths as `pathKey` writes them. */
export type FieldSet = ReadonlySet<string>;

/** The owned fields of an object with their values; the value of an element of a keyed list is undefined, its fields have their own. */
export type Fields = ReadonlyMap<string, unknown>;

const SELF = '.';
/** What only the server sets, and what names the object: nobody owns these (apiserver `fieldmanager/stripmeta.go`). */
const UNOWNED_METADATA = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'selfLink',
  'managedFields',
]);

export function pathKey(path: FieldPath): string {
  return JSON.stringify(path);
}

export function parsePathKey(key: string): FieldPath {
  return JSON.parse(key) as FieldPath;
}

/** Element of a list whose elements are told apart by `mergeKey`. */
export function keyElement(mergeKey: string, value: unknown): string {
  return `k:${JSON.stringify({ [mergeKey]: value })}`;
}

/**
 * The fields of an object that somebody may own: maps by entry, lists with a merge key by element, other lists as a whole. Null is no field.
 * `status` belongs to its own subresource.
 */
export function fieldsOf(object: Readonly<Record<string, unknown>>, schema: ValueSchema | undefined): Fields {
  const { apiVersion: _version, kind: _kind, status: _status, metadata, ...rest } = object;
  const owned = isObject(metadata) ? Object.entries(metadata).filter(([name]) => !UNOWNED_METADATA.has(name)) : [];
  const fields = new Map<string, unknown>();
  // An object without any metadata of its own does not own `metadata`.
  const own = owned.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(owned) };
  for (const [name, value] of Object.entries(own)) collect(value, memberSchema(schema, name), [`f:${name}`], fields);
  return fields;
}

/** The schema of one member of an object or map; undefined when nobody has described it. */
export function memberSchema(schema: ValueSchema | undefined, name: string): ValueSchema | undefined {
  if (schema === undefined || typeof schema === 'string' || 'list' in schema) return undefined;
  if (!isObjectSchema(schema)) return schema.map;
  return Object.hasOwn(schema.fields, name) ? schema.fields[name]?.value : undefined;
}

/** A list that merges by key, if the schema says so. */
export function keyedList(schema: ValueSchema | undefined): (ListSchema & { readonly mergeKey: string }) | undefined {
  if (schema === undefined || typeof schema === 'string' || !('list' in schema) || schema.mergeKey === undefined) return undefined;
  return { ...schema, mergeKey: schema.mergeKey };
}

function collect(value: unknown, schema: ValueSchema | undefined, path: FieldPath, into: Map<string, unknown>): void {
  if (value === null || value === undefined) return;
  const keyed = keyedList(schema);
  if (keyed !== undefined && Array.isArray(value) && value.length > 0) {
    for (const element of value as readonly unknown[]) {
      if (!isObject(element)) continue;
      const below = [...path, keyElement(keyed.mergeKey, element[keyed.mergeKey])];
      into.set(pathKey(below), undefined);
      for (const [name, member] of Object.entries(element)) collect(member, memberSchema(keyed.list, name), [...below, `f:${name}`], into);
    }
  } else if (isObject(value) && Object.keys(value).length > 0 && isGranular(schema)) {
    for (const [name, member] of Object.entries(value)) collect(member, memberSchema(schema, name), [...path, `f:${name}`], into);
  } else into.set(pathKey(path), value);
}

/** What nobody has described is owned as a whole. */
function isGranular(schema: ValueSchema | undefined): boolean {
  return typeof schema === 'object' && !('list' in schema);
}

/** In the order of the names, so that equal sets are equal text. */
export function toFieldsV1(set: FieldSet): Readonly<Record<string, unknown>> {
  const root: Node = new Map();
  for (const key of [...set].sort()) {
    let node = root;
    for (const element of parsePathKey(key)) {
      const next: Node = node.get(element) ?? new Map<string, Node>();
      node.set(element, next);
      node = next;
    }
    node.set(SELF, new Map());
  }
  return writeNode(root);
}

/** Anything that is not FieldsV1 is passed over. */
export function fromFieldsV1(fieldsV1: unknown): FieldSet {
  const set = new Set<string>();
  readNode(fieldsV1, [], set);
  return set;
}

type Node = Map<string, Node>;

/** An owned node with nothing below it needs no mark. */
function writeNode(node: Node): Readonly<Record<string, unknown>> {
  const isLeaf = node.size === 1 && node.has(SELF);
  const below = [...node].sort(([one], [other]) => (one < other ? -1 : 1));
  return isLeaf ? {} : Object.fromEntries(below.map(([element, child]) => [element, writeNode(child)]));
}

function readNode(node: unknown, path: FieldPath, into: Set<string>): void {
  if (!isObject(node)) return;
  const elements = Object.entries(node);
  if (path.length > 0 && (elements.length === 0 || Object.hasOwn(node, SELF))) into.add(pathKey(path));
  for (const [element, child] of elements) if (element !== SELF) readNode(child, [...path, element], into);
}
