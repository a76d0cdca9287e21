import { decode, tagged } from './codec.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { metadataKey, type StreamLife } from './keys.ts';

/** Annotations, apart from the head because `kubectl apply` keeps a whole object in one of them and every write touches the head. */
export interface MetadataItem extends ItemBase, StreamLife {
  readonly entity: 'metadata';
  readonly revision: number;
  readonly annotations: Readonly<Record<string, string>>;
}

export function encodeMetadata(life: StreamLife, annotations: Readonly<Record<string, string>>, revision: number): MetadataItem {
  return { ...metadataKey(life), ...tagged('metadata'), ...life, revision, annotations };
}

export function decodeMetadata(item: Item): MetadataItem {
  return decode<MetadataItem>(item, 'metadata');
}
