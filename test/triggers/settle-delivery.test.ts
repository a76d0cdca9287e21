import { describe, expect, it } from 'vitest';
import { createSettleDelivery } from '../../functions/triggers/settle-delivery.ts';
import type { TriggerDelivery } from '../../functions/triggers/types.ts';
import { fakeTriggers, NOW, storedTrigger } from './fixtures.ts';

const OWNER = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
const delivery = (id: string, outcome: TriggerDelivery['outcome'] = 'Pending'): TriggerDelivery => ({
  id,
  time: '2026-08-01T09:00:00Z',
  images: [],
  outcome,
  attempts: 1,
  details: { taskDefinition: 'arn:1' },
});
const FAILED = {
  outcome: 'Refused',
  reason: 'DeploymentFailed',
  message: 'the circuit breaker fired',
  details: { deployment: 'd1' },
} as const;

function setUp(...deliveries: TriggerDelivery[]) {
  const triggers = fakeTriggers(storedTrigger({ status: { observedGeneration: 1, conditions: [], deliveries } }));
  return { triggers, settle: createSettleDelivery({ triggers, clock: () => NOW }) };
}

describe('what is told later of a delivery', () => {
  it('ends it, in the status and in the history', async () => {
    const { triggers, settle } = setUp(delivery('two'), delivery('one', 'Delivered'));
    expect(await settle(OWNER, 'two', FAILED)).toBe(true);
    const concluded = { ...delivery('two', 'Refused'), message: FAILED.message, details: { taskDefinition: 'arn:1', deployment: 'd1' } };
    expect(triggers.current?.status).toMatchObject({
      deliveries: [concluded, delivery('one', 'Delivered')],
      conditions: [{ status: 'False', reason: 'DeploymentFailed', lastTransitionTime: '2026-08-01T10:00:00Z' }],
    });
    expect(triggers.history).toEqual([concluded]);
    expect(await settle(OWNER, 'two', FAILED)).toBe(false);
  });

  it('says nothing of the target when something newer was delivered since', async () => {
    const { triggers, settle } = setUp(delivery('two'), delivery('one'));
    expect(await settle(OWNER, 'one', FAILED)).toBe(true);
    expect(triggers.current?.status.conditions).toEqual([]);
  });

  it('may be that nobody knows, and still be told after that', async () => {
    const { triggers, settle } = setUp(delivery('one'));
    const images = [
      { from: { kind: 'ImageStreamTag', name: 'web:latest' } as const, now: { image: 'b', dockerImageReference: 'r@b' }, previous: null },
    ];
    triggers.current = storedTrigger({ ...triggers.current, awaited: [{ id: 'one', images, restoring: true }] });
    const unknown = { outcome: 'Unknown', reason: 'OutcomeUnknown', message: 'nobody told' } as const;
    expect(await settle(OWNER, 'one', unknown)).toBe(true);
    expect(triggers.current?.status.conditions).toMatchObject([{ status: 'Unknown', reason: 'OutcomeUnknown' }]);
    expect(triggers.current?.awaited).toEqual([{ id: 'one', images }]);
    expect(await settle(OWNER, 'one', unknown)).toBe(false);
    expect(await settle(OWNER, 'one', FAILED)).toBe(true);
    // What failed is no image to go back to.
    expect(triggers.current?.awaited?.map(({ id }) => id)).toEqual(['one']);
    expect(triggers.history.map(({ outcome }) => outcome)).toEqual(['Unknown', 'Refused']);
  });

  it('is nothing to a trigger that knows no such delivery, and to another of its name', async () => {
    const { triggers, settle } = setUp(delivery('one'));
    expect(await settle(OWNER, 'other', FAILED)).toBe(false);
    expect(await settle({ ...OWNER, uid: 'uid-2' }, 'one', FAILED)).toBe(false);
    expect(triggers.writes).toEqual([]);
  });

  it('is written on top of what others write', async () => {
    const { triggers, settle } = setUp(delivery('one'));
    let races = 2;
    triggers.beforeWrite = () => {
      if (triggers.current !== null && races-- > 0) triggers.current = { ...triggers.current, revision: triggers.current.revision + 1 };
    };
    expect(await settle(OWNER, 'one', { outcome: 'Delivered', reason: 'Delivered', message: 'it runs' })).toBe(true);
    triggers.beforeWrite = () => {
      if (triggers.current !== null) triggers.current = { ...triggers.current, revision: triggers.current.revision + 1 };
    };
    const { triggers: busy, settle: again } = setUp(delivery('one'));
    busy.beforeWrite = () => {
      if (busy.current !== null) busy.current = { ...busy.current, revision: busy.current.revision + 1 };
    };
    await expect(again(OWNER, 'one', FAILED)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
  });
});
