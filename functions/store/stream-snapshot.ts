import type { ManagedFieldsEntry } from '../kubernetes/types.ts';
import { decodeHead } from './head-item.ts';
import type { Item } from './item-size.ts';
import type { HeadItem, TagItem } from './items.ts';
import { decodeManagers } from './managers-item.ts';
import { decodeMetadata } from './metadata-item.ts';
import { revisionAge } from './revision.ts';
import { decodeTag } from './tag-item.ts';

/** Head and children of one stream, as one query answered them. */
export interface StreamSnapshot {
  readonly head: HeadItem;
  readonly annotations: Readonly<Record<string, string>>;
  readonly managers: readonly ManagedFieldsEntry[];
  /** Tombstones included. */
  readonly tags: readonly TagItem[];
  /** Whether all of it is of one revision. */
  readonly whole: boolean;
}

/** A transaction of this age (ms) is applied everywhere: commits give up after 5 s. Tombstones that expire later are not missed then. */
const SETTLED_AFTER_MS = 60_000;

/**
 * Sorts the items below one stream name. A query may see half of a transaction (aws-facts.md §3), so the head tells how many children were
 * written with its revision: too few, or one of a later revision, is such a half. Children of earlier incarnations are passed over.
 * null: no stream, or a tombstone. Pure.
 */
export function takeSnapshot(items: readonly Item[], now: number): StreamSnapshot | null {
  const headItem = items.find((item) => item['entity'] === 'head');
  const head = headItem === undefined ? null : decodeHead(headItem);
  if (head === null || head.deleted === true) return null;
  const children = items.filter((item) => item['entity'] !== 'head' && item['incarnation'] === head.incarnation);
  const managers = children.find((item) => item['entity'] === 'managers');
  const metadata = children.find((item) => item['entity'] === 'metadata');
  return {
    head,
    managers: managers === undefined ? [] : decodeManagers(managers),
    annotations: metadata === undefined ? {} : decodeMetadata(metadata).annotations,
    tags: children.filter((item) => item['entity'] === 'tag').map(decodeTag),
    whole: isWhole(head, children, now),
  };
}

function isWhole(head: HeadItem, children: readonly Item[], now: number): boolean {
  const revisions = children.map((item) => item['revision'] as number);
  if (revisions.some((revision) => revision > head.revision)) return false;
  if (revisionAge(head.revision, now) > SETTLED_AFTER_MS) return true;
  return revisions.filter((revision) => revision === head.revision).length === head.touched;
}
