import { describe, expect, it } from 'vitest';
import type { StoredTrigger } from '../../../functions/triggers/stored-trigger.ts';
import type { ImageTrigger, ImageTriggerSpec } from '../../../functions/triggers/types.ts';
import { DIGEST_A, SECRET, storedTrigger } from '../../triggers/fixtures.ts';
import { contextFor, GIVEN_SECRET, setUp, type Setting, statusOf } from './fixtures.ts';

const KEY = 'shop/deploy/uid-1';

function told(over: Partial<StoredTrigger> = {}): StoredTrigger {
  const tag = { lastImage: DIGEST_A, lastTriggeredImage: 'r', lastRevision: '1', lastTriggerTime: '2026-08-01T09:00:00Z' };
  const images = ['web:latest', 'web:next'].map((name) => ({ from: { kind: 'ImageStreamTag', name } as const }));
  return storedTrigger({
    spec: { images, target: { webhook: { url: 'https://hooks.example/deploy' } } },
    follows: images.map(({ from: { name } }) => ({ namespace: 'shop', stream: 'web', tag: name.slice(4) })),
    status: { observedGeneration: 1, images: images.map(({ from }) => ({ from, ...tag })), conditions: [] },
    ...over,
  });
}

function prepare(setting: Setting = { stored: told() }) {
  const made = setUp(setting);
  made.keys.set(KEY, SECRET);
  const update = (next: (current: ImageTrigger) => ImageTrigger, dryRun = false) =>
    made.handlers.update?.(contextFor({ dryRun }), 'deploy', (current) => {
      if (current === null) throw new Error('not there');
      return next(current);
    });
  const spec = (change: Partial<ImageTriggerSpec>) => update((current) => ({ ...current, spec: { ...current.spec, ...change } }));
  return { ...made, update, spec };
}

