/**
 * IAMIdentityMappings in table `state`. Beside each there is an item of its principal's ARN, written in the same transaction: a login reads that one
 * alone, and no two mappings can be of the same principal.
 */
import { readPrincipal } from '../../identity/iam-arn.ts';
import { decode, tagged } from '../../store/codec.ts';
import { IS_FREE, objectIsUnchanged } from '../../store/conditions.ts';
import { openDatabase, type StoreOptions } from '../../store/database.ts';
import type { ItemBase } from '../../store/items.ts';
import { iamPrincipalKey } from '../../store/object-keys.ts';
import { createObjectStore, type ObjectChange } from '../../store/object-store.ts';
import { plainCodec } from '../../store/plain-codec.ts';
import { readNamed } from '../../store/reading.ts';
import { isTombstone, toTombstone } from '../../store/tombstone.ts';
import type { Action } from '../../store/transaction.ts';
import type { IamMappingStore, IamNames, StoredIamMapping, WatchableStore } from '../ports.ts';

interface PrincipalItem extends ItemBase, IamNames {
  readonly entity: 'iam-principal';
  readonly uid: string;
  readonly revision: number;
}

const codec = plainCodec<StoredIamMapping>('IAMMAPPING', 'iam-mapping');

export function createIamMappingStore(options: StoreOptions): IamMappingStore & WatchableStore<StoredIamMapping> {
  const db = openDatabase(options);
  return {
    // The cluster is the one namespace they are in.
    ...createObjectStore({ db, codec, namespaceNames: async () => [''], alongside: writePrincipal }),
    async findMapping(arn) {
      const item = await readNamed(db, () => iamPrincipalKey(arn));
      if (item === null || isTombstone(item)) return null;
      const { mapping, username, groups } = decode<PrincipalItem>(item, 'iam-principal');
      return { mapping, groups, ...(username === undefined ? {} : { username }) };
    },
  };
}

/** Validation keeps the ARN of a mapping as it is for ever. */
function writePrincipal(change: ObjectChange<StoredIamMapping>): readonly Action[] {
  if (change.kind === 'create') return [{ put: principalItem(change.after), condition: IS_FREE }];
  const condition = objectIsUnchanged(change.before.uid, change.before.revision);
  if (change.kind === 'update') return [{ put: principalItem(change.after), condition }];
  return [{ put: toTombstone(principalItem(change.before), change.now), condition }];
}

function principalItem({ name: mapping, uid, revision, arn, username, groups }: StoredIamMapping): PrincipalItem {
  const key = iamPrincipalKey(readPrincipal(arn)?.arn ?? arn);
  return { ...key, ...tagged('iam-principal'), mapping, uid, revision, groups, ...(username === undefined ? {} : { username }) };
}
