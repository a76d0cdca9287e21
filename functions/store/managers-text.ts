/** `metadata.managedFields` as the one attribute `managers` of an item: DynamoDB keeps no order inside a map. */
import type { ManagedFieldsEntry } from '../kubernetes/types.ts';

export function packManagers(managers: readonly ManagedFieldsEntry[]): string {
  return JSON.stringify(managers);
}

export function unpackManagers(text: string): readonly ManagedFieldsEntry[] {
  return JSON.parse(text) as readonly ManagedFieldsEntry[];
}

/** The attribute of an object that is one item; none when nobody owns anything. */
export function managersAttribute(managedFields: readonly ManagedFieldsEntry[] | undefined): { readonly managers?: string } {
  return managedFields === undefined ? {} : { managers: packManagers(managedFields) };
}

export function managedFieldsOf(managers: string | undefined): { readonly managedFields?: readonly ManagedFieldsEntry[] } {
  return managers === undefined ? {} : { managedFields: unpackManagers(managers) };
}
