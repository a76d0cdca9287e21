/** From the heads a watch polls to the streams it has to tell of. Pure. */
import type { ListOptions } from '../../kubernetes/handlers.ts';
import type { WatchStart } from '../list-revision.ts';
import type { StreamHead } from '../ports.ts';

export type HeadsByKey = ReadonlyMap<string, StreamHead>;

export interface HeadChange {
  readonly head: StreamHead;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The client may have the object: when it is not selected any more, it is to be told that it is gone. */
  readonly mayBeKnown: boolean;
  /** The client cannot have seen it: reason enough to answer. */
  readonly isNews: boolean;
}

export function headKey({ namespace, name }: Pick<StreamHead, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

export function byKey(heads: readonly StreamHead[]): HeadsByKey {
  return new Map(heads.map((head) => [headKey(head), head]));
}

/** What the first poll of a watch finds. `start` null: every stream there is, as the client has none. */
export function firstChanges(heads: readonly StreamHead[], start: WatchStart | null): readonly HeadChange[] {
  if (start === null) {
    return heads.filter(({ isDeleted }) => !isDeleted).map((head) => ({ head, type: 'ADDED', mayBeKnown: false, isNews: true }));
  }
  return heads
    .filter(({ revision }) => revision > start.above && revision !== start.seen)
    .map((head) => ({ head, type: typeSince(head, start.above), mayBeKnown: true, isNews: head.revision > start.newsAbove }));
}

/** What changed from one poll to the next. A stream that was deleted and created in between is ADDED in the place of the old one. */
export function laterChanges(
  before: HeadsByKey,
  heads: readonly StreamHead[],
  { matchesLabels }: Pick<ListOptions, 'matchesLabels'>,
): readonly HeadChange[] {
  return heads.flatMap((head): HeadChange[] => {
    const old = before.get(headKey(head));
    if (old !== undefined && old.revision >= head.revision) return [];
    const wasThere = old !== undefined && !old.isDeleted;
    if (head.isDeleted && !wasThere) return [];
    const isSame = wasThere && old.uid === head.uid;
    const type = head.isDeleted ? 'DELETED' : isSame ? 'MODIFIED' : 'ADDED';
    return [{ head, type, mayBeKnown: wasThere && matchesLabels(old.labels), isNews: true }];
  });
}

function typeSince(head: StreamHead, revision: number): HeadChange['type'] {
  if (head.isDeleted) return 'DELETED';
  return head.createdRevision > revision ? 'ADDED' : 'MODIFIED';
}

/** Two changes of one stream within a watch are one event. */
export function mergeChanges(earlier: HeadChange | undefined, later: HeadChange): HeadChange {
  if (earlier === undefined) return later;
  const mayBeKnown = earlier.mayBeKnown || (later.type === 'DELETED' && later.mayBeKnown);
  return { ...later, type: later.type === 'MODIFIED' ? earlier.type : later.type, mayBeKnown };
}
