/** One POST to somebody's webhook. */
import { createOutboundRequest, type OutboundAnswer, type OutboundOptions } from './outbound-request.ts';

export type WebhookAnswer =
  | Exclude<OutboundAnswer, { readonly kind: 'answered' }>
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | undefined };

/** `signal`: ends it before its own timeout does. */
export type PostWebhook = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<WebhookAnswer>;

export type PostOptions = Omit<OutboundOptions, 'callee'>;

export function createWebhookPost(options: PostOptions): PostWebhook {
  const send = createOutboundRequest({ ...options, callee: 'the webhook' });
  return async (url, headers, body, signal) => {
    const answer = await send({ method: 'POST', url, headers, body, signal });
    if (answer.kind !== 'answered') return answer;
    return { kind: 'answered', status: answer.status, retryAfter: answer.headers['retry-after'] };
  };
}
