/** `metadata.managedFields` and owners of a tag as text: small, in the order they were given, and one attribute. */
import type { TagOwner } from '../image/stream-state.ts';
import type { ManagedFieldsEntry } from '../kubernetes/types.ts';

type PackedOwner = readonly [
  manager: string,
  operation: TagOwner['operation'],
  subresource: string,
  time: string,
  fields: TagOwner['fields'],
];

export function packManagers(managers: readonly ManagedFieldsEntry[]): string {
  return JSON.stringify(managers);
}

export function unpackManagers(text: string): readonly ManagedFieldsEntry[] {
  return JSON.parse(text) as readonly ManagedFieldsEntry[];
}

/** `managedFields` of an object that is one item, as attribute `managers` of it; none when nobody owns anything. */
export function packedManagers(managedFields: readonly ManagedFieldsEntry[] | undefined): { readonly managers?: string } {
  return managedFields === undefined ? {} : { managers: packManagers(managedFields) };
}

export function unpackedManagers(managers: string | undefined): { readonly managedFields?: readonly ManagedFieldsEntry[] } {
  return managers === undefined ? {} : { managedFields: unpackManagers(managers) };
}

/** A tag item is to stay below 1 KB, so that names of members are left out. */
export function packOwners(owners: readonly TagOwner[]): string {
  return JSON.stringify(
    owners.map(({ manager, operation, subresource, time, fields }): PackedOwner => [manager, operation, subresource, time, fields]),
  );
}

export function unpackOwners(text: string): readonly TagOwner[] {
  const packed = JSON.parse(text) as readonly PackedOwner[];
  return packed.map(([manager, operation, subresource, time, fields]) => ({ manager, operation, subresource, time, fields }));
}
