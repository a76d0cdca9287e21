/** Acts on targets of kind `webhook`: a signed POST as Standard Webhooks 1.0.0 has it (https://www.standardwebhooks.com; docs/targets/webhook.md). */
import { Webhook } from 'standardwebhooks';
import type { Clock } from '../../resources/ports.ts';
import type { SecretValues, SigningKeyStore } from '../ports.ts';
import type { TriggerOwner } from '../stored-trigger.ts';
import type { WebhookTarget } from '../target-spec.ts';
import { retryAfterSeconds } from './http/retry-after.ts';
import { formatPayload } from './payload.ts';
import type { DeliveryTarget, Outcome } from './target.ts';
import type { PostWebhook, WebhookAnswer } from './http/webhook-post.ts';

export interface WebhookDeps {
  readonly keys: Pick<SigningKeyStore, 'readKey'>;
  readonly secrets: SecretValues;
  readonly post: PostWebhook;
  readonly clock: Clock;
}

/** A dry run does not call anybody: a receiver knows nothing of dry runs. It tells whether there is a usable secret. */
export function createWebhookTarget(deps: WebhookDeps): DeliveryTarget<WebhookTarget> {
  return {
    kind: 'webhook',
    async deliver(delivery) {
      const { target, id, dryRun, signal } = delivery;
      const secret = await readSecret(deps, delivery.trigger, target);
      if (secret === null) return { kind: 'refused', reason: 'NoSigningSecret', message: 'the trigger has no signing secret: set one' };
      const body = formatPayload(delivery);
      const signed = signHeaders(secret, id, body, deps.clock());
      if (signed === null)
        return { kind: 'refused', reason: 'InvalidSigningSecret', message: 'the signing secret cannot be used: set another' };
      if (dryRun) return { kind: 'delivered', message: 'the webhook would be called' };
      return judge(await deps.post(target.url, { 'content-type': 'application/json', ...signed }, body, signal), deps.clock());
    },
  };
}

async function readSecret(
  { keys, secrets }: WebhookDeps,
  trigger: TriggerOwner,
  { signingSecretRef: ref }: WebhookTarget,
): Promise<string | null> {
  if (ref === undefined) return keys.readKey(trigger);
  const value = await secrets.readSecretValue(trigger.namespace, ref.name, ref.key);
  return value === null ? null : Buffer.from(value).toString('utf8').trim();
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
  if (answer.kind === 'refused') return { kind: 'refused', reason: answer.reason, message: answer.message };
  if (answer.kind === 'unreachable') return { kind: 'retry', reason: answer.reason, message: answer.message };
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone', reason: 'TargetGone', message: 'the webhook answered 410 Gone: the trigger was paused' };
  const message = `the webhook answered ${status}`;
  if (status >= 300 && status < 400) return { kind: 'retry', reason: 'Redirected', message: `${message}: redirects are not followed` };
  const isBusy = status === 429 || status === 503;
  return { kind: 'retry', reason: 'TargetRefused', message, ...(isBusy ? { retryAfter: retryAfterSeconds(answer.retryAfter, now) } : {}) };
}
