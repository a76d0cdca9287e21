/**
 * Who owns what after a write (structured-merge-diff `merge/update.go`): applying is refused where another manager owns a field the write would
 * change, takes such fields by force, and takes out what the manager no longer applies and nobody else owns. Every other write takes what it
 * changes. Pure: no write, no clock.
 */
import { isDeepStrictEqual } from 'node:util';
import { mergeApplied, removeField } from './applied-object.ts';
import { type Fields, type FieldSet, fieldsOf, parsePathKey } from './field-set.ts';
import type { KindSchema } from './kind-schema.ts';
import { type FieldManager, isSameManager, withFields } from './managed-fields.ts';

type JsonObject = Readonly<Record<string, unknown>>;
type Writer = Omit<FieldManager, 'operation' | 'fields'>;

/** Owns everything an object had before anybody's ownership was recorded. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

export interface Application {
  /** `{}` to create. */
  readonly live: JsonObject;
  readonly managers: readonly FieldManager[];
  readonly applied: JsonObject;
  readonly schema: KindSchema;
  /** `time`: now. */
  readonly writer: Writer;
  readonly force: boolean;
}

export interface FieldConflict {
  readonly manager: FieldManager;
  /** As people write it: `.spec.tags[name="x"].from.name`. */
  readonly field: string;
}

export type Applied =
  | { readonly ok: true; readonly object: JsonObject; readonly managers: readonly FieldManager[] }
  | { readonly ok: false; readonly conflicts: readonly FieldConflict[] };

/** The wanted object and its managers, or everything that stands in the way. The same application again changes neither. */
export function applyFields({ live, managers, applied, schema, writer, force }: Application): Applied {
  const wanted = fieldsOf(applied, schema);
  const known = fieldsOf(live, schema);
  const role = { ...writer, operation: 'Apply' } as const;
  const seeded = managers.length > 0 || known.size === 0 ? managers : [firstManager(known, writer)];
  const own = seeded.find((manager) => isSameManager(manager, role)) ?? { ...role, fields: new Set<string>() };
  const others = seeded.filter((manager) => manager !== own);
  const changed = [...wanted].filter(([key, value]) => isChanged(known, key, value)).map(([key]) => key);
  // What is not there cannot be taken from anybody: values the server leaves out, such as false, would conflict with themselves.
  const contested = changed.filter((key) => known.has(key));
  const conflicts = others.flatMap((manager) => contested.filter((key) => manager.fields.has(key)).map((key) => ({ manager, key })));
  if (conflicts.length > 0 && !force) {
    return { ok: false, conflicts: conflicts.map(({ manager, key }) => ({ manager, field: formatPath(key) })) };
  }
  const left = others.map((manager) => withFields(manager, without(manager.fields, new Set(contested)), manager.time));
  const abandoned = [...own.fields].filter((key) => !wanted.has(key));
  const merged = mergeApplied(live, applied, schema);
  const object = prune(merged, abandoned, [...left.map(({ fields }) => fields), new Set(wanted.keys())], schema) as JsonObject;
  const present = fieldsOf(object, schema);
  const after = [...left, withFields(own, new Set([...wanted.keys()].filter((key) => present.has(key))), writer.time)];
  return { ok: true, object, managers: remaining(seeded, after, present) };
}

/** The managers after a write that replaced `before` (`{}`: created) by `after`. The same array when nothing that is owned has changed. */
export function recordUpdate(
  before: JsonObject,
  after: JsonObject,
  managers: readonly FieldManager[],
  { schema, writer }: Pick<Application, 'schema' | 'writer'>,
): readonly FieldManager[] {
  const known = fieldsOf(before, schema);
  const present = fieldsOf(after, schema);
  const changed = new Set([...present].filter(([key, value]) => isChanged(known, key, value)).map(([key]) => key));
  const isRemoved = [...known.keys()].some((key) => !present.has(key));
  if (changed.size === 0 && !isRemoved) return managers;
  const role = { ...writer, operation: 'Update' } as const;
  const own = managers.find((manager) => isSameManager(manager, role)) ?? { ...role, fields: new Set<string>() };
  const others = managers.filter((manager) => manager !== own);
  const left = others.map((manager) => withFields(manager, without(manager.fields, changed), manager.time));
  return remaining(managers, [...left, withFields(own, new Set([...own.fields, ...changed]), writer.time)], present);
}

/** `.spec.tags[name="x"].from.name`, and `.metadata.labels.example.com/a`, as upstream prints fields. */
export function formatPath(key: string): string {
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

function without(fields: FieldSet, taken: FieldSet): FieldSet {
  return new Set([...fields].filter((key) => !taken.has(key)));
}

/** An element goes as a whole, unless somebody owns it or something in it. */
function prune(object: unknown, abandoned: readonly string[], owned: readonly FieldSet[], schema: KindSchema): unknown {
  const paths = owned.flatMap((set) => [...set]);
  const kept = new Set(paths.flatMap((key) => ancestorsOf(key)));
  return abandoned.filter((key) => !kept.has(key)).reduce((left, key) => removeField(left, parsePathKey(key), schema), object);
}

function ancestorsOf(key: string): readonly string[] {
  const path = parsePathKey(key);
  return path.map((_, index) => JSON.stringify(path.slice(0, index + 1)));
}

/** In the order they had, new ones last; nobody owns what is not there, and who owns nothing is no manager. */
function remaining(before: readonly FieldManager[], after: readonly FieldManager[], present: Fields): readonly FieldManager[] {
  const existing = after.map((manager) =>
    withFields(manager, new Set([...manager.fields].filter((key) => present.has(key))), manager.time),
  );
  const place = (manager: FieldManager): number => {
    const index = before.findIndex((other) => isSameManager(other, manager));
    return index < 0 ? before.length : index;
  };
  return existing.filter(({ fields }) => fields.size > 0).sort((one, other) => place(one) - place(other));
}
