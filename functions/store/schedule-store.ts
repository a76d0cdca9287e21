import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ImportTarget, RepositoryTarget, ScheduledTag, ScheduleStore, ShardCheckpoint } from '../importing/ports.ts';
import { INDEX } from '../runtime/environment.ts';
import { decode, tagged } from './codec.ts';
import { type Database, openDatabase, type StoreOptions } from './database.ts';
import type { Item } from './item-size.ts';
import type { HeadItem, ItemBase, TagItem } from './items.ts';
import { checkpointKey, checkpointsRange, scheduledPartition } from './schedule-keys.ts';
import { pages, queryAll } from './reading.ts';
import { putItem } from './writing.ts';

interface CheckpointItem extends ItemBase, ShardCheckpoint {
  readonly entity: 'checkpoint';
}

/** Sparse indexes of the tags that want an import, and how far each shard got. */
export function createScheduleStore(options: StoreOptions): ScheduleStore {
  const db = openDatabase(options);
  return {
    readCheckpoints: async () => (await queryAll(db, checkpointsRange())).map(decodeCheckpoint),
    saveCheckpoint: async ({ interval, shard, lastPass }) => {
      const item: CheckpointItem = { ...checkpointKey(interval, shard), ...tagged('checkpoint'), interval, shard, lastPass };
      await putItem(db, item);
    },
    listScheduled: (interval, shard) => listScheduled(db, interval, shard),
    listImportDue: (before) => listImportDue(db, before),
  };
}

function decodeCheckpoint(item: Item): ShardCheckpoint {
  const { interval, shard, lastPass } = decode<CheckpointItem>(item, 'checkpoint');
  return { interval, shard, lastPass };
}

async function* listScheduled(db: Database, interval: string, shard: number): AsyncGenerator<ScheduledTag> {
  for await (const page of pages(db, scheduledQuery(db.table, interval, shard))) {
    for (const item of page as unknown as readonly TagItem[]) {
      yield { ...targetOf(item), source: item.source ?? '', insecure: item.insecure === true, digest: item.digest ?? '' };
    }
  }
}

async function* listImportDue(db: Database, before: number): AsyncGenerator<ImportTarget | RepositoryTarget> {
  for await (const page of pages(db, importDueQuery(db.table, before))) {
    for (const item of page as unknown as readonly (TagItem | HeadItem)[]) yield 'tag' in item ? targetOf(item) : repositoryTargetOf(item);
  }
}

function targetOf({ namespace, stream, incarnation, tag }: TagItem): ImportTarget {
  return { namespace, stream, incarnation, tag };
}

function repositoryTargetOf({ namespace, stream, incarnation }: HeadItem): RepositoryTarget {
  return { namespace, stream, incarnation };
}

/** Command input; pure. */
export function scheduledQuery(table: string, interval: string, shard: number): QueryCommandInput {
  return {
    TableName: table,
    IndexName: INDEX.scheduled,
    KeyConditionExpression: 'schedPk = :pk',
    ExpressionAttributeValues: marshall({ ':pk': scheduledPartition(interval, shard) }),
  };
}

/** Command input; pure. Oldest first. */
export function importDueQuery(table: string, before: number): QueryCommandInput {
  const key: Pick<TagItem, 'duePk'> = { duePk: 'IMPORT-DUE' };
  return {
    TableName: table,
    IndexName: INDEX.importDue,
    KeyConditionExpression: 'duePk = :pk AND importDue < :before',
    ExpressionAttributeValues: marshall({ ':pk': key.duePk, ':before': before }),
  };
}
