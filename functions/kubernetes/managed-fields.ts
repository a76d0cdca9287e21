/** `metadata.managedFields`: who has set which fields (`meta/v1` ManagedFieldsEntry). Pure. */
import { type FieldSet, fromFieldsV1, toFieldsV1 } from './field-set.ts';
import { isObject } from './object-meta.ts';

export type ManagerOperation = 'Apply' | 'Update';

/** One manager, in one role: who applies and updates under the same name is two. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: ManagerOperation;
  readonly apiVersion: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** RFC 3339; when the set last changed. */
  readonly time: string;
  readonly fields: FieldSet;
}

/** Entries that say nothing we know are dropped, as entries of managers that own nothing are. */
export function decodeManagers(managedFields: unknown): readonly FieldManager[] {
  return Array.isArray(managedFields) ? (managedFields as readonly unknown[]).flatMap(decodeManager) : [];
}

export function encodeManagers(managers: readonly FieldManager[]): readonly Readonly<Record<string, unknown>>[] {
  return managers.map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
    manager,
    operation,
    apiVersion,
    ...(time === '' ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
    ...(subresource === '' ? {} : { subresource }),
  }));
}

export function isSameManager(
  one: FieldManager,
  other: Pick<FieldManager, 'manager' | 'operation' | 'apiVersion' | 'subresource'>,
): boolean {
  return (
    one.manager === other.manager &&
    one.operation === other.operation &&
    one.apiVersion === other.apiVersion &&
    one.subresource === other.subresource
  );
}

/** The manager with other fields; the time tells when that last made a difference. */
export function withFields(manager: FieldManager, fields: FieldSet, time: string): FieldManager {
  const isSame = fields.size === manager.fields.size && [...fields].every((field) => manager.fields.has(field));
  return isSame ? manager : { ...manager, fields, time };
}

function decodeManager(entry: unknown): readonly FieldManager[] {
  if (!isObject(entry)) return [];
  const { operation } = entry;
  if (operation !== 'Apply' && operation !== 'Update') return [];
  const fields = fromFieldsV1(entry['fieldsV1']);
  if (fields.size === 0) return [];
  const { manager, apiVersion, subresource, time } = entry;
  return [{ manager: text(manager), operation, apiVersion: text(apiVersion), subresource: text(subresource), time: text(time), fields }];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
