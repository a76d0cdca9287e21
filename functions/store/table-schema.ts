import { INDEX } from '../runtime/environment.ts';

/** One key attribute: name and DynamoDB scalar type. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N';
}

export interface IndexSchema {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  /** Attributes projected besides the keys. */
  readonly include: readonly string[];
}

/** Keys and indexes of table `state` as data: lib deploys them, tests create them (design.md §3). */
export const STATE_TABLE_SCHEMA = {
  partitionKey: { name: 'pk', type: 'S' },
  sortKey: { name: 'sk', type: 'S' },
  ttlAttribute: 'ttl',
  streamView: 'NEW_AND_OLD_IMAGES',
  indexes: [
    {
      name: INDEX.scheduled,
      partitionKey: { name: 'schedPk', type: 'S' },
      sortKey: { name: 'schedSk', type: 'S' },
      include: ['namespace', 'stream', 'incarnation', 'tag', 'source', 'insecure', 'digest'],
    },
    {
      name: INDEX.importDue,
      partitionKey: { name: 'duePk', type: 'S' },
      sortKey: { name: 'importDue', type: 'N' },
      include: ['namespace', 'stream', 'incarnation', 'tag'],
    },
    {
      name: INDEX.triggersByTag,
      partitionKey: { name: 'followPk', type: 'S' },
      sortKey: { name: 'followSk', type: 'S' },
      include: ['namespace', 'name'],
    },
    {
      name: INDEX.imagesByRevision,
      partitionKey: { name: 'imageShard', type: 'S' },
      sortKey: { name: 'revision', type: 'N' },
      include: ['digest', 'uid', 'creationTimestamp', 'labels', 'deleted'],
    },
  ],
} as const satisfies {
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  readonly ttlAttribute: string;
  readonly streamView: string;
  readonly indexes: readonly IndexSchema[];
};
