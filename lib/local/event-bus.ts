/** Buses, rules and PutEvents: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { ApiRefusal } from './api-refusal.ts';
import type { Stack } from './cloudformation.ts';
import { compilePattern } from './event-pattern.ts';
import { nameFromArn } from './physical-names.ts';

/** An event as targets receive it. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

interface PutEventsEntry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Time?: number;
  readonly Resources?: readonly string[];
}

interface Rule {
  readonly bus: string;
  readonly matches: (event: unknown) => boolean;
  readonly targets: readonly { readonly Arn: string; readonly SqsParameters?: { readonly MessageGroupId: string } }[];
}

export interface EventBusDeps {
  /** Delivers to a function or queue; `groupId` for FIFO queues. */
  readonly deliver: (arn: string, event: BusEvent, groupId: string | undefined) => void;
  /** Shuffle (up to 300 ms late) and duplicate (one in three) deliveries, as EventBridge may: at least once, in any order. */
  readonly chaos: boolean;
}

export interface EventBuses {
  readonly putEvents: (input: object) => object;
  /** An event as a service of AWS puts it on the account's bus, where nobody else may put one of its source. Throws ApiRefusal for anything else. */
  readonly putServiceEvent: (event: object) => BusEvent;
  readonly onEvent: (listener: (event: BusEvent) => void) => () => void;
  /** Deliveries that chaos holds back. */
  pending(): number;
}

const DEFAULT_BUS = 'default';
/** Sources that AWS keeps to itself. */
const SERVICES = 'aws.';
const SERVICE_EVENT = z.object({
  source: z.string().check(z.startsWith(SERVICES)),
  'detail-type': z.string(),
  resources: z._default(z.array(z.string()), []),
  detail: z.record(z.string(), z.unknown()),
});
const MAXIMUM_BYTES = 1_000_000;

/** Hosts the buses and rules of `stack`. */
export function hostEventBuses(stack: Stack, { deliver, chaos }: EventBusDeps): EventBuses {
  const buses = new Set([DEFAULT_BUS, ...stack.ofType('AWS::Events::EventBus').map(({ name }) => name)]);
  const rules: readonly Rule[] = stack
    .ofType('AWS::Events::Rule')
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .map(({ properties }) => ({
      bus: nameFromArn(properties.EventBusName ?? DEFAULT_BUS),
      matches: compilePattern(properties.EventPattern),
      targets: properties.Targets,
    }));
  const listeners = new Set<(event: BusEvent) => void>();
  let pending = 0;

  function deliverInChaos(send: () => void): void {
    for (let copies = Math.random() < 1 / 3 ? 2 : 1; copies > 0; copies--) {
      pending++;
      setTimeout(() => {
        pending--;
        send();
      }, Math.random() * 300);
    }
  }

  function publish(bus: string, event: BusEvent): void {
    for (const listener of listeners) listener(event);
    for (const rule of rules.filter((candidate) => candidate.bus === bus && candidate.matches(event)))
      for (const target of rule.targets) {
        const send = () => deliver(target.Arn, event, target.SqsParameters?.MessageGroupId);
        if (chaos) deliverInChaos(send);
        else send();
      }
  }

  function accept(entry: PutEventsEntry): object {
    const { Source: source, DetailType: detailType, Detail: detailText } = entry;
    const bus = nameFromArn(entry.EventBusName ?? DEFAULT_BUS);
    if (!buses.has(bus)) return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${bus} does not exist.` };
    if (!source || !detailType || !detailText)
      return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Source, DetailType or Detail is not valid.' };
    if (source.startsWith(SERVICES))
      return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
    const detail = parseObject(detailText);
    if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const time = entry.Time === undefined ? Date.now() : entry.Time * 1000;
    const event = stamp({ 'detail-type': detailType, source, resources: entry.Resources ?? [], detail }, time);
    publish(bus, event);
    return { EventId: event.id };
  }

  function stamp(said: Pick<BusEvent, 'detail-type' | 'source' | 'resources' | 'detail'>, time: number): BusEvent {
    const { accountId: account, region } = stack.place;
    return { version: '0', id: randomUUID(), account, region, time: new Date(time).toISOString().replace(/\.\d+Z/, 'Z'), ...said };
  }

  return {
    putEvents({ Entries: entries = [] }: { Entries?: readonly PutEventsEntry[] }) {
      if (entries.length < 1 || entries.length > 10) throw new ApiRefusal('ValidationException', 'PutEvents takes 1 to 10 entries.');
      if (JSON.stringify(entries).length >= MAXIMUM_BYTES)
        throw new ApiRefusal('ValidationException', 'Total size of the entries in the request is over the limit.');
      const answers = entries.map(accept);
      return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
    },
    putServiceEvent(given) {
      const said = SERVICE_EVENT.safeParse(given);
      if (!said.success) throw new ApiRefusal('ValidationException', `no event of a service: ${z.prettifyError(said.error)}`);
      const event = { ...stamp(said.data, Date.now()), ...given };
      publish(DEFAULT_BUS, event);
      return event;
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pending: () => pending,
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
