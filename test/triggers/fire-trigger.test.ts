import { describe, expect, it } from 'vitest';
import type { StreamState } from '../../functions/image/stream-state.ts';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import type { FireMessage, StoredTrigger } from '../../functions/triggers/ports.ts';
import type { Outcome } from '../../functions/triggers/targets/target.ts';
import { DIGEST_A, DIGEST_B, fakeStreams, fakeTarget, fakeTriggers, NOW, storedTrigger, streamOf } from './fixtures.ts';

const OWNER = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
const asked = (revision: string, tag = 'latest'): FireMessage => ({
  trigger: OWNER,
  change: { namespace: 'shop', stream: 'web', tag, revision },
});
const REFUSED: Outcome = { kind: 'retry', reason: 'TargetRefused', message: 'the webhook answered 500' };

interface Setting {
  readonly trigger?: StoredTrigger | null;
  readonly streams?: readonly StreamState[];
  readonly outcomes?: readonly Outcome[];
}

function setUp({ trigger = storedTrigger(), streams = [streamOf('web', { latest: DIGEST_A })], outcomes = [] }: Setting = {}) {
  const triggers = fakeTriggers(trigger);
  const target = fakeTarget(...outcomes);
  const store = fakeStreams(...streams);
  let now = NOW;
  const fire = createFireTrigger({
    triggers,
    streams: store,
    fireTarget: target.fireTarget,
    hosts: { internal: 'registry:5000' },
    clock: () => now,
  });
  return { triggers, requests: target.requests, store, fire, pass: (milliseconds: number) => (now += milliseconds) };
}

/** As it is after having been told of DIGEST_A at revision 100. */
function told(over: Partial<StoredTrigger> = {}): StoredTrigger {
  return storedTrigger({
    status: {
      observedGeneration: 1,
      tags: [
        {
          from: { kind: 'ImageStreamTag', name: 'web:latest' },
          lastImage: DIGEST_A,
          lastReference: `quay.io/shop/web@${DIGEST_A}`,
          lastRevision: '100',
          lastFiredTime: '2026-08-01T09:45:00Z',
        },
      ],
      conditions: [
        {
          type: 'Delivered',
          status: 'True',
          reason: 'Delivered',
          message: 'the target has the newest image',
          lastTransitionTime: '2026-08-01T09:45:00Z',
        },
      ],
    },
    ...over,
  });
}

