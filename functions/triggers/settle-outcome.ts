/**
 * Use case: a service tells how a deployment ended that a delivery began. Finds the delivery, does with the tags what the trigger's policy says, and
 * settles it (docs/decisions/0072-a-deployment-that-fails.md). Every step is safe to repeat: an event comes again after a failure.
 */
import type { RegistryHosts } from '../image/stream-state.ts';
import type { Clock, StreamStore } from '../resources/ports.ts';
import { parseArn } from './arn.ts';
import { answerFailure, type Answered } from './answer-failure.ts';
import { isOpen } from './awaited.ts';
import { identityKey, kindOf } from './kinds/registry.ts';
import { readNewestTags } from './newest-tag.ts';
import { type LateOutcome, type OutcomeReader, ROLLBACK_DETAIL, type ServiceEvent } from './outcomes/late-outcome.ts';
import { planDelivery } from './plan-delivery.ts';
import type { FailedTags, TriggerStore } from './ports.ts';
import type { StoredTrigger } from './stored-trigger.ts';
import { createSettleDelivery } from './settle-delivery.ts';
import type { Settlement } from './settlement.ts';
import type { TriggerDelivery } from './types.ts';

export interface SettleOutcomeDeps {
  readonly readers: readonly OutcomeReader[];
  readonly triggers: Pick<TriggerStore, 'listTriggersActingOn' | 'readTrigger' | 'updateTrigger'>;
  readonly streams: Pick<StreamStore, 'readTags'>;
  readonly failedTags: FailedTags;
  readonly hosts: RegistryHosts;
  readonly clock: Clock;
  readonly log: { info(message: string, keys: Readonly<Record<string, unknown>>): void };
  /** Told of every deployment that failed. */
  readonly onFailure: () => void;
}

/** ms after an event during which the delivery it is about may not be written yet: fire-triggers has two minutes. */
const IN_FLIGHT = 150_000;
/** Characters; a trigger keeps ten messages. */
const LONGEST_MESSAGE = 1_000;
const REPLACED: Settlement = { outcome: 'Refused', reason: 'Superseded', message: 'a newer deployment took over before this one ended' };
const NOTHING: Answered = { message: '', details: {}, restored: [] };

/**
 * Answers how many deliveries were settled: of deployments that others began, none. Throws what the store throws, and EventTooEarly for an event
 * that seems to have overtaken what it is about: Lambda invokes again after one and two minutes.
 */
