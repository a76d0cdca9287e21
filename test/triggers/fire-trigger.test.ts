import { describe, expect, it } from 'vitest';
import { OWNER, asked, REFUSED, NOTHING, source, setUp, told, following, type Setting } from './firing.ts';
import { DIGEST_A, DIGEST_B, storedTrigger, streamOf } from './fixtures.ts';

describe('firing a trigger', () => {
  it('tells the target what the tag points to now and records it', async () => {
    const { fire, requests, targets, triggers } = setUp();
    expect(await fire(asked('90'))).toEqual({ kind: 'done', delivered: true });
    expect(targets).toEqual([{ webhook: { url: 'https://hooks.example/deploy' } }]);
    expect(requests).toEqual([
      {
        trigger: OWNER,
        id: expect.stringMatching(/^msg_[0-9a-f-]{36}$/),
        dryRun: false,
        signal: expect.any(AbortSignal),
        images: [
          {
            namespace: 'shop',
            stream: 'web',
            uid: 'uid-of-web',
            tag: 'latest',
            image: DIGEST_A,
            dockerImageReference: `quay.io/shop/web@${DIGEST_A}`,
            previous: null,
            changed: true,
            generation: 1,
            revision: '100',
            time: '2026-08-01T09:30:00Z',
          },
        ],
      },
    ]);
    const delivery = {
      id: requests[0]?.id,
      time: '2026-08-01T10:00:00Z',
      images: [`quay.io/shop/web@${DIGEST_A}`],
      outcome: 'Delivered',
      attempts: 1,
    };
    const { status } = told();
    expect(triggers.current?.status).toEqual({
      ...status,
      lastTriggerTime: '2026-08-01T10:00:00Z',
      images: [{ ...status.images?.[0], lastTriggerTime: '2026-08-01T10:00:00Z' }],
      conditions: [{ ...status.conditions[0], lastTransitionTime: '2026-08-01T10:00:00Z' }],
      deliveries: [delivery],
    });
    expect(triggers.history).toEqual([delivery]);
  });

  it.each<[string, Setting]>([
    ['deleted', { trigger: null }],
    ['deleted and created again', { trigger: storedTrigger({ uid: 'uid-2' }) }],
    ['paused', { trigger: storedTrigger({ spec: { ...storedTrigger().spec, paused: true } }) }],
    ['of another target by now', { trigger: storedTrigger({ targetKey: 'b'.repeat(64) }) }],
    ['without stream', { streams: [], trigger: told() }],
    ['without tag', { streams: [streamOf('web', {})], trigger: told() }],
    ['up to date', { trigger: told() }],
    ['ahead of what was read', { trigger: told(), streams: [streamOf('web', { latest: DIGEST_B }, { revision: 99 })] }],
  ])('does nothing when it is %s', async (_, setting) => {
    const { fire, requests, triggers } = setUp(setting);
    expect(await fire(asked('100'))).toEqual(NOTHING);
    expect(requests).toEqual([]);
    expect(triggers.writes).toEqual([]);
  });

  it('waits for a tag that never pointed to anything, and says so once', async () => {
    const { fire, requests, triggers, move } = setUp({ streams: [streamOf('web', {})] });
    await fire();
    expect(await fire()).toEqual(NOTHING);
    expect(requests).toEqual([]);
    expect(triggers.writes).toHaveLength(1);
    expect(triggers.current?.status.conditions).toMatchObject([
      { status: 'Unknown', reason: 'Unresolved', message: 'no image yet: web:latest' },
    ]);
    move(streamOf('web', { latest: DIGEST_A }));
    expect(await fire()).toMatchObject({ delivered: true });
  });

  it('tells what the target was told before', async () => {
    const { fire, requests } = setUp({ trigger: told(), streams: [streamOf('web', { latest: DIGEST_B }, { revision: 200 })] });
    await fire(asked('200'));
    expect(requests[0]?.images[0]).toMatchObject({ image: DIGEST_B, revision: '200', previous: { image: DIGEST_A } });
  });

  it('fires again when the tag moved there and back since: a delivery in between may not have been recorded', async () => {
    const { fire, requests, triggers } = setUp({ trigger: told(), streams: [streamOf('web', { latest: DIGEST_A }, { revision: 300 })] });
    await fire(asked('200'));
    expect(requests).toHaveLength(1);
    expect(triggers.current?.status.images?.[0]?.lastRevision).toBe('300');
    expect(await fire(asked('300'))).toEqual(NOTHING);
  });

  it('does not fire for changes of other tags of the stream', async () => {
    const { fire, requests } = setUp({ trigger: told(), streams: [streamOf('web', { latest: DIGEST_A }, { revision: 300 })] });
    await fire();
    await fire(asked('300', 'other'));
    expect(requests).toEqual([]);
  });

  it('fires for a change of the pull spec alone', async () => {
    const local = { name: 'latest', annotations: null, generation: 1, importPolicy: {}, referencePolicy: { type: 'Local' } } as const;
    const stream = streamOf('web', { latest: DIGEST_A });
    const tags = new Map([...stream.tags].map(([name, tag]) => [name, { ...tag, spec: local }]));
    const { fire, requests } = setUp({ trigger: told(), streams: [{ ...stream, tags }] });
    await fire();
    expect(requests[0]?.images[0]?.dockerImageReference).toBe(`registry:5000/shop/web@${DIGEST_A}`);
  });

  it('gives the same id to the same images, and another to the tag coming back and to other containers', async () => {
    const ids: string[] = [];
    const stream = streamOf('web', { latest: DIGEST_A });
    const again = new Map([...stream.tags].map(([name, tag]) => [name, { ...tag, total: 3 }]));
    for (const state of [stream, { ...stream, revision: 500 }, { ...stream, tags: again }, { ...stream, uid: 'other' }]) {
      const { fire, requests } = setUp({ streams: [state] });
      await fire(asked('90'));
      ids.push(requests[0]?.id ?? '');
    }
    const { fire, requests } = setUp({ trigger: following({ from: source('web:latest'), container: 'web' }) });
    await fire();
    ids.push(requests[0]?.id ?? '');
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(4);
  });

  it('delivers all images at once, in the order of the spec, and says which are new', async () => {
    const images = [
      { from: source('web:next'), container: 'web' },
      { from: source('base:1', 'platform'), fieldPath: 'spec.x' },
      { from: source('web:next'), container: 'web-debug' },
      { from: source('api:latest') },
    ];
    const streams = (next: string, revision: number) => [
      streamOf('web', { next }, { revision }),
      streamOf('api', { latest: '' }),
      streamOf('base', { '1': DIGEST_A }, { namespace: 'platform' }),
    ];
    const { fire, requests, triggers, move } = setUp({ trigger: following(...images), streams: streams(DIGEST_A, 100) });
    await fire();
    move(...streams(DIGEST_B, 200));
    await fire();
    expect(requests.map((request) => request.images.map(({ stream, container, changed }) => [stream, container, changed]))).toEqual([
      [
        ['web', 'web', true],
        ['base', undefined, true],
        ['web', 'web-debug', true],
        ['api', undefined, true],
      ],
      [
        ['web', 'web', true],
        ['base', undefined, false],
        ['web', 'web-debug', true],
        ['api', undefined, false],
      ],
    ]);
    expect(requests[0]?.images[3]).toMatchObject({ image: '', dockerImageReference: 'redis:7' });
    expect(triggers.current?.status.images?.map(({ from, lastRevision }) => `${from.name} ${lastRevision}`)).toEqual([
      'web:next 200',
      'base:1 100',
      'api:latest 100',
    ]);
    expect(triggers.current?.status.deliveries?.[0]?.images).toHaveLength(2);
  });

  it('leaves out a tag that is gone, and what the target was told of it as it is', async () => {
    const images = [{ from: source('web:latest') }, { from: source('web:next') }];
    const { fire, requests, triggers, move } = setUp({
      trigger: following(...images),
      streams: [streamOf('web', { latest: DIGEST_A, next: DIGEST_A })],
    });
    await fire();
    move(streamOf('web', { next: DIGEST_B }, { revision: 200 }));
    await fire();
    expect(requests[1]?.images.map(({ tag }) => tag)).toEqual(['next']);
    expect(triggers.current?.status.images).toHaveLength(2);
  });
});

