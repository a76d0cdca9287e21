/** AdmissionMappings in table `state`. */
import type { WatchableStore } from '../access/ports.ts';
import type { AdmissionMappingStore, StoredAdmissionMapping } from '../admission/ports.ts';
import { openDatabase, type StoreOptions } from './database.ts';
import { createObjectStore } from './object-store.ts';
import { plainCodec } from './plain-codec.ts';

const codec = plainCodec<StoredAdmissionMapping>('ADMISSION', 'admission-mapping');

export function createAdmissionMappingStore(options: StoreOptions): AdmissionMappingStore & WatchableStore<StoredAdmissionMapping> {
  // The cluster is the one namespace they are in.
  return createObjectStore({ db: openDatabase(options), codec, namespaceNames: async () => [''] });
}
