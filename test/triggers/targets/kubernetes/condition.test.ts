/** What the owner of a trigger sees of its cluster: the whole way from a message to the condition. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFireTrigger } from '../../../../functions/triggers/fire-trigger.ts';
import { createTargetRegistry } from '../../../../functions/triggers/targets/registry.ts';
import type { FollowedImage } from '../../../../functions/triggers/types.ts';
import { type KubernetesApi, startKubernetesApi } from '../../../support/kubernetes-api/server.ts';
import { DIGEST_A, DIGEST_B, fakeStreams, fakeTriggers, GROUP, NOW, storedTrigger, streamOf } from '../../fixtures.ts';
import { imagesOf, OLD, oldWorkload, reached, setUp } from './kubernetes-target.ts';

let cluster: KubernetesApi;
beforeAll(async () => {
  cluster = await startKubernetesApi();
});
afterAll(() => cluster.close());
beforeEach(() => {
  cluster.reset();
  cluster.put(oldWorkload('Deployment'));
});

const OBJECT = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const from = { kind: 'ImageStreamTag', name: 'web:latest' } as const;
const imageOf = (digest: string) => `quay.io/shop/web@${digest}`;
const webImage = () => imagesOf(cluster.read('Deployment', 'web'))['web'];

function fireWith(image: Omit<FollowedImage, 'from'>) {
  const target = { kubernetes: { ...reached(cluster), object: OBJECT } };
  const triggers = fakeTriggers(storedTrigger({ spec: { images: [{ from, ...image }], target } }));
  let digest = DIGEST_A;
  let revision = 100;
  const fire = createFireTrigger({
    triggers,
    streams: { readTags: (...asking) => fakeStreams(streamOf('web', { latest: digest }, { revision })).readTags(...asking) },
    deliver: createTargetRegistry({ kubernetes: () => setUp(cluster).target }),
    hosts: { internal: 'registry:5000' },
    clock: () => NOW,
  });
  return {
    fire: () =>
      fire({ trigger: { namespace: 'shop', name: 'deploy', uid: 'uid-1' }, group: GROUP, sentAt: NOW }, new AbortController().signal),
    move: (next: string) => void ([digest, revision] = [next, revision + 1]),
    status: () => triggers.current?.status,
  };
}

describe('a trigger with a cluster', () => {
  it('brings the object to the newest image, and says so', async () => {
    const { fire, move, status } = fireWith({ container: 'web' });
    expect(await fire()).toMatchObject({ kind: 'done', delivered: true });
    expect([webImage(), status()?.lastTriggeredImage]).toEqual([imageOf(DIGEST_A), imageOf(DIGEST_A)]);
    move(DIGEST_B);
    await fire();
    expect(webImage()).toBe(imageOf(DIGEST_B));
    expect(status()).toMatchObject({
      conditions: [{ type: 'Delivered', status: 'True' }],
      deliveries: [{ details: { object: 'Deployment shop/web', generation: '3' } }, { details: { generation: '2' } }],
    });
  });

  it('says in its condition that a field path leads nowhere, and does not try again until something changes', async () => {
    const { fire, status } = fireWith({ fieldPath: 'spec.template.spec.containers[5].image' });
    expect(await fire()).toEqual({ kind: 'done', delivered: false, reason: 'UnknownContainer' });
    expect(status()).toMatchObject({
      conditions: [
        {
          type: 'Delivered',
          status: 'False',
          reason: 'UnknownContainer',
          message: 'Deployment shop/web: it has no container containers[5]',
        },
      ],
      deliveries: [{ outcome: 'Refused', attempts: 1 }],
    });
    expect(webImage()).toBe(OLD);
  });

  it('says that the server is busy, and is done when it no longer is, under the same id', async () => {
    cluster.fault({ method: 'PATCH', times: 2 }, { status: 429, headers: { 'retry-after': '3' } });
    const { fire, status } = fireWith({ container: 'web' });
    expect(await fire()).toMatchObject({ kind: 'retry', retryAfter: 3 });
    expect(status()?.conditions).toMatchObject([{ status: 'False', message: expect.stringContaining('answered 429') }]);
    await fire();
    expect(await fire()).toMatchObject({ kind: 'done', delivered: true });
    expect(status()?.deliveries).toMatchObject([{ outcome: 'Delivered', attempts: 3 }]);
    expect(webImage()).toBe(imageOf(DIGEST_A));
  });

  it('shows no token anywhere', async () => {
    const body = JSON.stringify({ kind: 'Status', reason: 'Forbidden', message: `bearer ${cluster.token} may not` });
    cluster.fault({ method: 'GET' }, { status: 403, body });
    const { fire, status } = fireWith({ container: 'web' });
    await fire();
    expect(JSON.stringify(status())).toContain('may not');
    expect(JSON.stringify(status())).not.toContain(cluster.token);
  });
});
