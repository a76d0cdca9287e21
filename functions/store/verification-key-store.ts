import type { PublicJwk, VerificationKeyStore } from '../access/ports.ts';
import { decode, tagged } from './codec.ts';
import { IS_ABSENT } from './conditions.ts';
import { openDatabase, type StoreOptions } from './database.ts';
import type { ItemBase } from './items.ts';
import { verificationKeyKey } from './object-keys.ts';
import { readNamed } from './reading.ts';
import { writeTransaction } from './transaction.ts';

interface VerificationKeyItem extends ItemBase {
  readonly entity: 'verification-key';
  readonly key: PublicJwk;
}

/** Public keys by which tokens are checked, in table `state`. */
export function createVerificationKeyStore(options: StoreOptions): VerificationKeyStore {
  const db = openDatabase(options);
  return {
    readKey: async (id) => {
      const item = await readNamed(db, () => verificationKeyKey(id));
      return item === null ? null : decode<VerificationKeyItem>(item, 'verification-key').key;
    },
    saveKey: async (id, key) => {
      // Refused when it is there already: the id is made from the key.
      const put: VerificationKeyItem = { ...verificationKeyKey(id), ...tagged('verification-key'), key };
      await writeTransaction(db, [{ put, condition: IS_ABSENT }]);
    },
  };
}
