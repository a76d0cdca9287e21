/** Spec tags between wire and state: defaults on the way in, what is always printed on the way out (openshift-semantics.md §2.1). Pure. */
import type { ObjectReference } from '../kubernetes/types.ts';
import { FROM_FIELDS, sortedMap } from './field-order.ts';
import type { TagReference } from './types.ts';

/** A spec tag as clients send it: any field may be missing or null. */
export type WireTagReference = { readonly [Field in keyof TagReference]?: Partial<TagReference[Field]> | null };

/** Spec tags with their defaults, one per name (of duplicates the last wins), in order of first appearance. A tag without name is named "". */
export function specTagsFromWire(tags: readonly WireTagReference[] | null | undefined): readonly TagReference[] {
  return [...new Map((tags ?? []).map((tag) => [tag.name ?? '', defaultTagReference(tag)])).values()];
}

/** The spec tag with its defaults. Drops what Go's omitempty would, and copies nothing that is no field. */
export function defaultTagReference(tag: WireTagReference): TagReference {
  const { insecure, scheduled, importMode } = tag.importPolicy ?? {};
  return {
    name: tag.name ?? '',
    annotations: filledMap(tag.annotations),
    ...(tag.from === undefined || tag.from === null ? {} : { from: referenceOf(tag.from) }),
    ...(tag.reference === true ? { reference: true } : {}),
    generation: tag.generation ?? null,
    importPolicy: {
      ...(insecure === true ? { insecure } : {}),
      ...(scheduled === true ? { scheduled } : {}),
      importMode: importMode || 'Legacy',
    },
    referencePolicy: { type: tag.referencePolicy?.type || 'Source' },
  };
}

function referenceOf(from: ObjectReference): ObjectReference {
  return Object.fromEntries(FROM_FIELDS.map((field) => [field, from[field]] as const).filter(([, value]) => value));
}

/** Sorted, as Go prints maps; null when there is nothing in it. */
export function filledMap(map: Readonly<Record<string, string | undefined>> | null | undefined): Readonly<Record<string, string>> | null {
  const entries = Object.entries(map ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return entries.length === 0 ? null : sortedMap(Object.fromEntries(entries));
}

/** Semantic equality, generation included: what is absent equals what is empty. */
export function isSameTagReference(before: TagReference | null, after: TagReference | null): boolean {
  if (before === after) return true;
  if (before === null || after === null) return false;
  return (
    before.generation === after.generation &&
    isSameFrom(before.from, after.from) &&
    (before.reference ?? false) === (after.reference ?? false) &&
    isSamePolicy(before, after) &&
    isSameMap(before.annotations, after.annotations)
  );
}

function isSamePolicy(before: TagReference, after: TagReference): boolean {
  return (
    (before.importPolicy.insecure ?? false) === (after.importPolicy.insecure ?? false) &&
    (before.importPolicy.scheduled ?? false) === (after.importPolicy.scheduled ?? false) &&
    importModeOf(before) === importModeOf(after) &&
    before.referencePolicy.type === after.referencePolicy.type
  );
}

function isSameFrom(before: ObjectReference | undefined, after: ObjectReference | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return isSameMap({ ...before }, { ...after });
}

type StringMap = Readonly<Record<string, string | undefined>> | null;

function isSameMap(before: StringMap, after: StringMap): boolean {
  const set = (map: StringMap) => Object.entries(map ?? {}).filter(([, value]) => value !== undefined);
  const entries = set(before);
  return (
    entries.length === set(after).length &&
    entries.every(([key, value]) => after !== null && Object.hasOwn(after, key) && after[key] === value)
  );
}

/** Absent means Legacy. */
export function importModeOf(spec: TagReference): string {
  return spec.importPolicy.importMode ?? 'Legacy';
}
