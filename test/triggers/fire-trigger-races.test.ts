import { describe, expect, it } from 'vitest';
import type { StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import { asked, source, setUp } from './firing.ts';
import { DIGEST_A } from './fixtures.ts';

describe('recording against other writers', () => {
  it('puts its report on top of what others wrote', async () => {
    const { fire, triggers } = setUp();
    let races = 2;
    triggers.beforeWrite = () => {
      if (triggers.current === null || races-- <= 0) return;
      triggers.current = { ...triggers.current, revision: triggers.current.revision + 1, labels: { race: String(races) } };
    };
    expect(await fire(asked('90'))).toMatchObject({ kind: 'done', delivered: true });
    expect(triggers.current).toMatchObject({ labels: { race: '0' }, status: { images: [{ lastImage: DIGEST_A }] } });
  });

  it('records for a trigger that was paused meanwhile, so that unpausing it does not deliver twice', async () => {
    const { fire, triggers } = setUp();
    triggers.beforeWrite = () => {
      const { current } = triggers;
      if (current?.revision === 10) triggers.current = { ...current, generation: 2, revision: 99, spec: { ...current.spec, paused: true } };
    };
    await fire();
    expect(triggers.current).toMatchObject({
      spec: { paused: true },
      status: { observedGeneration: 1, images: [{ lastImage: DIGEST_A }] },
    });
  });

  it.each<[string, (trigger: StoredTrigger) => StoredTrigger | null]>([
    ['another target', (trigger) => ({ ...trigger, revision: 99, spec: { ...trigger.spec, target: { webhook: { url: 'https://b/' } } } })],
    ['another image', (trigger) => ({ ...trigger, revision: 99, spec: { ...trigger.spec, images: [{ from: source('web:next') }] } })],
    ['another trigger of that name', (trigger) => ({ ...trigger, uid: 'uid-2', revision: 99 })],
    ['none', () => null],
  ])('records nothing when there is %s by now', async (_, replace) => {
    const { fire, triggers } = setUp();
    triggers.beforeWrite = () => {
      if (triggers.current?.revision === 10) triggers.current = replace(triggers.current);
    };
    expect(await fire(asked('90'))).toMatchObject({ kind: 'done', delivered: true });
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