describe('a target that does not take it', () => {
  it('makes the message come again, under the same id, and counts', async () => {
    const { fire, triggers, requests } = setUp({ outcomes: [{ ...REFUSED, retryAfter: 30 }] });
    expect(await fire(asked('90'))).toEqual({ kind: 'retry', reason: 'TargetRefused', retryAfter: 30 });
    expect(await fire(asked('90'))).toMatchObject({ kind: 'retry' });
    expect(requests[0]?.id).toBe(requests[1]?.id);
    expect(triggers.current?.status).toMatchObject({
      conditions: [
        { status: 'False', reason: 'TargetRefused', message: 'the webhook answered 500', lastTransitionTime: '2026-08-01T10:00:00Z' },
      ],
      deliveries: [{ id: requests[0]?.id, outcome: 'Retrying', attempts: 2, message: 'the webhook answered 500' }],
    });
    expect(triggers.current?.status.images).toBeUndefined();
    expect(triggers.history).toEqual([]);
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
    expect(triggers.history).toMatchObject([{ attempts: 3, outcome: 'Delivered', time: '2026-08-01T10:00:00Z' }]);
  });

  it('is told of the tag being back where it was: what went wrong may have arrived', async () => {
    const { fire, requests, move } = setUp({
      trigger: told(),
      streams: [streamOf('web', { latest: DIGEST_B }, { revision: 200 })],
      outcomes: [REFUSED, { kind: 'delivered' }],
    });
    await fire();
    move(streamOf('web', { latest: DIGEST_A }, { revision: 300 }));
    expect(await fire()).toMatchObject({ delivered: true });
    expect(requests.map(({ images }) => images[0]?.image)).toEqual([DIGEST_B, DIGEST_A]);
    expect(await fire()).toEqual(NOTHING);
  });

  it('is not asked again when it says it will never take it', async () => {
    const { fire, triggers } = setUp({ outcomes: [{ kind: 'refused', reason: 'NoSigningSecret', message: 'm' }] });
    expect(await fire(asked('90'))).toEqual({ kind: 'done', delivered: false, reason: 'NoSigningSecret' });
    expect(triggers.current?.status.conditions).toMatchObject([{ status: 'False', reason: 'NoSigningSecret' }]);
    expect(triggers.history).toMatchObject([{ outcome: 'Refused', message: 'm' }]);
  });

  it('pauses the trigger when it is gone', async () => {
    const { fire, triggers, requests } = setUp({ outcomes: [{ kind: 'gone', reason: 'TargetGone', message: 'gone' }] });
    expect(await fire(asked('90'))).toMatchObject({ kind: 'done', delivered: false });
    expect(triggers.current).toMatchObject({
      generation: 2,
      spec: { paused: true },
      status: { observedGeneration: 2, conditions: [{ status: 'False', reason: 'TargetGone' }], deliveries: [{ outcome: 'Gone' }] },
    });
    await fire(asked('95'));
    expect(requests).toHaveLength(1);
  });

  it('may say later what came of it', async () => {
    const details = { taskDefinition: 'arn:1' };
    const { fire, triggers } = setUp({ outcomes: [{ kind: 'delivered', pending: true, details }] });
    expect(await fire()).toMatchObject({ delivered: true });
    expect(triggers.current?.status).toMatchObject({
      images: [{ lastImage: DIGEST_A }],
      conditions: [{ status: 'Unknown', reason: 'Pending' }],
      deliveries: [{ outcome: 'Pending', details }],
    });
  });
});
