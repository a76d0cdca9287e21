import type { HostBackoff } from '../importing/host-backoff.ts';
import type { HostBackoffStore } from '../importing/ports.ts';
import { decode, tagged } from './codec.ts';
import { IS_ABSENT, isBackoffUntil } from './conditions.ts';
import { openDatabase, type StoreOptions } from './database.ts';
import type { Item } from './item-size.ts';
import type { ItemBase } from './items.ts';
import { keyIfStorable } from './keys.ts';
import { backoffKey, backoffsAtRange, backoffsRange } from './schedule-keys.ts';
import { queryFirst, readNamed } from './reading.ts';
import { deleteItem, putItem } from './writing.ts';

interface BackoffItem extends ItemBase, Omit<HostBackoff, 'until'> {
  readonly entity: 'registry-host';
  /** `until` itself is a word of DynamoDB's. */
  readonly backoffUntil: number;
}

/** A list is a saving, no more: whatever it leaves out is found when its host is asked. */
const LISTED = 1_000;
/** An error may quote a registry at length. */
const MESSAGE_LENGTH = 500;
/** How long a host's failures in a row are remembered behind its back-off. */
const MEMORY_SECONDS = 24 * 60 * 60;

/** Registries in back-off, in table `state`. */
export function createHostBackoffStore(options: StoreOptions): HostBackoffStore {
  const db = openDatabase(options);
  return {
    listBackoffs: async () => (await queryFirst(db, backoffsRange(), { pageSize: LISTED })).map(decodeBackoff),
    readBackoff: async (subject) => {
      const item = await readNamed(db, () => backoffKey(subject));
      return item === null ? null : decodeBackoff(item);
    },
    listBackoffsAt: async (host) => {
      // A host whose name is too long for a key has none.
      if (keyIfStorable(() => backoffKey({ host })) === null) return [];
      return (await queryFirst(db, backoffsAtRange(host), { pageSize: LISTED })).map(decodeBackoff);
    },
    saveBackoff: async ({ until, ...backoff }, seen) => {
      const item: BackoffItem = {
        ...backoffKey(backoff),
        ...tagged('registry-host'),
        ...backoff,
        message: backoff.message.slice(0, MESSAGE_LENGTH),
        backoffUntil: until,
        ttl: Math.floor(until / 1000) + MEMORY_SECONDS,
      };
      await putItem(db, item, seen === null ? IS_ABSENT : isBackoffUntil(seen.until));
    },
    clearBackoff: async ({ until, ...subject }) => {
      await deleteItem(db, backoffKey(subject), isBackoffUntil(until));
    },
  };
}

function decodeBackoff(item: Item): HostBackoff {
  const { host, credentials, backoffUntil, reason, message, failures, since } = decode<BackoffItem>(item, 'registry-host');
  return { host, ...(credentials === undefined ? {} : { credentials }), until: backoffUntil, reason, message, failures, since };
}