describe('PUT and PATCH imagetriggers', () => {
  it('writes nothing when nothing changes, not even for the mask or the secret it has', async () => {
    const { update, spec, triggers, keys } = prepare();
    const same = await update((current) => current);
    expect(same).toMatchObject({ created: false, object: { metadata: { resourceVersion: '10', generation: 1 } } });
    await spec({ target: { webhook: { url: 'https://hooks.example/deploy', signingSecret: SECRET } } });
    await spec({ target: { webhook: { url: 'https://hooks.example/deploy' } } });
    expect(triggers.writes).toEqual([]);
    expect([...keys.values()]).toEqual([SECRET]);
  });

  it('gives a changed spec a new generation and keeps the status', async () => {
    const { spec, triggers } = prepare();
    const written = await spec({ paused: true });
    expect(written?.object).toMatchObject({
      metadata: { generation: 2, resourceVersion: '11' },
      spec: { paused: true },
      status: { observedGeneration: 1 },
    });
    expect(triggers.current?.status).toEqual(told().status);
  });

  it('keeps the generation when only labels or annotations change', async () => {
    const { update, triggers } = prepare();
    await update((current) => ({ ...current, metadata: { ...current.metadata, labels: { a: 'b' }, annotations: { x: 'whsec_AAAA' } } }));
    expect(triggers.current).toMatchObject({ generation: 1, labels: { a: 'b' }, annotations: { x: '********' } });
  });

  it('forgets what it told of tags it no longer follows, and follows the new ones', async () => {
    const { spec, triggers } = prepare();
    await spec({ images: ['web:latest', 'api:1'].map((name) => ({ from: { kind: 'ImageStreamTag', name } })) });
    expect(triggers.current?.status.images?.map(({ from }) => from.name)).toEqual(['web:latest']);
    expect(triggers.current?.follows.map(({ stream, tag }) => `${stream}:${tag}`)).toEqual(['web:latest', 'api:1']);
  });

  it('forgets what it told of a tag that is for another container, too', async () => {
    const { spec, triggers } = prepare();
    const from = { kind: 'ImageStreamTag', name: 'web:latest' } as const;
    await spec({ images: [{ from }, { from, container: 'sidecar' }] });
    expect(triggers.current?.status.images).toEqual([]);
  });

  it('lets what waits for its policy be looked at anew, but not for a label', async () => {
    const deferred = { since: 1, due: 2 };
    const { update, spec, triggers } = prepare({
      stored: told({ deferred, status: { ...told().status, nextTriggerTime: '2026-08-01T11:00:00Z' } }),
    });
    await update((current) => ({ ...current, metadata: { ...current.metadata, labels: { a: 'b' } } }));
    expect(triggers.current).toMatchObject({ deferred, status: { nextTriggerTime: '2026-08-01T11:00:00Z' } });
    await spec({ policy: { batch: '5m' } });
    expect(triggers.current).toMatchObject({ generation: 2, spec: { policy: { batch: '5m' } } });
    expect(triggers.current).not.toHaveProperty('deferred');
    expect(triggers.current?.status).not.toHaveProperty('nextTriggerTime');
  });

  it('forgets everything when the target is another', async () => {
    const { spec, triggers } = prepare();
    await spec({ target: { webhook: { url: 'https://other.example/' } } });
    expect(triggers.current?.status.images).toEqual([]);
  });

  it('changes the secret with a new generation, so that the trigger fires with it', async () => {
    const { spec, triggers, keys } = prepare();
    const written = await spec({ target: { webhook: { url: 'https://hooks.example/deploy', signingSecret: GIVEN_SECRET } } });
    expect(keys.get(KEY)).toBe(GIVEN_SECRET);
    expect(triggers.current?.generation).toBe(2);
    expect(JSON.stringify([written, triggers.current])).not.toContain('whsec_');
  });

  it('does not lose the new generation to a race', async () => {
    const { spec, triggers } = prepare();
    let races = 1;
    triggers.beforeWrite = () => {
      if (triggers.current !== null && races-- > 0) triggers.current = { ...triggers.current, revision: 11, labels: { race: 'won' } };
    };
    await spec({ target: { webhook: { url: 'https://hooks.example/deploy', signingSecret: GIVEN_SECRET } } });
    expect(triggers.current).toMatchObject({ generation: 2, revision: 12, labels: { race: 'won' } });
  });

  it('writes neither trigger nor key on dry runs', async () => {
    const { update, triggers, keys } = prepare();
    const target = { webhook: { url: 'https://other.example/', signingSecret: GIVEN_SECRET } };
    const answer = await update((current) => ({ ...current, spec: { ...current.spec, target } }), true);
    expect(answer?.object.spec.target.webhook?.url).toBe('https://other.example/');
    expect([triggers.writes, keys.get(KEY)]).toEqual([[], SECRET]);
  });

  it('does not let a client write the status', async () => {
    const { update, triggers } = prepare();
    await update((current) => ({ ...current, status: { observedGeneration: 99, conditions: [] } }));
    expect(triggers.writes).toEqual([]);
  });

  it('asks for access only where the trigger did not reach before', async () => {
    const far = { kind: 'ImageStreamTag', name: 'base:1', namespace: 'platform' } as const;
    const follows = [{ namespace: 'platform', stream: 'base', tag: '1' }];
    const { spec, asked } = prepare({
      stored: told({ spec: { ...told().spec, images: [{ from: far }] }, follows }),
      forbidden: ['platform'],
    });
    await spec({ paused: true });
    expect(asked).toEqual([]);
    expect(await statusOf(spec({ images: [{ from: far }, { from: { ...far, name: 'base:2' } }] }))).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'spec.images[1].from' }] },
    });
  });

  it('refuses stale, foreign and incomplete metadata before anything is written', async () => {
    const { update, triggers, keys } = prepare();
    const target = { webhook: { url: 'https://hooks.example/deploy', signingSecret: GIVEN_SECRET } };
    const metadata = (over: object) =>
      statusOf(update((current) => ({ ...current, metadata: { ...current.metadata, ...over }, spec: { ...current.spec, target } })));
    expect(await metadata({ resourceVersion: '9' })).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(await metadata({ uid: 'other' })).toMatchObject({ code: 409 });
    expect(await metadata({ resourceVersion: undefined })).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'metadata.resourceVersion' }] },
    });
    expect([triggers.writes, keys.get(KEY)]).toEqual([[], SECRET]);
  });

  it('answers 404 for one that is not there', async () => {
    const { handlers } = setUp();
    expect(await statusOf(handlers.update?.(contextFor(), 'deploy', () => ({}) as ImageTrigger))).toMatchObject({ code: 404 });
  });
});
