/**
 * Sets of fields of an object, as managers own them, and their wire form FieldsV1 (structured-merge-diff `fieldpath`). Pure.
 */
import { isObjectSchema, type KindSchema, type ListSchema, type ValueSchema } from './kind-schema.ts';
import { isObject } from './object-meta.ts';
import type { FieldsV1 } from './types.ts';

/** Paths from the root as `pathKey` writes them. */
export type FieldSet = ReadonlySet<string>;

/** The owned fields of an object with their values; the value of an element of a keyed list is undefined, its fields have their own. */
export type Fields = ReadonlyMap<string, unknown>;

/** A set by the elements of its paths; `SELF` marks a node that is in the set. */
export type FieldTree = Map<string, FieldTree>;

export const SELF = '.';
/** In no JSON text, so in no element of a keyed list. A field whose name holds it is owned by nobody. */
const SEPARATOR = '\u0000';
const TEXTS: ValueSchema = { map: 'string' };

/** `['f:spec', 'f:tags', 'k:{"name":"x"}']` in one text, so that sets can hold it. */
export function pathKey(path: readonly string[]): string {
  return path.join(SEPARATOR);
}

export function parsePathKey(key: string): readonly string[] {
  return key.split(SEPARATOR);
}

/** Element of a list whose elements are told apart by `mergeKey`. */
export function keyElement(mergeKey: string, value: unknown): string {
  return `k:{${JSON.stringify(mergeKey)}:${JSON.stringify(value ?? null)}}`;
}

/**
 * The fields of an object that somebody may own: maps by entry, lists with a merge key by element, other lists as a whole. Null is no field, and
 * neither is what the schema does not know. Of the metadata only labels and annotations are anybody's.
 */
export function fieldsOf(object: Readonly<Record<string, unknown>>, schema: KindSchema): Fields {
  const fields = new Map<string, unknown>();
  const { metadata } = object;
  if (isObject(metadata)) {
    for (const name of ['labels', 'annotations']) collect(metadata[name], TEXTS, pathKey(['f:metadata', `f:${name}`]), fields);
  }
  for (const name of schema.ownable ?? []) {
    if (name === schema.element && isObject(object[name])) fields.set(`f:${name}`, undefined);
    collect(object[name], memberSchema(schema, name), `f:${name}`, fields);
  }
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

/** Objects and maps whose members have owners of their own. */
export function isGranular(schema: ValueSchema | undefined): boolean {
  return typeof schema === 'object' && !('list' in schema) && !(isObjectSchema(schema) && schema.isAtomic === true);
}

function collect(value: unknown, schema: ValueSchema | undefined, key: string, into: Map<string, unknown>): void {
  if (value === null || value === undefined) return;
  const keyed = keyedList(schema);
  if (keyed !== undefined && Array.isArray(value) && value.length > 0) {
    for (const element of value as readonly unknown[]) {
      if (!isObject(element)) continue;
      const below = key + SEPARATOR + keyElement(keyed.mergeKey, element[keyed.mergeKey]);
      into.set(below, isGranular(keyed.list) ? undefined : element);
      if (isGranular(keyed.list)) collectMembers(element, keyed.list, below, into);
    }
  } else if (isObject(value) && Object.keys(value).length > 0 && isGranular(schema)) collectMembers(value, schema, key, into);
  else into.set(key, value);
}

function collectMembers(value: object, schema: ValueSchema | undefined, key: string, into: Map<string, unknown>): void {
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    const below = memberSchema(schema, name);
    if (below === undefined || name.includes(SEPARATOR)) continue;
    const path = `${key}${SEPARATOR}f:${name}`;
    if (isWriteOnly(schema, name) && member !== null && member !== undefined) into.set(path, undefined);
    else collect(member, below, path, into);
  }
}

function isWriteOnly(schema: ValueSchema | undefined, name: string): boolean {
  return typeof schema === 'object' && isObjectSchema(schema) && schema.fields[name]?.isWriteOnly === true;
}

/** In the order of the names, so that equal sets are equal text. */
export function toFieldsV1(set: FieldSet): FieldsV1 {
  return writeNode(fieldTree(set));
}

/** Anything that is not FieldsV1 is passed over. */
export function fromFieldsV1(fieldsV1: unknown): FieldSet {
  const set = new Set<string>();
  readNode(fieldsV1, [], set);
  return set;
}

export function fieldTree(set: Iterable<string>): FieldTree {
  const root: FieldTree = new Map();
  for (const key of set) {
    let node = root;
    for (const element of parsePathKey(key)) {
      const next: FieldTree = node.get(element) ?? new Map<string, FieldTree>();
      node.set(element, next);
      node = next;
    }
    node.set(SELF, new Map());
  }
  return root;
}

/** An owned node with nothing below it needs no mark. */
function writeNode(node: FieldTree): FieldsV1 {
  const isLeaf = node.size === 1 && node.has(SELF);
  const below = [...node].sort(([one], [other]) => (one < other ? -1 : 1));
  return isLeaf ? {} : Object.fromEntries(below.map(([element, child]) => [element, writeNode(child)]));
}

function readNode(node: unknown, path: readonly string[], into: Set<string>): void {
  if (!isObject(node)) return;
  const elements = Object.entries(node);
  if (path.length > 0 && (elements.length === 0 || Object.hasOwn(node, SELF))) into.add(pathKey(path));
  for (const [element, child] of elements) if (element !== SELF && !element.includes(SEPARATOR)) readNode(child, [...path, element], into);
}
