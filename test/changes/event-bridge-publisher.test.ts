import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createEventBridgePublisher } from '../../functions/changes/event-bridge-publisher.ts';
import type { BusEvent } from '../../functions/changes/ports.ts';

const bus = mockClient(EventBridgeClient);
// The class is other files' too.
afterAll(() => bus.restore());
let slept: number[];

function publisher(over: { attempts?: number; budget?: number } = {}) {
  const sleep = async (milliseconds: number) => void slept.push(milliseconds);
  const retry = { attempts: 3, baseDelay: 100, budget: 5000, sleep, random: () => 0.5, ...over };
  return createEventBridgePublisher({ client: new EventBridgeClient({}), busName: 'image-streams', retry });
}

function changed(tag: string, revision = '1'): BusEvent {
  return {
    detailType: 'Image Stream Tag Changed',
    detail: { id: `${tag}-${revision}`, uid: 'u', tag, revision, time: '2026-08-01T10:00:00.250Z' } as never,
  };
}

/** Answers each request by what `fails` says of its entries. */
function answer(fails: (id: string, call: number) => string | undefined): void {
  let call = 0;
  bus.on(PutEventsCommand).callsFake(({ Entries = [] }: PutEventsCommandInput) => {
    call += 1;
    const results = Entries.map(({ Detail = '' }) => {
      const code = fails((JSON.parse(Detail) as { id: string }).id, call);
      return code === undefined ? { EventId: 'e' } : { ErrorCode: code, ErrorMessage: 'no' };
    });
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  });
}

const sent = () =>
  bus
    .commandCalls(PutEventsCommand)
    .map(({ args }) => (args[0].input.Entries ?? []).map(({ Detail = '' }) => (JSON.parse(Detail) as { id: string }).id));

describe('EventBridge publisher', () => {
  beforeEach(() => {
    bus.reset();
    slept = [];
  });

  it('puts the whole event on the bus', async () => {
    answer(() => undefined);
    expect(await publisher().publish([changed('a')])).toEqual([]);
    expect(bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
      {
        Source: 'image-streams',
        DetailType: 'Image Stream Tag Changed',
        Detail: JSON.stringify(changed('a').detail),
        EventBusName: 'image-streams',
        Time: new Date('2026-08-01T10:00:00.250Z'),
      },
    ]);
  });

  it('sends nothing for nothing', async () => {
    expect(await publisher().publish([])).toEqual([]);
    expect(sent()).toEqual([]);
  });

  it('sends failed entries again, alone, before later events of their tags', async () => {
    answer((id, call) => (id === 'b-1' && call === 1 ? 'ThrottlingException' : undefined));
    expect(await publisher().publish([changed('a'), changed('b'), changed('c'), changed('b', '2')])).toEqual([]);
    expect(sent()).toEqual([['a-1', 'b-1', 'c-1'], ['b-1'], ['b-2']]);
    expect(slept).toEqual([50]);
  });

  it('gives up after its tries, says why, and goes on', async () => {
    answer((id) => (id === 'a-1' ? 'InternalFailure' : undefined));
    expect(await publisher().publish([changed('a'), changed('b'), changed('a', '2')])).toEqual([{ index: 0, reason: 'InternalFailure' }]);
    expect(sent()).toEqual([['a-1', 'b-1'], ['a-1'], ['a-1'], ['a-2']]);
  });

  it('counts a request that throws as failure of all its entries', async () => {
    const error = Object.assign(new Error('not told'), { name: 'ThrottlingException' });
    bus
      .on(PutEventsCommand)
      .rejectsOnce(error)
      .resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }, { EventId: '2' }] });
    expect(await publisher().publish([changed('a'), changed('b')])).toEqual([]);
    bus.on(PutEventsCommand).rejects(error);
    expect(await publisher().publish([changed('a'), changed('b')])).toEqual([
      { index: 0, reason: 'ThrottlingException' },
      { index: 1, reason: 'ThrottlingException' },
    ]);
  });

  it('does not take an entry without id for published', async () => {
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ EventId: '1' }] });
    expect(await publisher({ attempts: 1 }).publish([changed('a'), changed('b')])).toEqual([{ index: 1, reason: 'NoEventId' }]);
  });

  it('stops waiting when the batch has waited enough', async () => {
    answer(() => 'InternalFailure');
    const events = Array.from({ length: 40 }, (_, index) => changed(`t${index}`));
    expect(await publisher({ budget: 120 }).publish(events)).toHaveLength(40);
    expect(slept.reduce((sum, delay) => sum + delay, 0)).toBeLessThanOrEqual(120);
    expect(sent()).toHaveLength(6);
  });
});
