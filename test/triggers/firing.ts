/** A trigger on `web:latest` that is fired by messages, with a target and a store that tests look into. */
import type { StreamState } from '../../functions/image/stream-state.ts';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import type { ReceivedFire } from '../../functions/triggers/queue/fire-queue.ts';
import type { StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import type { Outcome } from '../../functions/triggers/targets/target.ts';
import type { ImageTriggerStatus } from '../../functions/triggers/types.ts';
import { DIGEST_A, fakeStreams, fakeTarget, fakeTriggers, GROUP, NOW, storedTrigger, streamOf } from './fixtures.ts';

export const OWNER = { namespace: 'shop', name: 'deploy', uid: 'uid-1' };
export const WOKEN: ReceivedFire = { trigger: OWNER, group: GROUP, sentAt: NOW };
export const asked = (revision: string, tag = 'latest'): ReceivedFire => ({
  ...WOKEN,
  change: { namespace: 'shop', stream: 'web', tag, revision },
});
export const REFUSED: Extract<Outcome, { readonly kind: 'retry' }> = {
  kind: 'retry',
  reason: 'TargetRefused',
  message: 'the webhook answered 500',
};
export const NOTHING = { kind: 'done', delivered: false };
export const source = (name: string, namespace?: string) => ({ kind: 'ImageStreamTag' as const, name, ...(namespace && { namespace }) });

export interface Setting {
  readonly trigger?: StoredTrigger | null;
  readonly streams?: readonly StreamState[];
  readonly outcomes?: readonly Outcome[];
}

export function setUp({ trigger = storedTrigger(), streams = [streamOf('web', { latest: DIGEST_A })], outcomes = [] }: Setting = {}) {
  const triggers = fakeTriggers(trigger);
  const target = fakeTarget(...outcomes);
  let state = streams;
  let now = NOW;
  const fire = createFireTrigger({
    triggers,
    streams: { readTags: (...asking) => fakeStreams(...state).readTags(...asking) },
    deliver: target.deliver,
    hosts: { internal: 'registry:5000' },
    clock: () => now,
  });
  return {
    ...target,
    triggers,
    fire: (message: ReceivedFire = WOKEN) => fire(message, new AbortController().signal),
    pass: (milliseconds: number) => (now += milliseconds),
    move: (...next: readonly StreamState[]) => (state = next),
  };
}

/** As it is after having been told of DIGEST_A at revision 100. */
export function told(over: Partial<StoredTrigger> = {}): StoredTrigger {
  const lastTriggeredImage = `quay.io/shop/web@${DIGEST_A}`;
  const status: ImageTriggerStatus = {
    observedGeneration: 1,
    lastTriggeredImage,
    lastTriggerTime: '2026-08-01T09:45:00Z',
    images: [
      {
        from: source('web:latest'),
        lastTriggeredImage,
        lastImage: DIGEST_A,
        lastRevision: '100',
        lastTriggerTime: '2026-08-01T09:45:00Z',
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
  };
  return storedTrigger({ status, ...over });
}

export function following(...images: StoredTrigger['spec']['images']): StoredTrigger {
  const follows = images.map(({ from }) => {
    const [stream = '', tag = ''] = from.name.split(':');
    return { namespace: from.namespace ?? 'shop', stream, tag };
  });
  return storedTrigger({ spec: { ...storedTrigger().spec, images }, follows });
}
