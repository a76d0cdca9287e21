/** Use case: publish what a batch of stream records tells, in order, losing nothing (design.md §2, §4). */
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import type { RegistryHosts } from '../image/stream-state.ts';
import { localRepository } from '../image/stream-view.ts';
import { describeChange, type TagChange } from './describe-change.ts';
import type { BusEvent, EventPublisher, ParkedMessage, ParkingQueue, ReadRepository } from './ports.ts';
import { EVENT_SOURCE } from './tag-change-event.ts';
import { decodeRecord } from './tag-record.ts';
import { describeTriggerChange } from './trigger-change-event.ts';

export interface PublishDeps {
  readonly publisher: EventPublisher;
  readonly parking: ParkingQueue;
  readonly hosts: RegistryHosts;
  /** Asked only about tags with reference policy Local, and only in a deployment without a registry of its own. */
  readonly readRepository: ReadRepository;
  /** Told of everything that was parked, and of a failure to park. Messages are static; data goes into the keys. */
  readonly log: { warn(message: string, keys: Readonly<Record<string, unknown>>): void };
  /** Told how many events of a batch the bus took. */
  readonly onPublished: (count: number) => void;
}

type PublishRecords = (event: { readonly Records: readonly DynamoDBRecord[] }) => Promise<DynamoDBBatchResponse>;

/** A record's place in the batch and what came of it. */
type Planned = { readonly record: DynamoDBRecord } & ({ readonly event: BusEvent } | { readonly parked: ParkedMessage });

/**
 * The stream's handler. What the bus does not take and what cannot be decoded goes to the failure queue, whole, and the batch goes on. If
 * that fails too, the batch is reported as failed from that record on, so that the stream delivers it again: nothing is lost, some of it is
 * published twice, with the same ids.
 */
export function createPublishRecords(deps: PublishDeps): PublishRecords {
  return async ({ Records }) => {
    const planned: Planned[] = [];
    for (const record of Records) planned.push(...(await planRecord(record, deps)));
    const events = planned.flatMap((plan) => ('event' in plan ? [plan.event] : []));
    const failures = new Map((await deps.publisher.publish(events)).map(({ index, reason }) => [events[index], reason]));
    if (events.length > 0) deps.onPublished(events.length - failures.size);
    for (const plan of planned) {
      const message = messageToPark(plan, failures);
      if (message === null) continue;
      const sequenceNumber = plan.record.dynamodb?.SequenceNumber ?? '';
      try {
        await deps.parking.park(message);
        deps.log.warn('parked what could not be published', { kind: message.kind, reason: message.reason, sequenceNumber });
      } catch (error) {
        deps.log.warn('could not park, the stream will deliver again', { kind: message.kind, sequenceNumber, error });
        return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}

async function planRecord(record: DynamoDBRecord, deps: PublishDeps): Promise<readonly Planned[]> {
  const decoded = attempt(() => decodeRecord(record));
  if (!decoded.ok) return [{ record, parked: { kind: 'record', reason: decoded.reason, record } }];
  const change = decoded.value;
  if (change === null) return [];
  // A table that cannot be asked fails the batch, which comes again.
  const repository = change.entity === 'tag' ? await repositoryOf(change, deps) : '';
  const described = attempt(() =>
    change.entity === 'tag' ? describeChange(change, repository) : describeTriggerChange(change.before, change.after),
  );
  if (!described.ok) return [{ record, parked: { kind: 'record', reason: described.reason, record } }];
  return described.value === null ? [] : [{ record, event: described.value }];
}

/** A record that cannot be read now will not be readable later either: it may not hold up the shard. */
function attempt<T>(read: () => T): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string } {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** As `statusRepository`, but for tag items: they do not know what their stream's spec says. */
async function repositoryOf({ before, after }: TagChange, { hosts, readRepository }: PublishDeps): Promise<string> {
  const item = after ?? before;
  if (item === null) return '';
  const local = localRepository(hosts, item.namespace, item.stream);
  if (local !== '' || [before, after].every((each) => each?.spec?.referencePolicy.type !== 'Local')) return local;
  return readRepository(item.namespace, item.stream);
}

function messageToPark(plan: Planned, failures: ReadonlyMap<BusEvent | undefined, string>): ParkedMessage | null {
  if ('parked' in plan) return plan.parked;
  const reason = failures.get(plan.event);
  return reason === undefined ? null : { kind: 'event', reason, source: EVENT_SOURCE, ...plan.event };
}
