import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { StoreError } from './errors.ts';

/** DynamoDB's limit for one item, attribute names included. */
export const MAX_ITEM_BYTES = 400 * 1024;

/** An item as it is read, before a codec looked at it: plain JavaScript values. */
export type Item = Readonly<Record<string, unknown>>;
export type StoredItem = Record<string, AttributeValue>;

/** Plain values to attribute values; undefined members vanish. Throws StoreError ERR_STORE_TOO_LARGE past 400 KB. */
export function marshalItem(item: object): StoredItem {
  const stored = marshall(item, { removeUndefinedValues: true });
  const bytes = itemBytes(stored);
  if (bytes > MAX_ITEM_BYTES) throw new StoreError('ERR_STORE_TOO_LARGE', `item of ${bytes} bytes: at most ${MAX_ITEM_BYTES}`);
  return stored;
}

/** Size as DynamoDB counts it (AWS: "Item sizes and formats"); numbers are rounded up, so that the result is never too small. */
export function itemBytes(item: StoredItem): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 2;
  if (value.B !== undefined) return value.B.byteLength;
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  if (value.L !== undefined) return 3 + value.L.reduce((sum, element) => sum + 1 + valueBytes(element), 0);
  return 1; // BOOL and NULL; sets are never written here
}
