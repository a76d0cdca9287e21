/** EventPublisher on a classic EventBridge bus. */
import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { type ChunkEntry, chunkEvents } from './event-chunks.ts';
import type { EventPublisher, Unpublished } from './ports.ts';
import { createRetryBudget, type RetryBudget, type RetryOptions } from './retry-budget.ts';
import { EVENT_SOURCE } from './tag-change-event.ts';

export interface PublisherDeps {
  readonly client: Pick<EventBridgeClient, 'send'>;
  readonly busName: string;
  readonly retry: RetryOptions;
}

/** Bytes of source, detail type and time, with room to spare (PutEvents: 14 bytes for the time, the rest in UTF-8). */
const ENTRY_OVERHEAD = 128;

export function createEventBridgePublisher({ client, busName, retry }: PublisherDeps): EventPublisher {
  return {
    async publish(events) {
      const budget = createRetryBudget(retry);
      const unpublished: Unpublished[] = [];
      for (const chunk of chunkEvents(events, ENTRY_OVERHEAD)) {
        unpublished.push(...(await publishChunk(chunk, budget, (entries) => putEvents(client, busName, entries))));
      }
      return unpublished;
    },
  };
}

/** Codes by position, undefined = published. */
type Put = (entries: readonly ChunkEntry[]) => Promise<readonly (string | undefined)[]>;

async function publishChunk(chunk: readonly ChunkEntry[], budget: RetryBudget, put: Put): Promise<readonly Unpublished[]> {
  let pending = chunk;
  for (let made = 1; ; made++) {
    const codes = await put(pending);
    const reasons = new Map(pending.map((entry, position) => [entry, codes[position]]));
    pending = pending.filter((entry) => reasons.get(entry) !== undefined);
    if (pending.length === 0) return [];
    if (!(await budget.wait(made))) return pending.map((entry) => ({ index: entry.index, reason: reasons.get(entry) ?? '' }));
  }
}

async function putEvents(
  client: PublisherDeps['client'],
  busName: string,
  entries: readonly ChunkEntry[],
): Promise<readonly (string | undefined)[]> {
  try {
    const answer = await client.send(new PutEventsCommand({ Entries: entries.map((entry) => toEntry(entry, busName)) }));
    if ((answer.FailedEntryCount ?? 0) === 0) return [];
    return entries.map((_, position) => codeOf(answer.Entries?.[position]));
  } catch (error) {
    // The request as a whole: nothing of it is known to have arrived.
    const code = error instanceof Error ? error.name : 'Error';
    return entries.map(() => code);
  }
}

/** An entry that got no id was not taken, whatever else the answer says. */
function codeOf(result: PutEventsResultEntry | undefined): string | undefined {
  return result?.EventId === undefined ? (result?.ErrorCode ?? 'NoEventId') : undefined;
}

function toEntry({ event, detail }: ChunkEntry, busName: string): PutEventsRequestEntry {
  const time = 'time' in event.detail ? { Time: new Date(event.detail.time) } : {};
  return { Source: EVENT_SOURCE, DetailType: event.detailType, Detail: detail, EventBusName: busName, ...time };
}
