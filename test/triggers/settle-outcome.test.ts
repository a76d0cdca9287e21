/** From an event to a settled delivery, over fake ports. Kind `sqs` stands in for one whose deliveries pend. */
import { describe, expect, it } from 'vitest';
import { identityKey } from '../../functions/triggers/kinds/registry.ts';
import type { LateOutcome, ServiceEvent } from '../../functions/triggers/outcomes/late-outcome.ts';
import type { FailedTags, TagMeasure } from '../../functions/triggers/ports.ts';
import type { AwaitedDelivery, StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import { createSettleOutcome } from '../../functions/triggers/settle-outcome.ts';
import type { FailurePolicy, TriggerDelivery } from '../../functions/triggers/types.ts';
import { DIGEST_A, DIGEST_B, fakeStreams, fakeTriggers, NOW, storedTrigger, streamOf } from './fixtures.ts';

const FROM = { kind: 'ImageStreamTag', name: 'web:latest' } as const;
const TAG = { namespace: 'shop', stream: 'web', tag: 'latest' };
const pullSpec = (image: string) => `quay.io/shop/web@${image}`;
const toldOf = (image: string) => ({ image, dockerImageReference: pullSpec(image) });
const AWAITED: AwaitedDelivery = { id: 'msg_1', images: [{ from: FROM, now: toldOf(DIGEST_B), previous: toldOf(DIGEST_A) }] };
const PENDING: TriggerDelivery = {
  id: 'msg_1',
  time: '2026-08-01T09:59:00Z',
  images: [pullSpec(DIGEST_B)],
  outcome: 'Pending',
  attempts: 1,
  details: { deployment: 'd1', taskDefinition: 'arn:2' },
};
const FAILED = {
  kind: 'sqs',
  identity: 'the queue',
  details: { deployment: 'd1' },
  outcome: 'Refused',
  reason: 'DeploymentFailed',
  message: 'the deployment failed',
} as const satisfies LateOutcome;
const SUCCEEDED = { ...FAILED, outcome: 'Delivered', reason: 'Delivered', message: 'it runs' } as const;

function triggerOf(onFailure: FailurePolicy | undefined, over: Partial<StoredTrigger> = {}): StoredTrigger {
  const trigger = storedTrigger();
  return {
    ...trigger,
    spec: {
      ...trigger.spec,
      target: { sqs: { queueArn: 'arn:aws:sqs:eu-central-1:111122223333:deployments' } },
      ...(onFailure === undefined ? {} : { policy: { onFailure } }),
    },
    targetKey: identityKey('sqs', 'the queue'),
    status: {
      observedGeneration: 1,
      images: [
        {
          from: FROM,
          lastTriggeredImage: pullSpec(DIGEST_B),
          lastImage: DIGEST_B,
          lastRevision: '100',
          lastTriggerTime: '2026-08-01T09:59:00Z',
        },
      ],
      lastTriggeredImage: pullSpec(DIGEST_B),
      conditions: [],
      deliveries: [PENDING],
    },
    awaited: [AWAITED],
    ...over,
  };
}

function eventOf(over: Partial<ServiceEvent> = {}): ServiceEvent {
  return {
    source: 'aws.fake',
    'detail-type': 'Fake Change',
    account: '111122223333',
    region: 'eu-central-1',
    time: '2026-08-01T09:59:58Z',
    resources: [],
    detail: {},
    ...over,
  };
}

function setUp(trigger: StoredTrigger, late: LateOutcome | null = FAILED, measure: TagMeasure = { kind: 'held' }) {
  const triggers = fakeTriggers(trigger);
  const measures: unknown[] = [];
  const restoring: boolean[] = [];
  const note =
    (name: string) =>
    async (...args: unknown[]) => {
      measures.push([name, ...args.slice(0, -1)]);
      restoring.push(triggers.current?.awaited?.[0]?.restoring === true);
      return measure;
    };
  const failedTags: FailedTags = { hold: note('hold'), putBack: note('putBack') };
  const settled: unknown[] = [];
  let failures = 0;
  const settle = createSettleOutcome({
    readers: [{ source: 'aws.fake', detailType: 'Fake Change', read: () => late }],
    triggers,
    streams: fakeStreams(streamOf('web', { latest: DIGEST_B })),
    failedTags,
    hosts: {},
    clock: () => NOW,
    log: { info: (_, keys) => settled.push(keys) },
    onFailure: () => (failures += 1),
  });
  const delivery = () => triggers.current?.status.deliveries?.[0];
  return { settle, triggers, measures, restoring, settled, delivery, failures: () => failures };
}

describe('an event that tells how a deployment ended', () => {
  it('settles its delivery, once', async () => {
    const { settle, triggers, settled, delivery, measures, failures } = setUp(triggerOf('Revert'), SUCCEEDED);
    expect(await settle(eventOf())).toBe(1);
    expect(delivery()).toMatchObject({ outcome: 'Delivered', message: 'it runs', details: PENDING.details });
    expect(triggers.current?.status.conditions).toMatchObject([{ status: 'True', reason: 'Delivered' }]);
    expect(triggers.current?.awaited).toBeUndefined();
    expect(await settle(eventOf())).toBe(0);
    expect(triggers.writes).toHaveLength(1);
    expect([measures, failures()]).toEqual([[], 0]);
    expect(settled).toMatchObject([{ trigger: { name: 'deploy' }, delivery: 'msg_1', outcome: 'Delivered' }]);
  });

  it('settles one that nobody expected to hear of any more', async () => {
    const status = { ...triggerOf(undefined).status, deliveries: [{ ...PENDING, outcome: 'Unknown' as const }] };
    const { settle, delivery } = setUp(triggerOf(undefined, { status }), SUCCEEDED);
    expect(await settle(eventOf())).toBe(1);
    expect(delivery()?.outcome).toBe('Delivered');
  });

  it.each([
    ['settles what it replaced, where there is one deployment at a time', { ...SUCCEEDED, endsOlder: true } as const, 'Refused'],
    ['leaves older ones open that go on beside it', SUCCEEDED, 'Pending'],
  ])('%s', async (_, late, expected) => {
    const older: TriggerDelivery = { ...PENDING, id: 'msg_0', details: { deployment: 'd0' } };
    const newer: TriggerDelivery = { ...PENDING, id: 'msg_2', details: { deployment: 'd2' } };
    const status = { ...triggerOf('Revert').status, deliveries: [newer, PENDING, older] };
    const awaited = [AWAITED, { ...AWAITED, id: 'msg_0' }];
    const { settle, triggers, measures, failures } = setUp(triggerOf('Revert', { status, awaited }), late);
    expect(await settle(eventOf())).toBe(1);
    expect(triggers.current?.status.deliveries?.map(({ outcome }) => outcome)).toEqual(['Pending', 'Delivered', expected]);
    expect([measures, failures(), triggers.current?.awaited]).toEqual([[], 0, undefined]);
  });

  it.each([
    ['of another deployment', { ...FAILED, details: { deployment: 'd2' } }, {}],
    ['that says nothing', null, {}],
    ['of another source', FAILED, { source: 'aws.other' }],
    ['of another account', FAILED, { account: '444455556666' }],
    ['of another Region', FAILED, { region: 'us-east-1' }],
    ['about another thing', { ...FAILED, identity: 'another queue' }, {}],
  ])('is nothing to a trigger when it is one %s', async (_, late, over) => {
    const { settle, triggers, measures } = setUp(triggerOf('Hold'), late);
    expect(await settle(eventOf(over))).toBe(0);
    expect([triggers.writes, measures]).toEqual([[], []]);
  });

  describe('and comes before the delivery is written', () => {
    const status = { observedGeneration: 1, conditions: [] };

    it('has to come again', async () => {
      const { settle } = setUp(triggerOf('Hold', { status }));
      await expect(settle(eventOf())).rejects.toMatchObject({ name: 'EventTooEarly' });
    });

    it('keeps no other trigger on the same target from hearing of its end', async () => {
      const known = triggerOf('Hold');
      // Whoever names the target of another: never allowed to act on it, so always behind.
      const images = [{ from: { ...FROM, namespace: 'shop' } }];
      const spec = { ...known.spec, images };
      const foreign = triggerOf(undefined, { namespace: 'else', name: 'mine', uid: 'uid-2', spec, status });
      const made = setUp(known);
      made.triggers.listTriggersActingOn = async () => [foreign, made.triggers.current ?? known];
      const read = made.triggers.readTrigger.bind(made.triggers);
      made.triggers.readTrigger = async (namespace, name) => {
        // Longer than it takes to find the other one behind.
        await new Promise((resolve) => setTimeout(resolve, 5));
        return read(namespace, name);
      };
      const outcome = await made.settle(eventOf()).catch((error: Error) => [error.name, made.delivery()?.outcome]);
      expect(outcome).toEqual(['EventTooEarly', 'Refused']);
    });

    it.each([
      ['has to come again when what is delivered was batched', undefined, true],
      ["is somebody else's when what is delivered still waits", { since: NOW - 1000, due: NOW + 29_000 }, false],
    ])('%s', async (_, deferred, comesAgain) => {
      const trigger = triggerOf('Hold', { status, ...(deferred === undefined ? {} : { deferred }) });
      const { settle } = setUp({ ...trigger, spec: { ...trigger.spec, policy: { onFailure: 'Hold', batch: '30s' } } });
      const told = settle(eventOf());
      if (comesAgain) await expect(told).rejects.toMatchObject({ name: 'EventTooEarly' });
      else expect(await told).toBe(0);
    });

    it('is forgotten when it did so for as long as a delivery can take', async () => {
      const { settle } = setUp(triggerOf('Hold', { status }));
      expect(await settle(eventOf({ time: '2026-08-01T09:57:00Z' }))).toBe(0);
    });
  });
});

describe('a deployment that failed', () => {
  it.each([undefined, 'None'] as const)('leaves the tag alone by policy %s', async (policy) => {
    const { settle, triggers, measures, delivery, failures } = setUp(triggerOf(policy));
    expect(await settle(eventOf())).toBe(1);
    expect(delivery()).toMatchObject({ outcome: 'Refused', message: 'the deployment failed' });
    expect(triggers.current?.status.conditions).toMatchObject([{ status: 'False', reason: 'DeploymentFailed' }]);
    expect([measures, failures()]).toEqual([[], 1]);
  });

  it('holds the tag', async () => {
    const { settle, measures, delivery } = setUp(triggerOf('Hold'));
    await settle(eventOf());
    expect(measures).toEqual([['hold', TAG, DIGEST_B]]);
    expect(delivery()).toMatchObject({
      message: 'the deployment failed; held web:latest',
      details: { deployment: 'd1', held: 'web:latest' },
    });
  });

  it('puts the tag back, and lets the trigger fire for it', async () => {
    const { settle, triggers, measures, restoring, delivery } = setUp(triggerOf('Revert'), FAILED, { kind: 'reverted', revision: '200' });
    await settle(eventOf());
    expect([measures, restoring]).toEqual([[['putBack', TAG, DIGEST_B, DIGEST_A]], [false]]);
    expect(delivery()).toMatchObject({
      message: `the deployment failed; put web:latest back to ${DIGEST_A} and held it`,
      details: { reverted: 'web:latest' },
    });
    expect(triggers.current?.status.images).toMatchObject([{ lastImage: DIGEST_B, lastRevision: '100' }]);
  });

  it.each([
    ['the event says so', { ...FAILED, rolledBack: true } as const, PENDING.details],
    ['the delivery foretold it', FAILED, { ...PENDING.details, rollback: 'true' }],
  ])('puts the tag back and fires nothing where the target went back by itself: %s', async (_, late, details) => {
    const status = { ...triggerOf('Revert').status, deliveries: [{ ...PENDING, details }] };
    const { settle, triggers, restoring } = setUp(triggerOf('Revert', { status: status }), late, {
      kind: 'reverted',
      revision: '200',
    });
    await settle(eventOf());
    expect(restoring).toEqual([true]);
    expect(triggers.current?.status).toMatchObject({
      images: [{ from: FROM, lastImage: DIGEST_A, lastTriggeredImage: pullSpec(DIGEST_A), lastRevision: '200' }],
      lastTriggeredImage: pullSpec(DIGEST_A),
      conditions: [{ status: 'False', reason: 'DeploymentFailed' }],
    });
    expect(triggers.current?.awaited).toBeUndefined();
  });

  it('keeps what the target was told since', async () => {
    const trigger = triggerOf('Revert');
    const images = [{ ...trigger.status.images?.[0], lastImage: 'sha256:c', lastTriggeredImage: pullSpec('sha256:c') }];
    const status = { ...trigger.status, images } as StoredTrigger['status'];
    const late = { ...FAILED, rolledBack: true } as const;
    const { settle, triggers } = setUp({ ...trigger, status }, late, { kind: 'left', why: 'it points to another image by now' });
    await settle(eventOf());
    expect(triggers.current?.status.images).toEqual(images);
    expect(triggers.current?.status.deliveries?.[0]?.message).toBe(
      'the deployment failed; left web:latest alone: it points to another image by now',
    );
  });

  it('is told of the image before when the failed one was told once more since', async () => {
    const trigger = triggerOf('Revert');
    const status = { ...trigger.status, deliveries: [{ ...PENDING, id: 'msg_2', details: { deployment: 'd2' } }, PENDING] };
    const { settle, triggers } = setUp({ ...trigger, status }, { ...FAILED, rolledBack: true }, { kind: 'reverted', revision: '200' });
    await settle(eventOf());
    expect(triggers.current?.status.images).toMatchObject([{ lastImage: DIGEST_B, lastRevision: '100' }]);
  });

  it.each([
    ['the first one', null],
    ['a reference', { image: '', dockerImageReference: 'redis:7' }],
  ])('is held when the image before was %s', async (_, previous) => {
    const awaited = [{ id: 'msg_1', images: [{ from: FROM, now: toldOf(DIGEST_B), previous }] }];
    const { settle, measures } = setUp(triggerOf('Revert', { awaited }));
    await settle(eventOf());
    expect(measures).toEqual([['hold', TAG, DIGEST_B]]);
  });

  it.each(['Hold', 'Revert'] as const)(
    'leaves alone by policy %s what is not followed any more: whoever set it was not asked about that',
    async (policy) => {
      // As an update leaves it that replaces the images and adds the policy while the delivery is pending.
      const trigger = triggerOf(policy);
      const images = [{ from: { ...FROM, name: 'mine:latest' } }];
      const follows = [{ namespace: 'shop', stream: 'mine', tag: 'latest' }];
      const { settle, measures, restoring, delivery } = setUp(
        { ...trigger, spec: { ...trigger.spec, images }, follows },
        { ...FAILED, rolledBack: true },
      );
      expect(await settle(eventOf())).toBe(1);
      expect([measures, restoring]).toEqual([[], []]);
      expect(delivery()).toMatchObject({ outcome: 'Refused', message: 'the deployment failed' });
    },
  );

  it('leaves the tag alone when somebody stopped it', async () => {
    const { settle, measures, delivery } = setUp(triggerOf('Revert'), { ...FAILED, interrupted: true });
    await settle(eventOf());
    expect([measures, delivery()?.outcome]).toEqual([[], 'Refused']);
  });

  it('does what is left to do when it died in between, and what others write stays', async () => {
    const { settle, triggers, measures, delivery } = setUp(
      triggerOf('Revert'),
      { ...FAILED, rolledBack: true },
      { kind: 'reverted', revision: '7' },
    );
    const killed = () => {
      throw new Error('killed');
    };
    const overtaken = () => {
      if (triggers.current !== null) triggers.current = { ...triggers.current, revision: triggers.current.revision + 1 };
    };
    // Writes: that the tag is on its way, the end; both attempts meet somebody else's write.
    const steps = [overtaken, () => undefined, killed, overtaken];
    triggers.beforeWrite = () => steps.shift()?.();
    await expect(settle(eventOf())).rejects.toThrow('killed');
    expect(delivery()?.outcome).toBe('Pending');
    expect(await settle(eventOf())).toBe(1);
    expect([measures.length, steps.length, delivery()?.outcome]).toEqual([2, 0, 'Refused']);
    expect(triggers.current?.status.images).toMatchObject([{ lastImage: DIGEST_A, lastRevision: '7' }]);
  });
});
