/**
 * From a tag's move to a deployment that fails later and back, over the real stores: the target is a fake that works on what it takes, and kind
 * `sqs` stands in for its kind.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOLD_ANNOTATION } from '../../functions/image/tag-policy.ts';
import { createMappingHandlers } from '../../functions/resources/imagestreammappings/handlers.ts';
import { createFailedTags } from '../../functions/resources/imagestreamtags/failed-tags.ts';
import { createTagHandlers } from '../../functions/resources/imagestreamtags/handlers.ts';
import type { OpenWriter } from '../../functions/resources/stream-writer.ts';
import { createTriggerStore } from '../../functions/store/trigger-store.ts';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import { identityKey } from '../../functions/triggers/kinds/registry.ts';
import type { TriggerStore } from '../../functions/triggers/ports.ts';
import { createSettleOutcome } from '../../functions/triggers/settle-outcome.ts';
import type { FailurePolicy } from '../../functions/triggers/types.ts';
import { createImageApi, digest, imageStream, imageStreamTag, pushed, request } from '../support/image-api.ts';
import { createStreamHandlers } from '../../functions/resources/imagestreams/handlers.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { storedTrigger } from './fixtures.ts';

const [A, B, C] = ['a', 'b', 'c'].map(digest) as [string, string, string];
const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:deployments';
const OWNER = { namespace: 'default', name: 'deploy', uid: 'uid-1' };
const IDENTITY = JSON.stringify(Object.values(OWNER));
const FROM = { kind: 'ImageStreamTag', name: 'web:latest' } as const;

let database: TestTable;
beforeAll(async () => {
  database = await startTestTable();
});
afterAll(() => database.stop());

/** `interrupt`: before each write of the trigger or the stream that the event makes. */
async function setUp(onFailure: FailurePolicy, interrupt: (write: number) => unknown = () => undefined) {
  const { client } = database;
  const table = await database.addTable();
  const api = createImageApi({ ...database, table });
  const triggers = createTriggerStore({ client, table });
  const called: (string | undefined)[] = [];
  const fire = createFireTrigger({
    triggers,
    streams: api.streams,
    async deliver(_, { images }) {
      called.push(images[0]?.image);
      return { kind: 'delivered', pending: true, details: { deployment: `d${called.length}` } };
    },
    hosts: {},
    clock: Date.now,
  });
  await triggers.createTrigger(
    storedTrigger({
      ...OWNER,
      spec: { images: [{ from: FROM }], target: { sqs: { queueArn: QUEUE } }, policy: { onFailure } },
      follows: [{ namespace: 'default', stream: 'web', tag: 'latest' }],
      targetKey: identityKey('sqs', IDENTITY),
    }),
  );
  const read = async () => {
    const trigger = await triggers.readTrigger('default', 'deploy');
    if (trigger === null) throw new Error('not there');
    return trigger;
  };
  const streams = createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>;
  await streams.create(request(), imageStream('web'));
  const tag = async () => {
    const state = await api.streams.readTags('default', 'web', ['latest']);
    const found = state?.tags.get('latest');
    return { image: found?.items[0]?.image, hold: found?.spec?.annotations?.[HOLD_ANNOTATION], revision: String(state?.revision) };
  };

  /** What the queue brings after a change of the tag. */
  const fireForTag = async () => {
    const change = { namespace: 'default', stream: 'web', tag: 'latest', revision: (await tag()).revision };
    await fire({ trigger: OWNER, group: identityKey('sqs', IDENTITY), sentAt: Date.now(), change }, AbortSignal.timeout(5000));
  };
  const push = async (letter: string) => {
    const mappings = createMappingHandlers(api) as Required<ReturnType<typeof createMappingHandlers>>;
    await mappings.create(request({ now: Date.now() }), pushed('web', 'latest', digest(letter)));
    // An image that waits is no event.
    if ((await tag()).image === digest(letter)) await fireForTag();
  };

  let writes = 0;
  const interrupted: Pick<TriggerStore, 'listTriggersActingOn' | 'readTrigger' | 'updateTrigger'> = {
    ...triggers,
    async updateTrigger(trigger, concluded) {
      await interrupt(++writes);
      return triggers.updateTrigger(trigger, concluded);
    },
  };
  const write: OpenWriter = (context) => {
    const writer = api.write(context);
    return {
      ...writer,
      async commit(change) {
        await interrupt(++writes);
        return writer.commit(change);
      },
    };
  };
  const settle = (deployment: string, over: { outcome?: 'Delivered'; rolledBack?: true } = {}) =>
    createSettleOutcome({
      readers: [
        {
          source: 'aws.fake',
          detailType: 'Change',
          read: () => ({
            kind: 'sqs',
            identity: IDENTITY,
            details: { deployment },
            outcome: 'Refused',
            reason: 'DeploymentFailed',
            message: 'it crashed',
            ...over,
          }),
        },
      ],
      triggers: interrupted,
      streams: api.streams,
      failedTags: createFailedTags({ ...api, write }, Date.now),
      hosts: {},
      clock: Date.now,
      log: { info: () => undefined },
      onFailure: () => undefined,
    })({
      source: 'aws.fake',
      'detail-type': 'Change',
      account: '111122223333',
      region: 'eu-central-1',
      time: new Date().toISOString(),
      resources: [],
      detail: {},
    });
  return { api, called, fireForTag, push, read, settle, tag, triggers, writes: () => writes };
}

