/**
 * Who owns what after a write (structured-merge-diff `merge/update.go`): applying is refused where another manager owns a field the write would
 * change, takes such fields by force, and takes out what the manager no longer applies and nobody else owns. Every other write takes what it
 * changes. Nobody owns what is not there. Pure: no write, no clock.
 */
import { isDeepStrictEqual } from 'node:util';
import { mergeApplied, removeFields } from './applied-object.ts';
import { capUpdaters } from './cap-updaters.ts';
import { type Fields, type FieldSet, fieldsOf, fieldTree, parsePathKey, pathKey } from './field-set.ts';
import type { KindSchema } from './kind-schema.ts';
import { type FieldManager, isSameManager } from './managed-fields.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Who writes; `time`: now. */
export type Writer = Omit<FieldManager, 'operation' | 'fields'>;

/** Owns everything an object had before anybody's ownership was recorded. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

export interface Application {
  /** As it is shown; `{}` to create. */
  readonly live: JsonObject;
  readonly managers: readonly FieldManager[];
  readonly applied: JsonObject;
  readonly schema: KindSchema;
  readonly writer: Writer;
  readonly force: boolean;
  /** Fields that may be taken without force. */
  readonly yielded?: FieldSet;
  /** From the merged object to one as it will be shown, defaults and all. */
  readonly complete: (merged: JsonObject) => JsonObject;
}

export interface FieldConflict {
  readonly manager: FieldManager;
  /** As people write it: `.spec.tags[name="x"].from`. */
  readonly field: string;
}

export type Applied =
  | { readonly ok: true; readonly object: JsonObject; readonly managers: readonly FieldManager[] }
  | { readonly ok: false; readonly conflicts: readonly FieldConflict[] };

/** The wanted object and its managers, or everything that stands in the way. The same application again changes neither. */
export function applyFields(application: Application): Applied {
  const { live, managers, applied, schema, writer, force, yielded, complete } = application;
  const role = { ...writer, operation: 'Apply' } as const;
  const wanted = fieldsOf(applied, schema);
  const known = fieldsOf(live, schema);
  const seeded = managers.length > 0 || known.size === 0 ? managers : [firstManager(known, writer)];
  const own = seeded.find((manager) => isSameManager(manager, role)) ?? { ...role, fields: new Set<string>() };
  const others = seeded.filter((manager) => manager !== own);
  // What is not there cannot be taken from anybody.
  const contested = [...wanted].filter(([key, value]) => known.has(key) && isChanged(known, key, value)).map(([key]) => key);
  const standing = force ? [] : contested.filter((key) => yielded?.has(key) !== true);
  const conflicts = others.flatMap((manager) => standing.filter((key) => manager.fields.has(key)).map((key) => ({ manager, key })));
  if (conflicts.length > 0) return { ok: false, conflicts: conflicts.map(({ manager, key }) => ({ manager, field: formatPath(key) })) };

  const left = others.map((manager) => ({ ...manager, fields: without(manager.fields, new Set(contested)) }));
  const merged = mergeApplied(live, applied, schema);
  const object = complete(prune(merged, own, wanted, left, schema));
  const present = fieldsOf(object, schema);
  const fields = new Set([...wanted.keys()].filter((key) => present.has(key)));
  const isTouched = !isSameSet(fields, own.fields) || [...fields].some((key) => isChanged(known, key, present.get(key)));
  return { ok: true, object, managers: existing([...left, { ...own, fields, time: isTouched ? writer.time : own.time }], present) };
}

/** The managers after a write that replaced `before` (`{}`: created) by `after`, both as they are shown. */
export function recordUpdate(
  before: JsonObject,
  after: JsonObject,
  managers: readonly FieldManager[],
  { schema, writer }: Pick<Application, 'schema' | 'writer'>,
): readonly FieldManager[] {
  const known = fieldsOf(before, schema);
  // Nobody's ownership is recorded until somebody applies, unless it was from the beginning.
  if (managers.length === 0 && known.size > 0) return [];
  const present = fieldsOf(after, schema);
  const changed = new Set([...present].filter(([key, value]) => isChanged(known, key, value)).map(([key]) => key));
  if (changed.size === 0) return existing(managers, present);
  const role = { ...writer, operation: 'Update' } as const;
  const own = managers.find((manager) => isSameManager(manager, role)) ?? { ...role, fields: new Set<string>() };
  const left = managers.filter((manager) => manager !== own).map((manager) => ({ ...manager, fields: without(manager.fields, changed) }));
  return capUpdaters(existing([...left, { ...own, fields: new Set([...own.fields, ...changed]), time: writer.time }], present));
}

/** `.spec.tags[name="x"].from`, and `.metadata.labels.example.com/a`, as upstream prints fields. */
function formatPath(key: string): string {
  return parsePathKey(key)
    .map((element) => {
      if (!element.startsWith('k:')) return `.${element.slice('f:'.length)}`;
      const [[name, value] = ['', '']] = Object.entries(JSON.parse(element.slice('k:'.length)) as JsonObject);
      return `[${name}=${JSON.stringify(value)}]`;
    })
    .join('');
}

function firstManager(known: Fields, writer: Writer): FieldManager {
  return { ...writer, manager: BEFORE_FIRST_APPLY, operation: 'Update', subresource: '', fields: new Set(known.keys()) };
}

/** An element of a list is there or not; it has no value of its own. */
function isChanged(known: Fields, key: string, value: unknown): boolean {
  return !known.has(key) || !isDeepStrictEqual(known.get(key), value);
}

function isSameSet(one: FieldSet, other: FieldSet): boolean {
  return one.size === other.size && [...one].every((key) => other.has(key));
}

function without(fields: FieldSet, taken: FieldSet): FieldSet {
  return new Set([...fields].filter((key) => !taken.has(key)));
}

/** Takes out what `own` abandons. An element goes as a whole, unless somebody owns it or something in it. */
function prune(merged: unknown, own: FieldManager, wanted: Fields, others: readonly FieldManager[], schema: KindSchema): JsonObject {
  const abandoned = [...own.fields].filter((key) => !wanted.has(key));
  if (abandoned.length === 0) return merged as JsonObject;
  const kept = new Set([wanted.keys(), ...others.map(({ fields }) => fields)].flatMap((keys) => [...keys].flatMap(withAncestors)));
  return removeFields(merged, fieldTree(abandoned.filter((key) => !kept.has(key))), schema) as JsonObject;
}

function withAncestors(key: string): readonly string[] {
  const path = parsePathKey(key);
  return path.map((_, index) => pathKey(path.slice(0, index + 1)));
}

/** Who owns nothing is no manager. */
function existing(managers: readonly FieldManager[], present: Fields): readonly FieldManager[] {
  return managers
    .map((manager) => ({ ...manager, fields: new Set([...manager.fields].filter((key) => present.has(key))) }))
    .filter(({ fields }) => fields.size > 0);
}
