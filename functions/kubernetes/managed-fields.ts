/** `metadata.managedFields`: who has set which fields (apimachinery `managedfields/internal`). Pure. */
import { type FieldSet, fromFieldsV1, toFieldsV1 } from './field-set.ts';
import { isObject } from './object-meta.ts';
import type { ManagedFieldsEntry } from './types.ts';

/** One manager, in one role. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: ManagedFieldsEntry['operation'];
  readonly apiVersion: string;
  /** '' for the object itself. */
  readonly subresource: string;
  /** RFC 3339; '' when unknown. */
  readonly time: string;
  readonly fields: FieldSet;
}

/** null for what is no list of managers; entries of managers that own nothing are dropped. */
export function decodeManagers(managedFields: unknown): readonly FieldManager[] | null {
  if (managedFields === undefined || managedFields === null) return [];
  if (!Array.isArray(managedFields)) return null;
  const managers = (managedFields as readonly unknown[]).map(decodeManager);
  return managers.every((manager) => manager !== null) ? managers.filter(({ fields }) => fields.size > 0) : null;
}

/** As upstream orders them: those that apply first, then by time. */
export function encodeManagers(managers: readonly FieldManager[]): readonly ManagedFieldsEntry[] {
  return managers
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      ...(time === '' ? {} : { time }),
      fieldsType: 'FieldsV1' as const,
      fieldsV1: toFieldsV1(fields),
      ...(subresource === '' ? {} : { subresource }),
    }))
    .sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
}

/** The version is none of what tells appliers apart: they apply every field anew. */
export function isSameManager(
  one: Omit<FieldManager, 'fields' | 'time'>,
  { manager, operation, apiVersion, subresource }: Omit<FieldManager, 'fields' | 'time'>,
): boolean {
  const isSame = one.manager === manager && one.operation === operation && one.subresource === subresource;
  return isSame && (operation === 'Apply' || one.apiVersion === apiVersion);
}

/** RFC 3339 in whole seconds; `now` in milliseconds. */
export function managerTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

function orderOf({ operation, time = '', manager, apiVersion, subresource = '' }: ManagedFieldsEntry): string {
  return [operation, time, manager, apiVersion, subresource].join('\u0000');
}

function decodeManager(entry: unknown): FieldManager | null {
  if (!isObject(entry)) return null;
  const { operation, fieldsType, manager, apiVersion, subresource, time, fieldsV1 } = entry;
  if ((operation !== 'Apply' && operation !== 'Update') || fieldsType !== 'FieldsV1' || text(apiVersion) === '') return null;
  const role = { manager: text(manager), operation, apiVersion: text(apiVersion), subresource: text(subresource) } as const;
  return { ...role, time: text(time), fields: fromFieldsV1(fieldsV1) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