type Flow = Awaited<ReturnType<typeof setUp>>;

/** The target runs A; B was delivered. */
async function deliverBoth({ push, settle }: Flow): Promise<void> {
  await push('a');
  await settle('d1', { outcome: 'Delivered' });
  await push('b');
}

describe('a rollback sticks', () => {
  it('brings the target the image before, once, and holds the tag', async () => {
    const flow = await setUp('Revert');
    await deliverBoth(flow);
    expect(await flow.settle('d2')).toBe(1);
    expect(await flow.tag()).toMatchObject({ image: A, hold: expect.stringContaining('it crashed') as string });
    await flow.fireForTag();
    await flow.fireForTag();
    expect(flow.called).toEqual([A, B, A]);
    await flow.settle('d3', { outcome: 'Delivered' });
    await flow.push('c');
    expect(flow.called).toEqual([A, B, A]);
    const { status, awaited } = await flow.read();
    expect(status.deliveries?.map(({ outcome }) => outcome)).toEqual(['Delivered', 'Refused', 'Delivered']);
    expect(status.conditions).toMatchObject([{ status: 'True' }]);
    expect(awaited).toBeUndefined();
    const history = await flow.triggers.listDeliveries(OWNER, {});
    // All of one second: in no order.
    expect(history.deliveries.map(({ outcome, details }) => `${outcome} ${details?.['reverted'] ?? '-'}`).toSorted()).toEqual([
      'Delivered -',
      'Delivered -',
      'Refused web:latest',
    ]);
  });

  it('does not go forth and back when the image before fails, too', async () => {
    const flow = await setUp('Revert');
    await deliverBoth(flow);
    await flow.settle('d2');
    await flow.fireForTag();
    expect(await flow.settle('d3')).toBe(1);
    expect((await flow.tag()).image).toBe(A);
    await flow.fireForTag();
    expect(flow.called).toEqual([A, B, A]);
    expect((await flow.read()).status.deliveries?.[0]?.message).toBe('it crashed; held web:latest');
  });

  it('is as good as one of a person, who holds it in the same request', async () => {
    const flow = await setUp('None');
    await deliverBoth(flow);
    const tags = createTagHandlers(flow.api) as Required<ReturnType<typeof createTagHandlers>>;
    const spec = { from: { kind: 'ImageStreamImage', name: `web@${A}` }, generation: null };
    await tags.update(request({ now: Date.now() }), 'web:latest', () =>
      imageStreamTag('web:latest', spec, { annotations: { [HOLD_ANNOTATION]: 'bad release' } }),
    );
    await flow.fireForTag();
    await flow.push('c');
    expect(flow.called).toEqual([A, B, A]);
    expect(await flow.tag()).toMatchObject({ image: A, hold: 'bad release' });
  });
});

