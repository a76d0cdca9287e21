/** When a trigger fires: its policy, and redeliveries that were asked for. */
import { describe, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import { targetKeyOf } from '../../functions/triggers/kinds/registry.ts';
import type { StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import type { Outcome } from '../../functions/triggers/targets/target.ts';
import type { TriggerPolicy } from '../../functions/triggers/types.ts';
import { DIGEST_A, DIGEST_B, fakeStreams, fakeTarget, fakeTriggers, GROUP, NOW, storedTrigger, streamOf } from './fixtures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOTHING = { kind: 'done', delivered: false };
const DELIVERED = { kind: 'done', delivered: true };
/** NOW is a Saturday, 10:00 UTC. */
const CLOSED = { window: [{ days: ['Sat'], start: '12:00', end: '13:00' }] };

function setUp(policy: TriggerPolicy | undefined, over: Partial<StoredTrigger> = {}, ...outcomes: Outcome[]) {
  const spec = { ...storedTrigger().spec, ...(policy && { policy }) };
  const triggers = fakeTriggers(storedTrigger({ spec, ...over }));
  const target = fakeTarget(...outcomes);
  let streams: StreamState[] = [streamOf('web', { latest: DIGEST_A })];
  let now = NOW;
  const fire = createFireTrigger({
    triggers,
    streams: { readTags: (...asking) => fakeStreams(...streams).readTags(...asking) },
    deliver: target.deliver,
    hosts: {},
    clock: () => now,
  });
  const trigger = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
  return {
    ...target,
    triggers,
    pass: (milliseconds: number) => (now += milliseconds),
    move: (image: string, revision: number) => {
      streams = [streamOf('web', { latest: image }, { revision })];
      return { namespace: 'shop', stream: 'web', tag: 'latest', revision: String(revision) };
    },
    fire: (message: { group?: string; sentAt?: number; change?: ReturnType<typeof Object.create> } = {}) =>
      fire({ trigger, group: GROUP, sentAt: now, ...message }, new AbortController().signal),
  };
}

describe('a batch', () => {
  it('waits in the queue from when the change came, then goes out as one', async () => {
    const { fire, pass, requests, triggers } = setUp({ batch: '20s' });
    expect(await fire()).toEqual({ kind: 'wait', seconds: 20 });
    pass(15 * SECOND);
    expect(await fire({ sentAt: NOW })).toEqual({ kind: 'wait', seconds: 5 });
    expect(triggers.writes).toEqual([]);
    pass(5 * SECOND);
    expect(await fire({ sentAt: NOW })).toEqual(DELIVERED);
    expect(await fire({ sentAt: NOW + SECOND })).toEqual(NOTHING);
    expect(requests).toHaveLength(1);
  });

  it('holds nobody up on a target that others act on and that never took anything of it', async () => {
    const target = { ssm: { parameterArn: 'arn:aws:ssm:eu-central-1:111122223333:parameter/web' } };
    const owner = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
    const spec = { ...storedTrigger().spec, target, policy: { batch: '20s' } };
    const { fire, pass, move, triggers } = setUp(undefined, { spec, targetKey: targetKeyOf(target, owner) });
    const group = targetKeyOf(target, owner);
    expect(await fire({ group })).toEqual(NOTHING);
    expect(triggers.current?.deferred).toEqual({ since: NOW, due: NOW + 20 * SECOND });
    pass(20 * SECOND);
    expect(await fire({ group, sentAt: NOW })).toEqual(DELIVERED);
    expect(await fire({ group, change: move(DIGEST_B, 200) })).toEqual({ kind: 'wait', seconds: 20 });
  });

  it('that is long is put off, and not put off again by what comes meanwhile', async () => {
    const { fire, pass, triggers } = setUp({ batch: '10m' });
    expect(await fire()).toEqual(NOTHING);
    expect(triggers.current).toMatchObject({
      deferred: { since: NOW, due: NOW + 10 * MINUTE },
      status: { nextTriggerTime: '2026-08-01T10:10:00Z' },
    });
    pass(5 * MINUTE);
    expect(await fire()).toEqual(NOTHING);
    expect(triggers.writes).toHaveLength(1);
    pass(5 * MINUTE);
    expect(await fire()).toEqual(DELIVERED);
    expect(triggers.current).not.toHaveProperty('deferred');
    expect(triggers.current?.status).not.toHaveProperty('nextTriggerTime');
  });
});

describe('a least interval', () => {
  it('is kept from one delivery to the next', async () => {
    const { fire, pass, move, requests, triggers } = setUp({ minInterval: '2h' });
    expect(await fire()).toEqual(DELIVERED);
    pass(MINUTE);
    move(DIGEST_B, 200);
    expect(await fire()).toEqual(NOTHING);
    expect(triggers.current?.status.nextTriggerTime).toBe('2026-08-01T12:00:00Z');
    pass(2 * HOUR - MINUTE - SECOND);
    expect(await fire()).toEqual({ kind: 'wait', seconds: 2 });
    pass(2 * SECOND);
    expect(await fire()).toEqual(DELIVERED);
    expect(requests).toHaveLength(2);
  });

  it('does not hold up what is tried again', async () => {
    const refused: Outcome = { kind: 'retry', reason: 'Busy', message: 'busy' };
    const { fire, pass } = setUp({ minInterval: '2h' }, {}, refused, { kind: 'delivered' });
    expect(await fire()).toMatchObject({ kind: 'retry' });
    pass(5 * SECOND);
    expect(await fire()).toEqual(DELIVERED);
  });
});

describe('a window', () => {
  it('that is closed puts off what there is, and the newest goes out when it opens', async () => {
    const { fire, pass, move, requests } = setUp(CLOSED);
    await fire();
    move(DIGEST_B, 200);
    pass(2 * HOUR);
    expect(await fire()).toEqual(DELIVERED);
    expect(requests.map(({ images }) => images[0]?.image)).toEqual([DIGEST_B]);
  });

  it('that closes while a target fails puts off the rest', async () => {
    const window = [{ days: ['Sat'], start: '09:00', end: '10:10' }];
    const { fire, pass, triggers } = setUp({ window }, {}, { kind: 'retry', reason: 'Busy', message: 'busy' });
    expect(await fire()).toMatchObject({ kind: 'retry' });
    pass(15 * MINUTE);
    expect(await fire()).toEqual(NOTHING);
    expect(triggers.current?.status.nextTriggerTime).toBe('2026-08-08T09:00:00Z');
  });

  it('does not let go out what is back where it was', async () => {
    const { fire, pass, move, requests, triggers } = setUp(undefined);
    await fire();
    const { current } = triggers;
    if (current !== null) triggers.current = { ...current, spec: { ...current.spec, policy: CLOSED } };
    move(DIGEST_B, 200);
    await fire();
    expect(triggers.current?.deferred).toBeDefined();
    move(DIGEST_A, 300);
    pass(2 * HOUR);
    expect(await fire()).toEqual(NOTHING);
    expect(triggers.current).not.toHaveProperty('deferred');
    expect(requests).toHaveLength(1);
  });

  it('lets it go out all the same when something else may have reached the target', async () => {
    const { fire, pass, move, requests, triggers } = setUp(undefined);
    await fire();
    const { current } = triggers;
    if (current !== null) triggers.current = { ...current, spec: { ...current.spec, policy: CLOSED } };
    // Moved to B and delivered, killed before it was recorded; moved back, and the message came again.
    move(DIGEST_A, 300);
    await fire({ change: { namespace: 'shop', stream: 'web', tag: 'latest', revision: '200' } });
    expect(triggers.current?.deferred).toMatchObject({ unsure: true });
    pass(2 * HOUR);
    expect(await fire()).toEqual(DELIVERED);
    expect(requests).toHaveLength(2);
  });
});

describe('a redelivery', () => {
  it('sends what the target has already, whatever the policy says, under an id of its own', async () => {
    const { fire, requests, triggers } = setUp(undefined);
    await fire();
    const { current } = triggers;
    if (current !== null) triggers.current = { ...current, spec: { ...current.spec, policy: CLOSED }, redelivery: { id: 'again' } };
    expect(await fire()).toEqual(DELIVERED);
    expect(requests[1]?.id).toBe(`${requests[0]?.id}-again`);
    expect(requests[1]?.images[0]?.changed).toBe(true);
    expect(triggers.current).not.toHaveProperty('redelivery');
    expect(await fire()).toEqual(NOTHING);
  });

  it('stays asked for while the target fails, and when another one was asked for meanwhile', async () => {
    const { fire, triggers } = setUp(
      undefined,
      { redelivery: { id: 'one' } },
      { kind: 'retry', reason: 'Busy', message: 'b' },
      { kind: 'delivered' },
    );
    expect(await fire()).toMatchObject({ kind: 'retry' });
    expect(triggers.current?.redelivery).toEqual({ id: 'one' });
    triggers.beforeWrite = () => {
      const { current } = triggers;
      if (current?.redelivery?.id === 'one') triggers.current = { ...current, revision: current.revision + 1, redelivery: { id: 'two' } };
    };
    await fire();
    expect(triggers.current?.redelivery).toEqual({ id: 'two' });
  });

  it('may be a dry run: nothing is known to be delivered by it, and what is new goes out after it', async () => {
    const { fire, requests, triggers } = setUp(undefined, { redelivery: { id: 'dry', dryRun: true } });
    expect(await fire()).toEqual(DELIVERED);
    expect(requests.map(({ dryRun }) => dryRun)).toEqual([true, false]);
    expect(triggers.history.map(({ dryRun, outcome }) => [dryRun, outcome])).toEqual([
      [true, 'Delivered'],
      [undefined, 'Delivered'],
    ]);
    expect(triggers.current).not.toHaveProperty('redelivery');
  });

  it('that is a dry run is not tried again', async () => {
    const { fire, requests, triggers } = setUp(undefined, {}, { kind: 'delivered' }, { kind: 'retry', reason: 'Busy', message: 'busy' });
    await fire();
    const { current } = triggers;
    if (current !== null) triggers.current = { ...current, redelivery: { id: 'dry', dryRun: true } };
    expect(await fire()).toEqual(NOTHING);
    expect(requests).toHaveLength(2);
    expect(triggers.current?.status.deliveries?.[0]).toMatchObject({ dryRun: true, outcome: 'Refused', message: 'busy' });
    expect(triggers.current?.status.conditions).toMatchObject([{ status: 'True' }]);
  });
});
