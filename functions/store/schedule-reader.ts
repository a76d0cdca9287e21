import { canonicalSource } from '../image/canonical-source.ts';
import { importIntervalOf } from '../image/import-interval.ts';
import type { HostBackoff } from '../importing/host-backoff.ts';
import type { ScheduleReader, ShardCheckpoint } from '../importing/ports.ts';
import { decode } from './codec.ts';
import { openDatabase, type StoreOptions } from './database.ts';
import { createHostBackoffStore } from './host-backoff-store.ts';
import { readImageCheck } from './image-check-store.ts';
import { shardOf } from './import-schedule.ts';
import type { ItemBase } from './items.ts';
import { checkpointKey } from './schedule-keys.ts';
import { readItem } from './reading.ts';

type CheckpointItem = ItemBase & ShardCheckpoint & { readonly entity: 'checkpoint' };

/** What is known of a scheduled tag's checks, from its shard's checkpoint and its registry: two reads. `importInterval`: of tags without their own. */
export function createScheduleReader(options: StoreOptions & { readonly importInterval: string }): ScheduleReader {
  const db = openDatabase(options);
  const backoffs = createHostBackoffStore(options);
  return {
    readCheck: async (spec) => {
      const interval = importIntervalOf(spec, options.importInterval);
      const source = spec.from?.name ?? '';
      const [checkpoint, found] = await Promise.all([
        readItem(db, checkpointKey(interval, shardOf(source))),
        backoffs.listBackoffsAt(canonicalSource(source).host),
      ]);
      const lastPass = checkpoint === null ? null : decode<CheckpointItem>(checkpoint, 'checkpoint').lastPass;
      return { interval, lastPass, backoff: worstOf(found) };
    },
    readImageCheck: (shard) => readImageCheck(db, shard),
  };
}

/** That of the whole host, else the one that lasts longest: whose credentials a tag is checked with is not known here. */
function worstOf(backoffs: readonly HostBackoff[]): HostBackoff | null {
  const longest = backoffs.toSorted((a, b) => b.until - a.until)[0];
  return backoffs.find(({ credentials }) => credentials === undefined) ?? longest ?? null;
}
