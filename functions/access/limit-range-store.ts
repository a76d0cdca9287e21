/** Limit ranges in table `state`. */
import { decode, tagged } from '../store/codec.ts';
import { openDatabase, type StoreOptions } from '../store/database.ts';
import type { ItemBase } from '../store/items.ts';
import { createObjectStore, type ObjectCodec } from '../store/object-store.ts';
import type { NamespaceStore } from '../resources/ports.ts';
import type { LimitRangeStore, StoredLimitRange } from './ports.ts';

export interface LimitRangeStoreOptions extends StoreOptions {
  readonly namespaces: Pick<NamespaceStore, 'listNamespaces'>;
}

interface LimitRangeItem extends ItemBase, StoredLimitRange {
  readonly entity: 'limitrange';
}

const codec: ObjectCodec<StoredLimitRange> = {
  prefix: 'LIMITS',
  encode: async (range) => ({ ...tagged('limitrange'), ...range }),
  decode: async (item) => {
    const { pk: _pk, sk: _sk, entity: _entity, v: _v, ...range } = decode<LimitRangeItem>(item, 'limitrange');
    return range;
  },
};

export function createLimitRangeStore({ namespaces, ...options }: LimitRangeStoreOptions): LimitRangeStore {
  return createObjectStore({
    db: openDatabase(options),
    codec,
    namespaceNames: async (from) => (await namespaces.listNamespaces({})).items.map(({ name }) => name).filter((name) => name >= from),
  });
}
