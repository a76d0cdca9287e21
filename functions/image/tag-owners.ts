/**
 * `metadata.managedFields` of a stream in two parts, so that a tag can be written without the rest: what it says of a spec tag is kept with that
 * tag, everything else with the stream (docs/decisions/0022-who-owns-a-tag.md). Pure.
 */
import type { FieldsV1, ManagedFieldsEntry } from '../kubernetes/types.ts';
import type { TagOwner, TagState } from './stream-state.ts';

const API_VERSION = 'image.openshift.io/v1';
const SPEC = 'f:spec';
const TAGS = 'f:tags';
/** Marks a node that is owned besides something below it. */
const SELF = '.';

export interface SplitManagedFields {
  /** Without tags. */
  readonly managers: readonly ManagedFieldsEntry[];
  /** By tag; none for tags nobody owns anything of. */
  readonly owners: ReadonlyMap<string, readonly TagOwner[]>;
}

export function splitManagedFields(managedFields: readonly ManagedFieldsEntry[] | undefined): SplitManagedFields {
  const owners = new Map<string, TagOwner[]>();
  const managers = (managedFields ?? []).flatMap((entry) => {
    const { [SPEC]: spec, ...others } = entry.fieldsV1;
    const elements = Object.entries(spec?.[TAGS] ?? {}).filter(([element]) => element.startsWith('k:'));
    if (spec === undefined || elements.length === 0) return [entry];
    for (const [element, fields] of elements) {
      const name = tagName(element);
      owners.set(name, [...(owners.get(name) ?? []), ownerOf(entry, fields)]);
    }
    const rest = { ...others, ...leftOf(spec) };
    return Object.keys(rest).length === 0 ? [] : [{ ...entry, fieldsV1: rest }];
  });
  return { managers, owners };
}

/** The inverse. A manager's time is the newest of its parts; order as upstream's: those that apply first, then by time. */
export function joinManagedFields(managers: readonly ManagedFieldsEntry[], tags: Iterable<TagState>): readonly ManagedFieldsEntry[] {
  const joined = new Map<string, ManagedFieldsEntry>(managers.map((entry) => [roleOf(entry), entry]));
  const tagsOf = new Map<string, [string, FieldsV1][]>();
  for (const { name, owners = [] } of tags) {
    for (const owner of owners) {
      const role = roleOf(owner);
      const known = joined.get(role);
      if (known === undefined || (known.time ?? '') < owner.time) joined.set(role, entryOf(owner, known?.fieldsV1 ?? {}));
      const elements = tagsOf.get(role) ?? [];
      elements.push([tagElement(name), owner.fields]);
      tagsOf.set(role, elements);
    }
  }
  for (const [role, elements] of tagsOf) {
    const entry = joined.get(role);
    if (entry !== undefined) joined.set(role, { ...entry, fieldsV1: withTags(entry.fieldsV1, elements) });
  }
  return [...joined.values()].sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
}

/** One member of an object that shows a tag: its spec, and where its annotations are shown a second time. */
export interface TagPlace {
  readonly spec: 'f:tag' | 'f:spec';
  /** The object's own annotations are the tag's, and those of its spec only repeat them. */
  readonly hasAnnotations: boolean;
}

/** `managedFields` of an object that is one tag. */
export function viewOwners({ owners = [] }: TagState, { spec, hasAnnotations }: TagPlace): readonly ManagedFieldsEntry[] {
  return owners.map((owner) => {
    const { 'f:annotations': annotations, ...others } = owner.fields;
    if (annotations === undefined || !hasAnnotations) return entryOf(owner, { [spec]: owner.fields });
    const metadata = { 'f:metadata': { 'f:annotations': annotations } };
    return entryOf(owner, Object.keys(others).length === 0 ? metadata : { ...metadata, [spec]: others });
  });
}

/** The inverse; what is not the tag's own belongs to nobody. */
export function ownersFromWire(
  managedFields: readonly ManagedFieldsEntry[] | undefined,
  { spec, hasAnnotations }: TagPlace,
): readonly TagOwner[] {
  return (managedFields ?? []).flatMap((entry) => {
    const { 'f:annotations': repeated, ...fields } = entry.fieldsV1[spec] ?? {};
    const annotations = hasAnnotations ? entry.fieldsV1['f:metadata']?.['f:annotations'] : repeated;
    const isOwned = annotations !== undefined || Object.keys(fields).length > 0;
    return isOwned ? [ownerOf(entry, annotations === undefined ? fields : { ...fields, 'f:annotations': annotations })] : [];
  });
}

function ownerOf({ manager, operation, subresource = '', time = '' }: ManagedFieldsEntry, fields: FieldsV1): TagOwner {
  return { manager, operation, subresource, time, fields };
}

function entryOf({ manager, operation, subresource, time }: Omit<TagOwner, 'fields'>, fieldsV1: FieldsV1): ManagedFieldsEntry {
  const role = { manager, operation, apiVersion: API_VERSION, ...(time === '' ? {} : { time }) };
  return { ...role, fieldsType: 'FieldsV1', fieldsV1, ...(subresource === '' ? {} : { subresource }) };
}

/** `f:spec` without elements of `f:tags`, as a member; none when nothing is left. */
function leftOf({ [TAGS]: tags = {}, ...others }: FieldsV1): FieldsV1 {
  const left = Object.hasOwn(tags, SELF) ? { ...others, [TAGS]: {} } : others;
  return Object.keys(left).length === 0 ? {} : { [SPEC]: left };
}

function withTags(fieldsV1: FieldsV1, elements: readonly (readonly [string, FieldsV1])[]): FieldsV1 {
  const { [SPEC]: spec = {}, ...others } = fieldsV1;
  const self: FieldsV1 = Object.hasOwn(spec, TAGS) ? { [SELF]: {} } : {};
  const sorted = [...elements].sort(([one], [other]) => (one < other ? -1 : 1));
  const members = { ...spec, [TAGS]: { ...self, ...Object.fromEntries(sorted) } };
  return sortedMembers({ ...others, [SPEC]: sortedMembers(members) });
}

function sortedMembers(fields: FieldsV1): FieldsV1 {
  return Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function tagElement(name: string): string {
  return `k:${JSON.stringify({ name })}`;
}

/** A name that is no text is nobody's tag. */
function tagName(element: string): string {
  try {
    const { name } = JSON.parse(element.slice('k:'.length)) as { readonly name?: unknown };
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}

function roleOf({ manager, operation, subresource = '' }: Pick<ManagedFieldsEntry, 'manager' | 'operation' | 'subresource'>): string {
  return JSON.stringify([operation, manager, subresource]);
}

function orderOf({ operation, time = '', manager, subresource = '' }: ManagedFieldsEntry): string {
  return JSON.stringify([operation, time, manager, subresource]);
}
