import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createWebhookTarget } from '../../../functions/triggers/targets/webhook.ts';
import type { Delivery } from '../../../functions/triggers/targets/target.ts';
import type { WebhookTarget } from '../../../functions/triggers/target-spec.ts';
import type { WebhookAnswer } from '../../../functions/triggers/targets/http/webhook-post.ts';
import { DIGEST_A, SECRET } from '../fixtures.ts';

const request: Delivery<WebhookTarget> = {
  trigger: { namespace: 'shop', name: 'deploy', uid: 'uid-1' },
  target: { url: 'https://hooks.example/deploy' },
  id: 'msg_1',
  dryRun: false,
  signal: new AbortController().signal,
  images: [
    {
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
      changed: true,
    },
  ],
};

function setUp(answer: WebhookAnswer, secret: string | null = SECRET, over: Partial<Delivery<WebhookTarget>> = {}) {
  const posts: { url: string; headers: Readonly<Record<string, string>>; body: string }[] = [];
  const now = Math.floor(Date.now() / 1000) * 1000; // the library compares with the real time
  const target = createWebhookTarget({
    keys: { readKey: async ({ uid }) => (uid === 'uid-1' ? secret : null) },
    secrets: {
      readSecretValue: async (namespace, name, key) =>
        `${namespace}/${name}/${key}` === 'shop/hook/key' ? Buffer.from(`${OTHER_SECRET}\n`) : null,
    },
    post: async (url, headers, body) => {
      posts.push({ url, headers, body });
      return answer;
    },
    clock: () => now,
  });
  return { fire: () => target.deliver({ ...request, ...over }), posts, now };
}

const OTHER_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const answered = (status: number, retryAfter?: string): WebhookAnswer => ({ kind: 'answered', status, retryAfter });

describe('webhook target', () => {
  it('posts the news, signed so that the reference library accepts it', async () => {
    const { fire, posts, now } = setUp(answered(204));
    expect(await fire()).toEqual({ kind: 'delivered' });
    const [post] = posts;
    expect(post?.url).toBe('https://hooks.example/deploy');
    expect(post?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(now / 1000),
    });
    const verified = new Webhook(SECRET).verify(post?.body ?? '', { ...post?.headers });
    expect(verified).toEqual({
      type: 'image-trigger.delivery',
      timestamp: '2026-08-01T09:30:00Z',
      data: { trigger: { namespace: 'shop', name: 'deploy' }, images: request.images },
    });
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    expect(() => new Webhook(other).verify(post?.body ?? '', { ...post?.headers })).toThrow();
    expect(() => new Webhook(SECRET).verify(`${post?.body} `, { ...post?.headers })).toThrow();
  });

  it.each<[number, string | undefined, object]>([
    [200, undefined, { kind: 'delivered' }],
    [299, undefined, { kind: 'delivered' }],
    [302, undefined, { kind: 'retry', reason: 'Redirected' }],
    [400, undefined, { kind: 'retry', reason: 'TargetRefused', message: 'the webhook answered 400' }],
    [410, undefined, { kind: 'gone', reason: 'TargetGone' }],
    [429, '17', { kind: 'retry', reason: 'TargetRefused', retryAfter: 17 }],
    [503, undefined, { kind: 'retry', reason: 'TargetRefused' }],
    [500, '17', { kind: 'retry', reason: 'TargetRefused', message: 'the webhook answered 500' }],
    [0, undefined, { kind: 'retry' }],
  ])('takes the answer %i (Retry-After %s) for %j', async (status, retryAfter, outcome) => {
    const got = await setUp(answered(status, retryAfter)).fire();
    expect(got).toMatchObject(outcome);
    expect('retryAfter' in got ? got.retryAfter : undefined).toBe('retryAfter' in outcome ? outcome.retryAfter : undefined);
  });

  it('signs with what a Secret holds', async () => {
    const target = { url: 'https://hooks.example/deploy', signingSecretRef: { name: 'hook', key: 'key' } };
    const { fire, posts } = setUp(answered(204), null, { target });
    expect(await fire()).toEqual({ kind: 'delivered' });
    expect(new Webhook(OTHER_SECRET).verify(posts[0]?.body ?? '', { ...posts[0]?.headers })).toMatchObject({
      type: 'image-trigger.delivery',
    });
    const gone = setUp(answered(204), SECRET, { target: { ...target, signingSecretRef: { name: 'hook', key: 'other' } } });
    expect(await gone.fire()).toMatchObject({ kind: 'refused', reason: 'NoSigningSecret' });
  });

  it('calls nobody to try it out', async () => {
    const { fire, posts } = setUp(answered(204), SECRET, { dryRun: true });
    expect(await fire()).toMatchObject({ kind: 'delivered' });
    expect(posts).toEqual([]);
    expect(await setUp(answered(204), null, { dryRun: true }).fire()).toMatchObject({ kind: 'refused', reason: 'NoSigningSecret' });
  });

  it('comes again when nobody is there, and not when nobody may be called', async () => {
    expect(await setUp({ kind: 'unreachable', reason: 'Timeout', message: 'm' }).fire()).toEqual({
      kind: 'retry',
      reason: 'Timeout',
      message: 'm',
    });
    expect(await setUp({ kind: 'refused', reason: 'ForbiddenAddress', message: 'm' }).fire()).toEqual({
      kind: 'refused',
      reason: 'ForbiddenAddress',
      message: 'm',
    });
  });

  it.each([
    [null, 'NoSigningSecret'],
    ['whsec_', 'InvalidSigningSecret'],
    ['whsec_%%%not-base64%%%', 'InvalidSigningSecret'],
  ])('calls nobody with the secret %j', async (secret, reason) => {
    const { fire, posts } = setUp(answered(200), secret);
    const outcome = await fire();
    expect(outcome).toMatchObject({ kind: 'refused', reason });
    expect(JSON.stringify(outcome)).not.toContain('not-base64');
    expect(posts).toEqual([]);
  });
});
