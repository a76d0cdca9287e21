/**
 * Use case, every minute: triggers whose time has come, and, as long as a round lasts, triggers that are behind their tags although nobody told
 * them, and deliveries whose end a target did not tell (openshift-semantics.md §8.5: level-driven). Bounded per run; docs/decisions/0071-triggers-are-swept.md has the cost.
 */
import type { RegistryHosts } from '../image/stream-state.ts';
import type { Clock, StreamStore } from '../resources/ports.ts';
import { readNewestTags } from './newest-tag.ts';
import { planDelivery } from './plan-delivery.ts';
import type { SweepProgress, SweepProgressStore, TriggerStore } from './ports.ts';
import type { FireQueue, QueuedFire } from './queue/fire-queue.ts';
import type { StoredTrigger } from './stored-trigger.ts';
import type { SettleDelivery } from './settle-delivery.ts';
import type { Settlement } from './settlement.ts';
import type { TriggerDelivery } from './types.ts';

export interface SweepDeps {
  readonly triggers: Pick<TriggerStore, 'listDueTriggers' | 'listTriggers'>;
  readonly progress: SweepProgressStore;
  readonly streams: Pick<StreamStore, 'readTags'>;
  readonly queue: FireQueue;
  readonly settle: SettleDelivery;
  readonly hosts: RegistryHosts;
  readonly clock: Clock;
}

export interface Swept {
  readonly due: number;
  readonly compared: number;
  readonly behind: number;
  /** Deliveries that nobody told the end of. */
  readonly unknown: number;
}

const MOST_DUE = 1_000;
/** Of one run. */
const MOST_COMPARED = 2_000;
/** A page reads up to 1 MB of its namespace, however few triggers it answers. */
const PAGE = 200;
/** ms after which a run begins no further page. */
const TIME_LIMIT = 35_000;
/** ms between the beginnings of two rounds; a little less than a quarter of an hour, since runs come on the minute. */
const ROUND = 14.5 * 60_000;
/** ms after which a delivery that is pending counts as one of unknown end; what is told later than that is still heard. */
const LONGEST_PENDING = 24 * 3600_000;
const UNKNOWN: Settlement = {
  outcome: 'Unknown',
  reason: 'OutcomeUnknown',
  message: 'the target took the newest image and has not told within 24 hours what came of it',
};

export async function sweepTriggers(deps: SweepDeps): Promise<Swept> {
  const started = deps.clock();
  const due = (await deps.triggers.listDueTriggers(started, MOST_DUE)).filter(({ spec }) => spec.paused !== true);
  await deps.queue.send(due.map((trigger) => wake(trigger, `due.${trigger.deferred?.due ?? 0}`)));
  return { due: due.length, ...(await compareAll(deps, started)) };
}

/** Goes on where the last run stopped. Progress is saved after each page: a run that is killed repeats one page at most. */
async function compareAll(deps: SweepDeps, now: number): Promise<Omit<Swept, 'due'>> {
  let progress = startOf(await deps.progress.readProgress(), now);
  let compared = 0;
  let behind = 0;
  let unknown = 0;
  while (progress !== null && compared < MOST_COMPARED && deps.clock() - now < TIME_LIMIT) {
    const from = progress.continue === undefined ? {} : { continue: progress.continue };
    const page = await deps.triggers.listTriggers(null, { limit: PAGE, ...from });
    const found = await Promise.all(page.items.map((trigger) => isBehind(deps, trigger, now)));
    const late = page.items.filter((_, index) => found[index] === true);
    const { started }: SweepProgress = progress;
    await deps.queue.send(late.map((trigger) => wake(trigger, `behind.${started}`)));
    for (const trigger of page.items) unknown += await giveUpPending(deps, trigger, now);
    compared += page.items.length;
    behind += late.length;
    await deps.progress.saveProgress({ started, ...(page.continue === undefined ? {} : { continue: page.continue }) });
    progress = page.continue === undefined ? null : { started, continue: page.continue };
  }
  return { compared, behind, unknown };
}

async function giveUpPending({ settle }: SweepDeps, trigger: StoredTrigger, now: number): Promise<number> {
  const isLate = ({ outcome, time }: TriggerDelivery) => outcome === 'Pending' && now - Date.parse(time) > LONGEST_PENDING;
  const late = trigger.status.deliveries?.filter(isLate) ?? [];
  for (const { id } of late) await settle(trigger, id, UNKNOWN);
  return late.length;
}

/** null: the round is done, and the next one does not begin yet. */
function startOf(progress: SweepProgress | null, now: number): SweepProgress | null {
  if (progress?.continue !== undefined) return progress;
  return progress === null || now - progress.started >= ROUND ? { started: now } : null;
}

/**
 * Not: a trigger that waits for its time, or one whose last try was to deliver exactly this: its message comes again by itself, or was given
 * up on, or somebody has to change something first.
 */
async function isBehind({ streams, hosts }: SweepDeps, trigger: StoredTrigger, now: number): Promise<boolean> {
  if (trigger.spec.paused === true || trigger.deferred !== undefined) return false;
  const plan = planDelivery(trigger, await readNewestTags(streams, trigger, hosts), { since: now, now });
  if (plan.kind === 'deliver') return plan.id !== trigger.status.deliveries?.[0]?.id;
  return plan.kind === 'deferred';
}

function wake({ namespace, name, uid, targetKey }: StoredTrigger, why: string): QueuedFire {
  return { trigger: { namespace, name, uid }, group: targetKey, deduplicationId: `${why}.${uid}` };
}
