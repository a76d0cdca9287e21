import { createHash } from 'node:crypto';
import { canonicalSource } from '../image/canonical-source.ts';
import { importIntervalOf } from '../image/import-interval.ts';
import { isScheduled, needsImport } from '../image/import-due.ts';
import type { TagState } from '../image/stream-state.ts';
import type { TagItem } from './items.ts';
import type { StreamLife } from './keys.ts';
import { scheduledPartition, scheduledSort } from './schedule-keys.ts';

/** Partitions of the scheduled index per interval. */
export const SCHEDULE_SHARDS = 16;

/** `importDue`, the key of the sparse index of tags that wait for their import; kept while it is the same spec that waits. */
export function importDue(tag: TagState, stored: TagItem | null, now: number): Pick<TagItem, 'importDue' | 'duePk'> {
  if (!needsImport(tag)) return {};
  const waits = stored?.importDue !== undefined && stored.spec?.generation === tag.spec?.generation;
  return { importDue: waits ? stored.importDue : now, duePk: 'IMPORT-DUE' };
}

type ScheduleAttributes = Pick<TagItem, 'schedPk' | 'schedSk' | 'source' | 'insecure' | 'digest'>;

/** Keys and projection of the sparse index of scheduled tags: a pass over unchanged tags needs nothing but this. `interval`: of tags without their own. */
export function importSchedule(life: StreamLife, tag: TagState, interval: string): ScheduleAttributes {
  const source = tag.spec?.from?.name;
  if (!isScheduled(tag) || source === undefined) return {};
  return {
    schedPk: scheduledPartition(importIntervalOf(tag.spec, interval), shardOf(source)),
    schedSk: scheduledSort(life, tag.name),
    source,
    insecure: tag.spec?.importPolicy.insecure === true,
    digest: tag.items[0]?.image ?? '',
  };
}

/** Equal sources meet in one shard however they are spelled (`busybox`, `docker.io/library/busybox:latest`), so that one check serves them all. */
export function shardOf(source: string): number {
  return createHash('sha256').update(canonicalSource(source).text).digest().readUInt8(0) % SCHEDULE_SHARDS;
}
