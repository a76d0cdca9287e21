import { describe, expect, it } from 'vitest';
import { createDeliveriesHandlers } from '../../../functions/resources/imagetriggers/deliveries.ts';
import { createRedeliverHandlers, type ImageTriggerRedelivery } from '../../../functions/resources/imagetriggers/redeliver.ts';
import type { TriggerDelivery } from '../../../functions/triggers/types.ts';
import { storedTrigger } from '../../triggers/fixtures.ts';
import { contextFor, setUp, statusOf } from './fixtures.ts';

const body = (spec?: object) => ({ kind: 'ImageTriggerRedelivery', metadata: {}, ...(spec && { spec }) }) as ImageTriggerRedelivery;

function prepare(stored = storedTrigger()) {
  const { api, triggers } = setUp({ stored });
  const context = (dryRun = false) => {
    const made = contextFor({ dryRun });
    return { ...made, info: { ...made.info, name: 'deploy' } };
  };
  const redeliver = async (spec?: object, dryRun = false) => createRedeliverHandlers(api).create?.(context(dryRun), body(spec));
  return {
    redeliver,
    triggers,
    read: (name = 'deploy', query = '') => createDeliveriesHandlers(api).get?.(context(), name, new URLSearchParams(query)),
  };
}

describe('POST imagetriggers/NAME/redeliver', () => {
  it('asks for it by writing the trigger, and tells how to find it', async () => {
    const { redeliver, triggers } = prepare();
    expect(await redeliver()).toMatchObject({
      kind: 'ImageTriggerRedelivery',
      metadata: { name: 'deploy' },
      spec: {},
      status: { suffix: 'uid1' },
    });
    expect(triggers.writes).toMatchObject([{ generation: 1, redelivery: { id: 'uid1' } }]);
    expect(await redeliver({ dryRun: true })).toMatchObject({ spec: { dryRun: true } });
    expect(triggers.current?.redelivery).toEqual({ id: 'uid2', dryRun: true });
  });

  it('writes nothing on a dry run of its own', async () => {
    const { redeliver, triggers } = prepare();
    await redeliver(undefined, true);
    expect(triggers.writes).toEqual([]);
  });

  it('is refused for a trigger that is paused or not there', async () => {
    expect(await statusOf(prepare(storedTrigger({ spec: { ...storedTrigger().spec, paused: true } })).redeliver())).toMatchObject({
      code: 409,
      message: expect.stringContaining('the trigger is paused'),
    });
    expect(await statusOf(prepare(storedTrigger({ name: 'other' })).redeliver())).toMatchObject({ code: 404 });
  });
});

describe('GET imagetriggers/NAME/deliveries', () => {
  const delivery = (id: string, outcome: TriggerDelivery['outcome']): TriggerDelivery => ({
    id,
    time: '',
    images: [],
    outcome,
    attempts: 1,
  });

  it('begins with the one that is still tried', async () => {
    const status = { observedGeneration: 1, conditions: [], deliveries: [delivery('two', 'Retrying')] };
    const { read, triggers } = prepare(storedTrigger({ status }));
    triggers.history.push(delivery('one', 'Delivered'));
    expect(await read()).toMatchObject({
      kind: 'ImageTriggerDeliveries',
      metadata: { name: 'deploy' },
      items: [{ id: 'two' }, { id: 'one' }],
    });
    expect((await read('deploy', 'continue=x'))?.items).toHaveLength(1);
    expect(await statusOf(read('other'))).toMatchObject({ code: 404 });
  });
});
