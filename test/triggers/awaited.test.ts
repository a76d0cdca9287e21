/** What a trigger keeps of deliveries whose end is still to be told. */
import { describe, expect, it } from 'vitest';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import type { AwaitedDelivery } from '../../functions/triggers/stored-trigger.ts';
import { DIGEST_A, DIGEST_B, fakeStreams, fakeTarget, fakeTriggers, GROUP, NOW, storedTrigger, streamOf } from './fixtures.ts';

const FROM = { kind: 'ImageStreamTag', name: 'web:latest' } as const;
const imageOf = (image: string) => ({ image, dockerImageReference: `quay.io/shop/web@${image}` });

/** The target was told of DIGEST_A at revision 100, and takes what comes without saying how it ends. */
function setUp(awaited?: readonly AwaitedDelivery[]) {
  const { image: lastImage, dockerImageReference: lastTriggeredImage } = imageOf(DIGEST_A);
  const told = { from: FROM, lastImage, lastTriggeredImage, lastRevision: '100', lastTriggerTime: '2026-08-01T09:45:00Z' };
  const status = { observedGeneration: 1, images: [told], conditions: [] };
  const triggers = fakeTriggers(storedTrigger({ status, ...(awaited === undefined ? {} : { awaited }) }));
  const target = fakeTarget({ kind: 'delivered', pending: true, details: { deployment: 'd1' } });
  const trigger = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
  /** The tag pointed to the image since this revision. */
  const fireAt = (image: string, revision: number) => {
    const fire = createFireTrigger({
      triggers,
      streams: fakeStreams(streamOf('web', { latest: image }, { revision })),
      deliver: target.deliver,
      hosts: {},
      clock: () => NOW,
    });
    const change = { namespace: 'shop', stream: 'web', tag: 'latest', revision: String(revision) };
    return fire({ trigger, group: GROUP, sentAt: NOW, change }, new AbortController().signal);
  };
  const askAgain = () => (triggers.current = triggers.current && { ...triggers.current, redelivery: { id: 'r1' } });
  return { triggers, fireAt, askAgain, requests: target.requests };
}

describe('a delivery whose end is awaited', () => {
  it('is kept with what was new in it, and with nothing of what is only told again', async () => {
    const { triggers, fireAt, askAgain } = setUp();
    await fireAt(DIGEST_B, 200);
    const changes = [{ from: FROM, now: imageOf(DIGEST_B), previous: imageOf(DIGEST_A) }];
    expect(triggers.current?.awaited).toEqual([{ id: triggers.current?.status.deliveries?.[0]?.id, images: changes }]);
    askAgain();
    await fireAt(DIGEST_B, 200);
    expect(triggers.current?.awaited?.map(({ images }) => images)).toEqual([[], changes]);
  });

  it('keeps its target from being told while the tag goes back to where it went by itself, unless somebody asks', async () => {
    const images = [{ from: FROM, now: imageOf(DIGEST_A), previous: imageOf(DIGEST_B) }];
    const { triggers, fireAt, askAgain, requests } = setUp([{ id: 'msg_1', restoring: true, images }]);
    for (const image of [DIGEST_A, DIGEST_B]) expect(await fireAt(image, 300)).toEqual({ kind: 'done', delivered: false });
    expect(triggers.writes.map(({ awaited }) => awaited?.[0]?.restoring)).not.toContain(undefined);
    askAgain();
    await fireAt(DIGEST_B, 300);
    expect(requests.map(({ images: [first] }) => first?.image)).toEqual([DIGEST_B]);
  });
});