export function createSettleOutcome(deps: SettleOutcomeDeps): (event: ServiceEvent) => Promise<number> {
  return async (event) => {
    const outcome = readOutcome(deps.readers, event);
    if (outcome === null) return 0;
    const acting = await deps.triggers.listTriggersActingOn(identityKey(outcome.kind, outcome.identity));
    const triggers = acting.filter((trigger) => isFromTarget(event, trigger));
    // Whoever knows of the deployment first: anybody may make a trigger that names this target and is for ever behind.
    const known = triggers.filter((trigger) => deliveriesOf(trigger, outcome).length > 0);
    const counts = await Promise.allSettled(known.map((trigger) => settleOf(deps, trigger, outcome)));
    const failed = counts.find((count) => count.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    for (const trigger of triggers) if (!known.includes(trigger)) await refuseTooEarly(deps, trigger, event);
    return counts.reduce((sum, count) => sum + (count.status === 'fulfilled' ? count.value : 0), 0);
  };
}

export class EventTooEarly extends Error {
  override readonly name = 'EventTooEarly';
}

function readOutcome(readers: readonly OutcomeReader[], event: ServiceEvent): LateOutcome | null {
  const fitting = readers.filter(({ source, detailType }) => source === event.source && detailType === event['detail-type']);
  return fitting.map((reader) => reader.read(event)).find((outcome) => outcome !== null) ?? null;
}

/** Whoever may put events on the bus tells of their own account and Region only: EventBridge writes these two, the rest is theirs. */
function isFromTarget({ account, region }: ServiceEvent, { spec }: StoredTrigger): boolean {
  const found = kindOf(spec.target);
  const resource = found?.kind.awsResource?.(found.spec);
  if (resource === undefined) return false;
  const arn = parseArn(resource.arn);
  return arn.region === region && arn.account === account;
}

async function settleOf(deps: SettleOutcomeDeps, trigger: StoredTrigger, outcome: LateOutcome): Promise<number> {
  const told = deliveriesOf(trigger, outcome);
  if (outcome.endsOlder === true) await settleReplaced(deps, trigger, told.at(-1));
  let settled = 0;
  for (const delivery of told.filter(isOpen)) if (await settleDelivery(deps, trigger, delivery, outcome)) settled += 1;
  return settled;
}

/** Before `ended` is settled: should it have gone well, they do not matter any more to what comes. */
async function settleReplaced(deps: SettleOutcomeDeps, trigger: StoredTrigger, ended: TriggerDelivery | undefined): Promise<void> {
  const { deliveries = [] } = trigger.status;
  const older = ended === undefined ? [] : deliveries.slice(deliveries.indexOf(ended) + 1);
  for (const { id } of older.filter(isOpen)) await createSettleDelivery(deps)(trigger, id, REPLACED);
}

/** Throws EventTooEarly. */
async function refuseTooEarly(deps: SettleOutcomeDeps, trigger: StoredTrigger, event: ServiceEvent): Promise<void> {
  if (await mayBeInFlight(deps, trigger, event))
    throw new EventTooEarly(`no delivery of ${trigger.namespace}/${trigger.name} is known yet that ${event.source} tells the end of`);
}

function deliveriesOf({ status: { deliveries = [] } }: StoredTrigger, outcome: LateOutcome): readonly TriggerDelivery[] {
  return deliveries.filter((delivery) => hasDetails(delivery, outcome));
}

function hasDetails({ details = {} }: TriggerDelivery, outcome: LateOutcome): boolean {
  return Object.entries(outcome.details).every(([name, value]) => details[name] === value);
}

/** The trigger is behind its tags: somebody may just be bringing it up to date, and has not written so. */
async function mayBeInFlight({ streams, hosts, clock }: SettleOutcomeDeps, trigger: StoredTrigger, event: ServiceEvent): Promise<boolean> {
  const now = clock();
  if (now - Date.parse(event.time) > IN_FLIGHT) return false;
  const { kind } = planDelivery(trigger, await readNewestTags(streams, trigger, hosts), { since: now, now });
  // What is put off is not under way, unless only this question is younger than `policy.batch` is long: being put off is written, too.
  return kind === 'deliver' || (kind === 'deferred' && trigger.deferred === undefined);
}

async function settleDelivery(
  deps: SettleOutcomeDeps,
  trigger: StoredTrigger,
  delivery: TriggerDelivery,
  late: LateOutcome,
): Promise<boolean> {
  const { outcome, reason, message: said, interrupted } = late;
  const isFailed = outcome === 'Refused' && interrupted !== true;
  const hasRolledBack = late.rolledBack ?? delivery.details?.[ROLLBACK_DETAIL] === 'true';
  const {
    message: done,
    details,
    restored,
  } = isFailed ? await answerFailure(deps, trigger, delivery.id, { said, hasRolledBack }) : NOTHING;
  const message = (done === '' ? said : `${said}; ${done}`).slice(0, LONGEST_MESSAGE);
  const { namespace, name, uid } = trigger;
  const isSettled = await createSettleDelivery(deps)(trigger, delivery.id, { outcome, reason, message, details, restored });
  if (!isSettled) return false;
  deps.log.info('settled', { trigger: { namespace, name, uid }, delivery: delivery.id, outcome, reason, ...details });
  if (outcome === 'Refused') deps.onFailure();
  return true;
}
