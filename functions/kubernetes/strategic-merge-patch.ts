/**
 * Strategic merge patch (apimachinery `util/strategicpatch`): maps merge, null removes, lists are replaced unless the kind's schema names a
 * merge key; then their elements merge one by one. `oc apply`, `oc edit` and plain `kubectl patch` send nothing else
 * (clients-on-the-wire.md §0.4).
 */
import { isObject } from './object-meta.ts';
import { isObjectSchema, type ListSchema, type ObjectSchema, type ValueSchema } from './kind-schema.ts';
import { deleteFromPrimitives, mergeElements, orderElements, requireList, requireSameOrder } from './merge-lists.ts';
import { patchProblem } from './strategic-errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What patch and schema say of one field. */
type Fields = ObjectSchema | undefined;

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const ORDER_PREFIX = '$setElementOrder/';
const DELETE_PREFIX = '$deleteFromPrimitiveList/';

/** The patched object; neither argument is changed. Throws ApiError 400 for a patch in a form that does not exist or that contradicts itself. */
export function applyStrategicMergePatch(original: JsonObject, patch: JsonObject, schema: Fields): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive !== undefined) return applyDirective(directive, patch);
  const merged = new Map(Object.entries(retained(original, patch)));
  const changes = new Map(Object.entries(patch).filter(([name]) => name !== RETAIN_KEYS));
  for (const [name, order] of changes) {
    if (!name.startsWith(ORDER_PREFIX)) continue;
    changes.delete(name);
    mergeInOrder(merged, changes, name.slice(ORDER_PREFIX.length), { order, schema });
  }
  for (const [name, change] of changes) applyChange(merged, name, change, schema);
  return Object.fromEntries(merged);
}

function applyDirective(directive: unknown, patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: _directive, ...rest } = patch;
  if (directive === 'replace') return withoutDirectives(rest) as JsonObject;
  if (directive === 'delete') return {};
  throw patchProblem(`unknown patch type: ${textOf(directive)} in map`);
}

function applyChange(merged: Map<string, unknown>, name: string, change: unknown, schema: Fields): void {
  if (name.startsWith(DELETE_PREFIX)) {
    const field = name.slice(DELETE_PREFIX.length);
    if (merged.has(field)) merged.set(field, deleteFromPrimitives(merged.get(field), requireList(change)));
    return;
  }
  if (change === null) {
    merged.delete(name);
    return;
  }
  merged.set(name, mergeValue(merged.get(name), change, fieldOf(schema, name)));
}

function mergeValue(original: unknown, change: unknown, schema: ValueSchema | undefined): unknown {
  if (isObject(original) && isObject(change)) return applyStrategicMergePatch(original, change, membersOf(schema));
  if (Array.isArray(original) && Array.isArray(change)) return mergeList(original, change, schema);
  return withoutDirectives(change);
}

/** Lists without a merge key are replaced whole; their elements may hold no directive, so nothing is taken out. */
function mergeList(original: readonly unknown[], change: readonly unknown[], schema: ValueSchema | undefined): readonly unknown[] {
  const { list, mergeKey } = listOf(schema);
  if (mergeKey === undefined) return change;
  const merge = (element: JsonObject, elementChange: JsonObject) => applyStrategicMergePatch(element, elementChange, membersOf(list));
  return mergeElements(original, change, { mergeKey, merge, clean: (element) => withoutDirectives(element) as JsonObject });
}

/** A list that comes with the order its elements are to have. Elements only the server knows keep their places among the others. */
function mergeInOrder(
  merged: Map<string, unknown>,
  changes: Map<string, unknown>,
  field: string,
  { order, schema }: { readonly order: unknown; readonly schema: Fields },
): void {
  const wanted = requireList(order);
  const { mergeKey } = listOf(fieldOf(schema, field));
  const original = merged.get(field);
  const change = changes.get(field);
  if (change === null || (original === undefined && change === undefined)) return;
  if (change !== undefined) requireSameOrder(requireList(change), wanted, mergeKey);
  changes.delete(field);
  const live = original === undefined || original === null ? [] : requireList(original);
  const result = change === undefined ? live : mergeValue(live, change, fieldOf(schema, field));
  merged.set(field, orderElements(requireList(result), wanted, live, mergeKey));
}

/** `$retainKeys` lists the only members the result may have, and the patch may set no other. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const keys = patch[RETAIN_KEYS];
  if (keys === undefined) return original;
  if (!Array.isArray(keys)) throw patchProblem('invalid patch format of retainKeys');
  const kept = new Set<unknown>(keys);
  const isListed = ([name, change]: readonly [string, unknown]) =>
    change === null || name === RETAIN_KEYS || name.startsWith(DELETE_PREFIX) || name.startsWith(ORDER_PREFIX) || kept.has(name);
  if (!Object.entries(patch).every(isListed)) throw patchProblem("patch content doesn't match retainKeys list");
  return Object.fromEntries(Object.entries(original).filter(([name]) => kept.has(name)));
}

/** What a patch puts where nothing was: directives have nothing to act on, and null members say that there is nothing. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((element) => !isDirective(element)).map(withoutDirectives);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([name, member]) => member !== null && !isDirectiveName(name));
  return Object.fromEntries(members.map(([name, member]) => [name, withoutDirectives(member)]));
}

/** `{"$patch": "delete", "name": …}` removes, `{"$patch": "replace"}` empties: neither is an element. */
function isDirective(element: unknown): boolean {
  return isObject(element) && (element[DIRECTIVE] === 'delete' || element[DIRECTIVE] === 'replace');
}

function isDirectiveName(name: string): boolean {
  return name === DIRECTIVE || name === RETAIN_KEYS || name.startsWith(ORDER_PREFIX) || name.startsWith(DELETE_PREFIX);
}

function fieldOf(schema: Fields, name: string): ValueSchema | undefined {
  return schema !== undefined && Object.hasOwn(schema.fields, name) ? schema.fields[name]?.value : undefined;
}

function listOf(schema: ValueSchema | undefined): ListSchema {
  return typeof schema === 'object' && 'list' in schema ? schema : { list: 'any' };
}

/** Members of a value that is an object. Those of a map are of one type, which no schema of ours nests lists in. */
function membersOf(schema: ValueSchema | undefined): Fields {
  return schema !== undefined && isObjectSchema(schema) ? schema : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
