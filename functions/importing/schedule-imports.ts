/** Every minute: scheduled tags whose turn it is, and tags and repositories whose first import got lost, become messages on the import queue (design.md §2, §3). */
import { formatQueueText } from '../changes/queue-text.ts';
import { canonicalSource } from '../image/canonical-source.ts';
import { intervalLength } from '../image/import-interval.ts';
import type { Clock } from '../resources/ports.ts';
import { groupTargets, type SourcedTarget } from './group-targets.ts';
import { type HostBackoff, LONGEST_BACKOFF } from './host-backoff.ts';
import type { MessageQueue } from './message-queue.ts';
import { planSchedule, type ShardPass } from './plan-schedule.ts';
import type { HostBackoffStore, ImportMessage, RepositoryMessage, ScheduleStore } from './ports.ts';
import { createTurnstile } from './turnstile.ts';

export interface ScheduleDependencies {
  readonly schedule: ScheduleStore;
  readonly backoffs: Pick<HostBackoffStore, 'listBackoffs'>;
  readonly queue: MessageQueue;
  readonly clock: Clock;
  /** All that a tag may have. */
  readonly intervals: readonly string[];
  readonly shards: number;
}

/** A freshly written tag is imported within seconds; one that still waits after this (ms) was lost on the way. */
const LOST_AFTER = 2 * 60_000;
/** Shards read at a time: most are empty. */
const PARALLEL_PARTS = 8;

/**
 * Runs the passes that are due. A checkpoint is saved only when the whole shard is on the queue, so a crash repeats a pass rather than losing it;
 * a shard without tags saves none: intervals nobody uses cost a look per minute and no write.
 * One part that fails does not keep the others from running; the error is thrown at the end.
 */
export async function scheduleImports(deps: ScheduleDependencies): Promise<void> {
  const now = deps.clock();
  const { intervals, shards } = deps;
  const passes = planSchedule(await deps.schedule.readCheckpoints(), { intervals, shards, now });
  const isLeftAlone = leftAlone(await deps.backoffs.listBackoffs(), now);
  const parts = [...passes.map((pass) => () => runPass(deps, { now, isLeftAlone }, pass)), () => sweepLost(deps, now)];
  const inTurn = createTurnstile(PARALLEL_PARTS);
  const outcomes = await Promise.allSettled(parts.map((part) => inTurn(part)));
  const errors = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${parts.length} parts of the schedule failed`);
}

/** What all passes of one minute share. */
interface Tick {
  /** ms. */
  readonly now: number;
  readonly isLeftAlone: (source: string) => boolean;
}

function leftAlone(backoffs: readonly HostBackoff[], now: number): Tick['isLeftAlone'] {
  // With whose credentials a tag is checked is known where it is.
  const whole = backoffs.filter(({ until, credentials }) => now < until && credentials === undefined);
  const hosts = new Set(whole.map(({ host }) => host));
  return (source) => hosts.size > 0 && hosts.has(canonicalSource(source).host);
}

/** Tags of a host that is left alone wait for their next pass, or in the queue when that would be too long. */
async function runPass(
  { schedule, queue }: ScheduleDependencies,
  { now, isLeftAlone }: Tick,
  { interval, shard, nextCheckpoint }: ShardPass,
): Promise<void> {
  const tags: SourcedTarget[] = [];
  for await (const { namespace, stream, incarnation, tag, source } of schedule.listScheduled(interval, shard)) {
    tags.push({ namespace, stream, incarnation, tag, source });
  }
  if (tags.length === 0) return;
  const length = intervalLength(interval);
  const due = length > LONGEST_BACKOFF ? tags : tags.filter(({ source }) => !isLeftAlone(source));
  await enqueue(queue, groupTargets('scheduled', due, { until: now + length }));
  await schedule.saveCheckpoint({ interval, shard, lastPass: nextCheckpoint });
}

async function sweepLost({ schedule, queue }: ScheduleDependencies, now: number): Promise<void> {
  const tags: SourcedTarget[] = [];
  const repositories: RepositoryMessage[] = [];
  for await (const target of schedule.listImportDue(now - LOST_AFTER)) {
    if ('tag' in target) tags.push({ ...target, source: '' });
    else repositories.push({ reason: 'repository', target });
  }
  await enqueue(queue, [...groupTargets('spec', tags), ...repositories]);
}

async function enqueue(queue: MessageQueue, messages: readonly ImportMessage[]): Promise<void> {
  const refused = await queue.send(messages.map(formatQueueText));
  if (refused.length > 0) throw new Error(`the import queue refused ${refused.length} of ${messages.length} messages`);
}
