/** What a change of a stored item asks of the background: imports, a sweep, or nothing (design.md §2, queue-imports). */
import type { HeadItem, NamespaceItem, TagItem } from '../store/items.ts';
import type { SourcedTarget } from './group-targets.ts';
import type { RepositoryTarget } from './ports.ts';

/** Body of a message on the sweep queue: what a deleted namespace holds, children of a stream that is gone, events of a history that is. */
export type SweepMessage =
  | {
      readonly kind: 'namespace';
      readonly namespace: string;
      readonly uid: string;
      readonly actor: string;
      /** When the namespace was deleted, ms. */
      readonly now: number;
    }
  | {
      readonly kind: 'stream';
      readonly namespace: string;
      readonly stream: string;
      readonly incarnation: string;
      readonly uid: string;
      readonly revision: number;
      readonly actor: string;
      /** When the stream was deleted, ms. */
      readonly now: number;
    }
  | {
      readonly kind: 'tag';
      readonly namespace: string;
      readonly stream: string;
      readonly incarnation: string;
      readonly tag: string;
      /** Events up to this number no longer count. */
      readonly base: number;
    };

export type BackgroundWork =
  | { readonly kind: 'import'; readonly target: SourcedTarget }
  | { readonly kind: 'repository'; readonly target: RepositoryTarget }
  | { readonly kind: 'sweep'; readonly message: SweepMessage };

/** Items as they were and are; undefined when there was none, or is none any more. */
export interface ItemChange {
  readonly before: unknown;
  readonly after: unknown;
  /** When it was written, ms. */
  readonly time: number;
}

export function readChange({ before, after, time }: ItemChange): readonly BackgroundWork[] {
  if (isTag(after)) return readTagChange(isTag(before) ? before : undefined, after);
  if (isNamespace(after)) return readNamespaceChange(after, time);
  return isHead(after) ? readHeadChange(isHead(before) ? before : undefined, after, time) : [];
}

function readHeadChange(before: HeadItem | undefined, after: HeadItem, time: number): readonly BackgroundWork[] {
  const { namespace, stream, incarnation, uid, revision, actor = '' } = after;
  if (after.deleted === true) {
    if (before?.deleted === true) return [];
    return [{ kind: 'sweep', message: { kind: 'stream', namespace, stream, incarnation, uid, revision, actor, now: time } }];
  }
  return after.importDue === undefined || isAsked(before, after)
    ? []
    : [{ kind: 'repository', target: { namespace, stream, incarnation } }];
}

/** The head is written with every change of the stream: only the first that wants the repository asks for it. */
function isAsked(before: HeadItem | undefined, after: HeadItem): boolean {
  if (before?.importDue === undefined || before.incarnation !== after.incarnation) return false;
  return before.dockerImageRepository === after.dockerImageRepository;
}

/** With every write of a namespace that is being deleted: deleting it again is how somebody gets one going that is stuck. */
function readNamespaceChange(after: NamespaceItem, time: number): readonly BackgroundWork[] {
  const { name, uid, deletionTimestamp, deletedBy = '', deleted } = after;
  if (deletionTimestamp === undefined || deleted === true) return [];
  return [{ kind: 'sweep', message: { kind: 'namespace', namespace: name, uid, actor: deletedBy, now: time } }];
}

function readTagChange(before: TagItem | undefined, after: TagItem): readonly BackgroundWork[] {
  const { namespace, stream, incarnation, tag, base, importDue } = after;
  const work: BackgroundWork[] = [];
  if (base > 0 && base !== before?.base) work.push({ kind: 'sweep', message: { kind: 'tag', namespace, stream, incarnation, tag, base } });
  if (importDue !== undefined && importDue !== before?.importDue) {
    work.push({ kind: 'import', target: { namespace, stream, incarnation, tag, source: after.spec?.from?.name ?? '' } });
  }
  return work;
}

function isTag(item: unknown): item is TagItem {
  return entityOf(item) === 'tag';
}

function isHead(item: unknown): item is HeadItem {
  return entityOf(item) === 'head';
}

function isNamespace(item: unknown): item is NamespaceItem {
  return entityOf(item) === 'namespace';
}

function entityOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'entity' in item ? item.entity : undefined;
}
