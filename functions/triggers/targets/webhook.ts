/** Target `webhook`: a signed POST as Standard Webhooks 1.0.0 has it (https://www.standardwebhooks.com; docs/events.md). */
import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../resources/ports.ts';
import type { SigningKeyStore } from '../ports.ts';
import { retryAfterSeconds } from './retry-after.ts';
import type { FireRequest, Outcome, TriggerTarget } from './target.ts';
import type { PostWebhook, WebhookAnswer } from './webhook-post.ts';

export const WEBHOOK_TYPE = 'image-stream-tag.changed';

export interface WebhookDeps {
  readonly keys: Pick<SigningKeyStore, 'readKey'>;
  readonly post: PostWebhook;
  readonly clock: Clock;
}

export function createWebhookTarget({ keys, post, clock }: WebhookDeps): TriggerTarget {
  return {
    kind: 'webhook',
    async fire(request) {
      const url = request.target.webhook?.url ?? '';
      const secret = await keys.readKey(request.trigger);
      if (secret === null) return { kind: 'failed', reason: 'NoSigningSecret', message: 'the trigger has no signing secret: set one' };
      const body = formatPayload(request);
      const signed = signHeaders(secret, request.messageId, body, clock());
      if (signed === null)
        return { kind: 'failed', reason: 'InvalidSigningSecret', message: 'the signing secret cannot be used: set another' };
      return judge(await post(url, { 'content-type': 'application/json', ...signed }, body), clock());
    },
  };
}

function formatPayload({ trigger, news }: FireRequest): string {
  const data = { ...news, trigger: { namespace: trigger.namespace, name: trigger.name } };
  return JSON.stringify({ type: WEBHOOK_TYPE, timestamp: news.time, data });
}

/** null when the secret is none of `whsec_<base64>`. The timestamp is that of this try: receivers refuse old ones. */
function signHeaders(secret: string, messageId: string, body: string, now: number): Readonly<Record<string, string>> | null {
  try {
    const signature = new Webhook(secret).sign(messageId, new Date(now), body);
    return { 'webhook-id': messageId, 'webhook-timestamp': String(Math.floor(now / 1000)), 'webhook-signature': signature };
  } catch {
    // The library's message may quote what it could not decode: the secret.
    return null;
  }
}

function judge(answer: WebhookAnswer, now: number): Outcome {
  if (answer.kind === 'refused') return { kind: 'failed', reason: answer.reason, message: answer.message };
  if (answer.kind === 'unreachable') return { kind: 'retry', reason: answer.reason, message: answer.message };
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone', reason: 'TargetGone', message: 'the webhook answered 410 Gone: the trigger was paused' };
  const message = `the webhook answered ${status}`;
  if (status >= 300 && status < 400) return { kind: 'retry', reason: 'Redirected', message: `${message}: redirects are not followed` };
  const isBusy = status === 429 || status === 503;
  return { kind: 'retry', reason: 'TargetRefused', message, ...(isBusy ? { retryAfter: retryAfterSeconds(answer.retryAfter, now) } : {}) };
}