describe('a tag that is held', () => {
  it('stays, and its target is told nothing more', async () => {
    const flow = await setUp('Hold');
    await deliverBoth(flow);
    await flow.settle('d2', { rolledBack: true });
    await flow.push('c');
    expect(await flow.tag()).toMatchObject({ image: B, hold: expect.stringContaining('default/deploy') as string });
    expect(flow.called).toEqual([A, B]);
    expect((await flow.read()).status.conditions).toMatchObject([{ status: 'False', message: 'it crashed; held web:latest' }]);
  });
});

describe('a target that went back by itself', () => {
  const expected = { image: A, hold: expect.any(String) as string };

  async function expectSettled(flow: Flow): Promise<void> {
    await flow.fireForTag();
    expect(await flow.tag()).toMatchObject(expected);
    expect(flow.called).toEqual([A, B]);
    const { status, awaited } = await flow.read();
    expect(status.images).toMatchObject([{ lastImage: A }]);
    expect(status.deliveries?.[0]).toMatchObject({ outcome: 'Refused', details: { reverted: 'web:latest' } });
    expect(awaited).toBeUndefined();
  }

  it('is not deployed to again', async () => {
    const flow = await setUp('Revert');
    await deliverBoth(flow);
    await flow.settle('d2', { rolledBack: true });
    await expectSettled(flow);
    expect(await flow.settle('d2', { rolledBack: true })).toBe(0);
  });

  it.each([1, 2, 3])('nor when the function dies before write %i of three, and the queue is first', async (killed) => {
    let isArmed = false;
    const flow = await setUp('Revert', (write) => {
      if (!isArmed || write !== first + killed) return;
      isArmed = false;
      throw new Error('killed');
    });
    await deliverBoth(flow);
    const first = flow.writes();
    isArmed = true;
    await expect(flow.settle('d2', { rolledBack: true })).rejects.toThrow('killed');
    await flow.fireForTag();
    await flow.settle('d2', { rolledBack: true });
    expect(isArmed).toBe(false);
    await expectSettled(flow);
  });

  it('hears of what a person tagged meanwhile', async () => {
    const flow = await setUp('Revert');
    await deliverBoth(flow);
    await flow.push('c');
    await flow.settle('d2', { rolledBack: true });
    await flow.fireForTag();
    expect(await flow.tag()).toMatchObject({ image: C, hold: undefined });
    expect(flow.called).toEqual([A, B, C]);
    expect((await flow.read()).status.images).toMatchObject([{ lastImage: C }]);
    expect((await flow.read()).status.deliveries?.[1]?.message).toContain('left web:latest alone: it points to another image by now');
  });
});

describe('an image that is not known to run', () => {
  it.each([
    ['the target told of it', true],
    ['the next one came first', false],
  ])('is not gone back to when the next one fails, too: %s', async (_, isTold) => {
    const flow = await setUp('Revert');
    await deliverBoth(flow);
    await flow.push('c');
    if (isTold) await flow.settle('d2', { rolledBack: true });
    await flow.settle('d3', { rolledBack: true });
    await flow.fireForTag();
    expect((await flow.tag()).image).toBe(A);
    expect(flow.called).toEqual([A, B, C]);
    expect((await flow.read()).status.images).toMatchObject([{ lastImage: A }]);
  });

  it('is gone back to once it ran', async () => {
    const flow = await setUp('Revert');
    await deliverBoth(flow);
    await flow.push('a');
    await flow.push('b');
    await flow.settle('d4', { outcome: 'Delivered' });
    await flow.push('c');
    await flow.settle('d5', { rolledBack: true });
    await flow.fireForTag();
    expect((await flow.tag()).image).toBe(B);
    expect(flow.called).toEqual([A, B, A, B, C]);
  });
});
