/** Plain objects whose item shows all of them, owners in one attribute. */
import type { StoredObject } from '../access/ports.ts';
import { decode, tagged } from './codec.ts';
import type { Entity, ItemBase } from './items.ts';
import type { ObjectPrefix } from './object-keys.ts';
import { managedFieldsOf, managersAttribute } from './managers-text.ts';
import type { ObjectCodec } from './object-store.ts';

interface PlainItem extends ItemBase {
  readonly managers?: string;
}

export function plainCodec<T extends StoredObject>(prefix: ObjectPrefix, entity: Entity): ObjectCodec<T> {
  return {
    prefix,
    entity,
    encode: async ({ managedFields, ...object }) => ({ ...tagged(entity), ...object, ...managersAttribute(managedFields) }),
    async decode(item) {
      const { pk: _pk, sk: _sk, entity: _entity, v: _v, managers, ...object } = decode<PlainItem>(item, entity);
      // Written by this codec: the other attributes are the object's.
      return { ...object, ...managedFieldsOf(managers) } as unknown as T;
    },
  };
}
