/** How often a trigger fires at most, whatever its target answers and however often its tag moves. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import type { StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import type { Outcome } from '../../functions/triggers/targets/target.ts';
import type { TriggerPolicy } from '../../functions/triggers/types.ts';
import { DIGEST_A, fakeStreams, fakeTriggers, GROUP, NOW, storedTrigger, streamOf } from './fixtures.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DELIVERED: Outcome = { kind: 'delivered' };
const BUSY: Outcome = { kind: 'retry', reason: 'Busy', message: 'busy' };
const REFUSED: Outcome = { kind: 'refused', reason: 'No', message: 'no' };
const done = (delivered: boolean) => ({ kind: 'done', delivered });

/** A trigger whose tag moves; `answer` is what its target says next, after `takes` ms. */
function setUp(policy: TriggerPolicy, over: Partial<StoredTrigger> = {}) {
  const triggers = fakeTriggers(storedTrigger({ spec: { ...storedTrigger().spec, policy }, ...over }));
  const calls: { id: string; at: number; outcome: Outcome; image: string | undefined }[] = [];
  const state = { now: NOW, answer: DELIVERED, takes: 0, image: DIGEST_A, revision: 100 };
  const fire = createFireTrigger({
    triggers,
    streams: {
      readTags: (...asking) => fakeStreams(streamOf('web', { latest: state.image }, { revision: state.revision })).readTags(...asking),
    },
    async deliver(_, { id, images }) {
      calls.push({ id, at: state.now, outcome: state.answer, image: images[0]?.image });
      state.now += state.takes;
      return state.answer;
    },
    hosts: {},
    clock: () => state.now,
  });
  const trigger = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
  return {
    state,
    calls,
    triggers,
    move: () => {
      state.revision += 1;
      state.image = `sha256:${String(state.revision).padStart(64, '0')}`;
    },
    fire: () => fire({ trigger, group: GROUP, sentAt: state.now }, new AbortController().signal),
    change: (next: (trigger: StoredTrigger) => StoredTrigger) => {
      if (triggers.current !== null) triggers.current = next(triggers.current);
    },
  };
}

describe('a rate of deliveries', () => {
  it('puts off what is too much, and the newest goes out when the period allows it', async () => {
    const { fire, move, state, triggers, calls } = setUp({ rate: { deliveries: 2, per: '1h' } });
    expect(await fire()).toEqual(done(true));
    state.now += 10 * MINUTE;
    move();
    expect(await fire()).toEqual(done(true));
    move();
    expect(await fire()).toEqual(done(false));
    expect(triggers.current).toMatchObject({ deferred: { due: NOW + HOUR }, status: { nextTriggerTime: '2026-08-01T11:00:00Z' } });
    state.now = NOW + HOUR - 30 * SECOND;
    move();
    expect(await fire()).toEqual({ kind: 'wait', seconds: 30 });
    state.now = NOW + HOUR;
    expect(await fire()).toEqual(done(true));
    expect(calls.map(({ image }) => image)).toEqual([DIGEST_A, `sha256:${'101'.padStart(64, '0')}`, state.image]);
  });

  it('counts a delivery that is tried again once, from when the target may have taken it', async () => {
    const { fire, move, state, triggers } = setUp({ rate: { deliveries: 1, per: '1h' } });
    state.answer = BUSY;
    expect(await fire()).toMatchObject({ kind: 'retry' });
    state.now += 10 * MINUTE;
    state.answer = DELIVERED;
    expect(await fire()).toEqual(done(true));
    move();
    await fire();
    expect(triggers.current?.deferred?.due).toBe(NOW + HOUR);
  });

  it('counts neither what the target refused nor dry runs', async () => {
    const { fire, move, state, change, triggers } = setUp({ rate: { deliveries: 1, per: '1h' } });
    state.answer = REFUSED;
    await fire();
    change((trigger) => ({ ...trigger, redelivery: { id: 'dry', dryRun: true } }));
    await fire();
    move();
    state.answer = DELIVERED;
    expect(await fire()).toEqual(done(true));
    expect(triggers.current?.counted).toHaveLength(1);
  });

  it('does not hold up a redelivery, but counts it', async () => {
    const { fire, move, state, change, triggers } = setUp({ rate: { deliveries: 1, per: '1h' } });
    await fire();
    state.now += 30 * MINUTE;
    change((trigger) => ({ ...trigger, redelivery: { id: 'again' } }));
    expect(await fire()).toEqual(done(true));
    move();
    await fire();
    expect(triggers.current?.deferred?.due).toBe(NOW + 30 * MINUTE + HOUR);
  });

  it('is forgotten with the policy', async () => {
    const { fire, move, change, triggers } = setUp({ rate: { deliveries: 1, per: '1h' } });
    await fire();
    change(({ spec: { policy: _, ...spec }, ...trigger }) => ({ ...trigger, spec }));
    move();
    expect(await fire()).toEqual(done(true));
    expect(triggers.current).not.toHaveProperty('counted');
  });

  it('is never exceeded, and the target always ends at the newest image', async () => {
    const rates = fc.record({ deliveries: fc.integer({ min: 1, max: 4 }), per: fc.constantFrom('30s', '10m', '1h') });
    const steps = fc.array(
      fc.record({
        wait: fc.oneof(fc.integer({ min: 0, max: 20 * SECOND }), fc.integer({ min: 0, max: 90 * MINUTE })),
        moves: fc.boolean(),
        answer: fc.constantFrom(DELIVERED, DELIVERED, BUSY, REFUSED),
        takes: fc.integer({ min: 0, max: 9000 }),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(rates, fc.boolean(), steps, async (rate, hasInterval, played) => {
        const period = { '30s': 30 * SECOND, '10m': 10 * MINUTE, '1h': HOUR }[rate.per] ?? 0;
        const { fire, move, state, triggers, calls } = setUp({ rate, ...(hasInterval ? { minInterval: '45s' } : {}) });
        for (const { wait, moves, answer, takes } of played) {
          Object.assign(state, { now: state.now + wait, answer, takes });
          if (moves) move();
          await fire();
        }
        // What reached the target, once per delivery.
        const reached = calls.filter(({ outcome }) => outcome.kind !== 'refused');
        const first = [...Map.groupBy(reached, ({ id }) => id).values()].map(([call]) => call?.at ?? 0);
        for (const time of first)
          expect(first.filter((other) => time - period < other && other <= time).length).toBeLessThanOrEqual(rate.deliveries);

        Object.assign(state, { answer: DELIVERED, takes: 0 });
        for (let round = 0; round < 3; round++) {
          const result = await fire();
          const due = triggers.current?.deferred?.due ?? state.now;
          state.now = result.kind === 'wait' ? state.now + result.seconds * SECOND : Math.max(state.now, due);
        }
        expect(triggers.current?.status.images?.map(({ lastImage }) => lastImage)).toEqual([state.image]);
        expect(triggers.current?.status).not.toHaveProperty('nextTriggerTime');
      }),
      { numRuns: 150 },
    );
  });
});
