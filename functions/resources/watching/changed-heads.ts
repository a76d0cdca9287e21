/** From the heads a watch polls to the objects it has to tell of. Pure. */
import type { ListOptions } from '../../kubernetes/handlers.ts';
import type { WatchStart } from '../list-revision.ts';
import type { ObjectHead } from '../ports.ts';

export type HeadsByKey = ReadonlyMap<string, ObjectHead>;

export interface HeadChange {
  readonly head: ObjectHead;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The client may have the object: when it is not selected any more, it is to be told that it is gone. */
  readonly mayBeKnown: boolean;
  /** The client cannot have seen it: reason enough to answer. */
  readonly isNews: boolean;
}

export function headKey({ namespace, name }: Pick<ObjectHead, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** The newest heads over those of earlier polls. */
export function byKey(heads: readonly ObjectHead[], earlier: HeadsByKey | null = null): HeadsByKey {
  return new Map([...(earlier ?? []), ...heads.map((head) => [headKey(head), head] as const)]);
}

/** What the first poll of a watch finds. `start` null: every object there is, as the client has none. */
export function firstChanges(heads: readonly ObjectHead[], start: WatchStart | null): readonly HeadChange[] {
  if (start === null) {
    return heads.filter(({ isDeleted }) => !isDeleted).map((head) => ({ head, type: 'ADDED', mayBeKnown: false, isNews: true }));
  }
  return heads
    .filter(({ revision }) => revision > start.above && revision !== start.seen)
    .map((head) => ({ head, type: typeSince(head, start.above), mayBeKnown: true, isNews: head.revision > start.newsAbove }));
}

/**
 * What changed from one poll to the next. An object that was deleted and created in between is ADDED in the place of the old one. One that no
 * poll has shown so far is new, or has not changed since `start` where polls show no others.
 */
export function laterChanges(
  before: HeadsByKey,
  heads: readonly ObjectHead[],
  start: WatchStart | null,
  { matchesLabels }: Pick<ListOptions, 'matchesLabels'>,
): readonly HeadChange[] {
  return heads.flatMap((head): readonly HeadChange[] => {
    const old = before.get(headKey(head));
    if (old === undefined) return unseenChange(head, start);
    if (old.revision >= head.revision || (old.isDeleted && head.isDeleted)) return [];
    const isSame = !old.isDeleted && old.uid === head.uid;
    const type = head.isDeleted ? 'DELETED' : isSame ? 'MODIFIED' : 'ADDED';
    return [{ head, type, mayBeKnown: !old.isDeleted && matchesLabels(old.labels), isNews: true }];
  });
}

/** Without a start everything there was has been shown. */
function unseenChange(head: ObjectHead, start: WatchStart | null): readonly HeadChange[] {
  const isNew = start === null || head.createdRevision > start.above;
  if (isNew) return head.isDeleted ? [] : [{ head, type: 'ADDED', mayBeKnown: false, isNews: true }];
  return [{ head, type: head.isDeleted ? 'DELETED' : 'MODIFIED', mayBeKnown: true, isNews: true }];
}

function typeSince(head: ObjectHead, revision: number): HeadChange['type'] {
  if (head.isDeleted) return 'DELETED';
  return head.createdRevision > revision ? 'ADDED' : 'MODIFIED';
}

/** Two changes of one object within a watch are one event. */
export function mergeChanges(earlier: HeadChange | undefined, later: HeadChange): HeadChange {
  if (earlier === undefined) return later;
  const mayBeKnown = earlier.mayBeKnown || (later.type === 'DELETED' && later.mayBeKnown);
  return { ...later, type: later.type === 'MODIFIED' ? earlier.type : later.type, mayBeKnown };
}
