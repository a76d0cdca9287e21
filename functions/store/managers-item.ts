import type { ManagedFieldsEntry } from '../kubernetes/types.ts';
import { decode, tagged } from './codec.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { managersKey, type StreamLife } from './keys.ts';
import { packManagers, unpackManagers } from './managers-text.ts';

/**
 * Who owns what of a stream besides its tags. An item of its own: a label changes it, and the annotations beside which it would stand may be
 * hundreds of kilobytes.
 */
export interface ManagersItem extends ItemBase, StreamLife {
  readonly entity: 'managers';
  readonly revision: number;
  /** Packed: DynamoDB keeps no order inside a map. */
  readonly managers: string;
}

export function encodeManagers(life: StreamLife, managers: readonly ManagedFieldsEntry[], revision: number): ManagersItem {
  return { ...managersKey(life), ...tagged('managers'), ...life, revision, managers: packManagers(managers) };
}

export function decodeManagers(item: Item): readonly ManagedFieldsEntry[] {
  return unpackManagers(decode<ManagersItem>(item, 'managers').managers);
}