describe('firing a trigger', () => {
  it('tells the target what the tag points to now and records it', async () => {
    const { fire, requests, triggers } = setUp();
    expect(await fire(asked('90'))).toEqual({ kind: 'done', delivered: 1 });
    expect(requests).toEqual([
      {
        trigger: OWNER,
        target: { webhook: { url: 'https://hooks.example/deploy' } },
        messageId: expect.stringMatching(/^msg_[0-9a-f-]{36}$/),
        news: {
          namespace: 'shop',
          stream: 'web',
          uid: 'uid-of-web',
          tag: 'latest',
          image: DIGEST_A,
          dockerImageReference: `quay.io/shop/web@${DIGEST_A}`,
          previous: null,
          generation: 1,
          revision: '100',
          time: '2026-08-01T09:30:00Z',
        },
      },
    ]);
    expect(triggers.current?.status).toEqual({
      observedGeneration: 1,
      tags: [
        {
          from: { kind: 'ImageStreamTag', name: 'web:latest' },
          lastImage: DIGEST_A,
          lastReference: `quay.io/shop/web@${DIGEST_A}`,
          lastRevision: '100',
          lastFiredTime: '2026-08-01T10:00:00Z',
        },
      ],
      conditions: [
        {
          type: 'Delivered',
          status: 'True',
          reason: 'Delivered',
          message: 'the target has the newest image',
          lastTransitionTime: '2026-08-01T10:00:00Z',
        },
      ],
    });
  });

  it.each<[string, Setting]>([
    ['deleted', { trigger: null }],
    ['deleted and created again', { trigger: storedTrigger({ uid: 'uid-2' }) }],
    ['paused', { trigger: storedTrigger({ spec: { ...storedTrigger().spec, paused: true } }) }],
    ['without stream', { streams: [], trigger: told() }],
    ['without tag', { streams: [streamOf('web', {})], trigger: told() }],
    ['up to date', { trigger: told() }],
  ])('does nothing when it is %s', async (_, setting) => {
    const { fire, requests, triggers } = setUp(setting);
    expect(await fire(asked('100'))).toEqual({ kind: 'done', delivered: 0 });
    expect(requests).toEqual([]);
    expect(triggers.writes).toEqual([]);
  });

  it('tells what the target was told before', async () => {
    const { fire, requests } = setUp({ trigger: told(), streams: [streamOf('web', { latest: DIGEST_B }, { revision: 200 })] });
    await fire(asked('200'));
    expect(requests[0]?.news).toMatchObject({ image: DIGEST_B, revision: '200', previous: { image: DIGEST_A } });
  });

  it('fires again when the tag moved there and back since: a delivery in between may not have been recorded', async () => {
    const { fire, requests, triggers } = setUp({ trigger: told(), streams: [streamOf('web', { latest: DIGEST_A }, { revision: 300 })] });
    await fire(asked('200'));
    expect(requests).toHaveLength(1);
    expect(triggers.current?.status.tags?.[0]?.lastRevision).toBe('300');
    expect(await fire(asked('300'))).toMatchObject({ delivered: 0 });
  });

  it('does not fire for changes of other tags of the stream', async () => {
    const { fire, requests } = setUp({ trigger: told(), streams: [streamOf('web', { latest: DIGEST_A }, { revision: 300 })] });
    await fire({ trigger: OWNER });
    await fire(asked('300', 'other'));
    expect(requests).toEqual([]);
  });

  it('fires for a change of the pull spec alone', async () => {
    const local = { name: 'latest', annotations: null, generation: 1, importPolicy: {}, referencePolicy: { type: 'Local' } } as const;
    const stream = streamOf('web', { latest: DIGEST_A });
    const tags = new Map([...stream.tags].map(([name, tag]) => [name, { ...tag, spec: local }]));
    const { fire, requests } = setUp({ trigger: told(), streams: [{ ...stream, tags }] });
    await fire({ trigger: OWNER });
    expect(requests[0]?.news.dockerImageReference).toBe(`registry:5000/shop/web@${DIGEST_A}`);
  });

  it('gives the same message id to the same news, and another to the tag coming back', async () => {
    const ids: string[] = [];
    const stream = streamOf('web', { latest: DIGEST_A });
    const again = new Map([...stream.tags].map(([name, tag]) => [name, { ...tag, total: 3 }]));
    for (const state of [stream, { ...stream, revision: 500 }, { ...stream, tags: again }, { ...stream, uid: 'other' }]) {
      const { fire, requests } = setUp({ streams: [state] });
      await fire(asked('90'));
      ids.push(requests[0]?.messageId ?? '');
    }
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it('reads each stream once and brings all tags up to date', async () => {
    const from = ['web:latest', 'web:next', 'api:latest', 'web:gone'].map((name) => ({ kind: 'ImageStreamTag', name }) as const);
    const elsewhere = { kind: 'ImageStreamTag', name: 'base:1', namespace: 'platform' } as const;
    const { fire, requests, store, triggers } = setUp({
      trigger: storedTrigger({ spec: { ...storedTrigger().spec, from: [...from, elsewhere] } }),
      streams: [
        streamOf('web', { latest: DIGEST_A, next: DIGEST_B }),
        streamOf('api', { latest: '' }),
        streamOf('base', { '1': DIGEST_A }, { namespace: 'platform' }),
      ],
    });
    expect(await fire({ trigger: OWNER })).toEqual({ kind: 'done', delivered: 4 });
    expect(store.asked.toSorted()).toEqual(['platform/base', 'shop/api', 'shop/web']);
    expect(requests.map(({ news }) => `${news.namespace}/${news.stream}:${news.tag} ${news.dockerImageReference}`).toSorted()).toEqual([
      `platform/base:1 quay.io/shop/base@${DIGEST_A}`,
      'shop/api:latest redis:7',
      `shop/web:latest quay.io/shop/web@${DIGEST_A}`,
      `shop/web:next quay.io/shop/web@${DIGEST_B}`,
    ]);
    expect(triggers.writes).toHaveLength(1);
  });
});

describe('a target that does not take it', () => {
  it('makes the message come again and says so once', async () => {
    const { fire, triggers } = setUp({ outcomes: [{ ...REFUSED, retryAfter: 30 }] });
    expect(await fire(asked('90'))).toEqual({ kind: 'retry', reason: 'TargetRefused', retryAfter: 30 });
    expect(await fire(asked('90'))).toMatchObject({ kind: 'retry' });
    expect(triggers.writes).toHaveLength(1);
    expect(triggers.current?.status).toMatchObject({
      tags: [],
      conditions: [
        { status: 'False', reason: 'TargetRefused', message: 'the webhook answered 500', lastTransitionTime: '2026-08-01T10:00:00Z' },
      ],
    });
  });

  it('keeps the time it went wrong when it goes wrong in another way, and takes a new one when it recovers', async () => {
    const { fire, triggers, pass } = setUp({
      outcomes: [REFUSED, { kind: 'retry', reason: 'Timeout', message: 't' }, { kind: 'delivered' }],
    });
    const condition = () => triggers.current?.status.conditions[0];
    await fire(asked('90'));
    pass(60_000);
    await fire(asked('90'));
    expect(condition()).toMatchObject({ reason: 'Timeout', lastTransitionTime: '2026-08-01T10:00:00Z' });
    pass(60_000);
    await fire(asked('90'));
    expect(condition()).toMatchObject({ status: 'True', lastTransitionTime: '2026-08-01T10:02:00Z' });
  });

  it('records what was delivered before it stopped', async () => {
    const from = ['web:latest', 'web:next'].map((name) => ({ kind: 'ImageStreamTag', name }) as const);
    const { fire, triggers, requests } = setUp({
      trigger: storedTrigger({ spec: { ...storedTrigger().spec, from } }),
      streams: [streamOf('web', { latest: DIGEST_A, next: DIGEST_B })],
      outcomes: [{ kind: 'delivered' }, REFUSED, { kind: 'delivered' }],
    });
    expect(await fire({ trigger: OWNER })).toMatchObject({ kind: 'retry' });
    expect(triggers.current?.status.tags?.map((tag) => tag.from.name)).toEqual(['web:latest']);
    expect(await fire({ trigger: OWNER })).toMatchObject({ kind: 'done', delivered: 1 });
    expect(requests.map(({ news }) => news.tag)).toEqual(['latest', 'next', 'next']);
  });

  it('is not asked again when only the trigger can be at fault', async () => {
    const { fire, triggers } = setUp({ outcomes: [{ kind: 'failed', reason: 'NoSigningSecret', message: 'm' }] });
    expect(await fire(asked('90'))).toEqual({ kind: 'done', delivered: 0, reason: 'NoSigningSecret' });
    expect(triggers.current?.status.conditions).toMatchObject([{ status: 'False', reason: 'NoSigningSecret' }]);
  });

  it('pauses the trigger when it is gone', async () => {
    const { fire, triggers, requests } = setUp({ outcomes: [{ kind: 'gone', reason: 'TargetGone', message: 'gone' }] });
    expect(await fire(asked('90'))).toMatchObject({ kind: 'done', delivered: 0 });
    expect(triggers.current).toMatchObject({
      generation: 2,
      spec: { paused: true },
      status: { observedGeneration: 2, conditions: [{ status: 'False', reason: 'TargetGone' }] },
    });
    await fire(asked('95'));
    expect(requests).toHaveLength(1);
  });

  it('leaves tags for another run when it is slow', async () => {
    const from = ['web:latest', 'web:next'].map((name) => ({ kind: 'ImageStreamTag', name }) as const);
    const triggers = fakeTriggers(storedTrigger({ spec: { ...storedTrigger().spec, from } }));
    let now = NOW;
    const fireTarget = async () => {
      now += 50_000;
      return { kind: 'delivered' } as const;
    };
    const streams = fakeStreams(streamOf('web', { latest: DIGEST_A, next: DIGEST_B }));
    const fire = createFireTrigger({ triggers, streams, fireTarget, hosts: {}, clock: () => now });
    expect(await fire({ trigger: OWNER })).toEqual({ kind: 'retry', reason: 'OutOfTime' });
    expect(await fire({ trigger: OWNER })).toEqual({ kind: 'done', delivered: 1 });
    expect(triggers.current?.status.tags).toHaveLength(2);
  });
});

describe('recording against other writers', () => {
  it('puts its report on top of what others wrote', async () => {
    const { fire, triggers } = setUp();
    let races = 2;
    triggers.beforeWrite = () => {
      if (triggers.current === null || races-- <= 0) return;
      triggers.current = { ...triggers.current, revision: triggers.current.revision + 1, labels: { race: String(races) } };
    };
    expect(await fire(asked('90'))).toMatchObject({ kind: 'done', delivered: 1 });
    expect(triggers.current).toMatchObject({ labels: { race: '0' }, status: { tags: [{ lastImage: DIGEST_A }] } });
  });

  it.each<[string, (trigger: StoredTrigger) => StoredTrigger | null]>([
    ['another spec', (trigger) => ({ ...trigger, generation: 2, revision: 99 })],
    ['another trigger of that name', (trigger) => ({ ...trigger, uid: 'uid-2', revision: 99 })],
    ['none', () => null],
  ])('records nothing when there is %s by now', async (_, replace) => {
    const { fire, triggers } = setUp();
    triggers.beforeWrite = () => {
      if (triggers.current?.revision === 10) triggers.current = replace(triggers.current);
    };
    expect(await fire(asked('90'))).toMatchObject({ kind: 'done', delivered: 1 });
    expect(triggers.writes).toEqual([]);
  });

  it('fails when it loses every race', async () => {
    const { fire, triggers } = setUp();
    triggers.beforeWrite = () => {
      if (triggers.current !== null) triggers.current = { ...triggers.current, revision: triggers.current.revision + 1 };
    };
    await expect(fire(asked('90'))).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
  });
});
