import type { StreamState, TagState } from '../image/stream-state.ts';
import type { CommitRequest } from '../resources/ports.ts';
import { partition } from './commit-parts.ts';
import { type CommitFacts, planCommit } from './commit-plan.ts';
import { type PartResult, writeParts } from './commit-write.ts';
import type { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { lifeOf } from './head-item.ts';
import { changeHistory, type HistoryChange } from './history-change.ts';
import type { TagItem } from './items.ts';
import type { StreamLife } from './keys.ts';
import type { MemberItem, MemberRecord } from './member-item.ts';
import { nextRevision } from './revision.ts';
import { sameJson } from '../image/same-json.ts';
import { countAction } from './stream-count.ts';
import { storedTagsOf, type TagMemory } from './stored-tags.ts';
import { diffStream, type StreamChange } from './stream-diff.ts';
import { mergeMember, storedMembers, wantedMembers } from './stream-members.ts';
import { LOADED_EVENTS } from './tag-item.ts';

export interface CommitDeps {
  readonly db: Database;
  readonly memory: TagMemory;
  /** Ladder step of scheduled imports, e.g. `15m`. */
  readonly importInterval: string;
}

/** See StreamStore.commit (functions/resources/ports.ts). Reads what the change has to know, plans the writes, sends them part by part. */
export async function commitStream(deps: CommitDeps, request: CommitRequest): Promise<StreamState> {
  const { before, after } = request;
  const change = diffStream(before, after);
  if (change === null) return before ?? after;
  const result = before === null ? await createStream(deps, request, change) : await updateStream(deps, request, before, change);
  const committed = withStoredHistory(request, result);
  const known = before === null ? { items: new Map<string, TagItem | null>(), complete: true } : deps.memory.get(before);
  deps.memory.set(committed, { items: new Map([...(known?.items ?? []), ...result.tags]), complete: known?.complete ?? false });
  return committed;
}

/** A tombstone of the same name may stand above our clock: then once more above it. */
async function createStream(deps: CommitDeps, request: CommitRequest, change: StreamChange): Promise<PartResult> {
  const { after } = request;
  const histories = historiesOf(change, null);
  const members = wantedMembers([...histories.values()], request.children ?? []);
  const attempt = (previous: number): Promise<PartResult | { readonly above: number }> => {
    const revision = nextRevision(previous, deps.db.clock());
    const created = { ...after, incarnation: String(revision), revision };
    const facts = { ...factsOf(deps, request, lifeOf(created), revision), change, histories, stored: null, members };
    const counted = request.permit === undefined ? [] : [countAction(deps.db, after.namespace, after.name, request.permit)];
    return writeParts(deps.db, { before: null, after: created, revision, parts: partition([...counted, ...planCommit(facts)]) });
  };
  for (let previous = 0; ;) {
    const result = await attempt(previous);
    if (!('above' in result)) return result;
    previous = result.above;
  }
}

async function updateStream(deps: CommitDeps, request: CommitRequest, before: StreamState, change: StreamChange): Promise<PartResult> {
  const { db, memory } = deps;
  const life = lifeOf(before);
  const names = change.tags.map(({ name }) => name);
  const stored = await storedTagsOf(db, memory, before, names);
  for (const { name, before: tag } of change.tags) requireSame(tag, stored.get(name) ?? null);
  const histories = historiesOf(change, stored);
  const wanted = wantedMembers([...histories.values()], request.children ?? []);
  const members = membersToWrite(wanted, await storedMembers(db, life, wanted.keys()));
  const revision = nextRevision(before.revision, db.clock());
  const after = { ...request.after, uid: before.uid, incarnation: before.incarnation, struckOff: before.struckOff };
  const facts = { ...factsOf(deps, request, life, revision), after, change, histories, stored, members };
  const result = await writeParts(db, { before, after, revision, parts: partition(planCommit(facts)) });
  if ('above' in result) throw new Error('only a create is told to go above a tombstone');
  return result;
}

/** A state that was not read with its tags' items has to fit those read now: history would be numbered wrongly otherwise. */
function requireSame(tag: TagState | null, item: TagItem | null): void {
  const stored = item === null || item.deleted === true ? null : item;
  const same = tag === null || stored === null ? tag === stored : sameHistory(tag, stored);
  if (!same) throw new StoreError('ERR_STORE_CONFLICT', 'a tag was changed meanwhile');
}

function sameHistory(tag: TagState, item: TagItem): boolean {
  return tag.total === item.sequence - item.base && sameJson(tag.items[0], item.newest);
}

function factsOf(deps: CommitDeps, request: CommitRequest, life: StreamLife, revision: number): Pick<CommitFacts, 'write' | 'after'> {
  const { after, actor, cause, now } = request;
  const { importInterval } = deps;
  return { after, write: { life, uid: request.before?.uid ?? after.uid, revision, context: { actor, cause, now }, importInterval } };
}

function historiesOf(change: StreamChange, stored: ReadonlyMap<string, TagItem | null> | null): Map<string, HistoryChange> {
  return new Map(
    change.tags.flatMap(({ name, before, after }) =>
      after === null ? [] : [[name, changeHistory(stored?.get(name) ?? null, before, after)] as const],
    ),
  );
}

function membersToWrite(wanted: ReadonlyMap<string, MemberRecord>, stored: ReadonlyMap<string, MemberItem>): Map<string, MemberRecord> {
  return new Map(
    [...wanted.values()].flatMap((member) => {
      const merged = mergeMember(member, stored.get(member.digest));
      return merged === null ? [] : [[merged.digest, merged] as const];
    }),
  );
}

/** What the caller goes on with: as a read would answer it, histories cut to what a read loads. */
function withStoredHistory({ after }: CommitRequest, result: PartResult): StreamState {
  const tags = new Map(after.tags);
  for (const [name, item] of result.tags) {
    const tag = tags.get(name);
    if (tag !== undefined) tags.set(name, asLoaded(tag, item));
  }
  const { uid, incarnation, struckOff } = result.stream;
  return { ...after, uid, incarnation, struckOff, revision: result.revision, tags };
}

function asLoaded(tag: TagState, item: TagItem): TagState {
  const total = item.sequence - item.base;
  return tag.total === total && tag.items.length <= LOADED_EVENTS ? tag : { ...tag, total, items: tag.items.slice(0, LOADED_EVENTS) };
}
