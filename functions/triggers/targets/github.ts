/** Acts on targets of kind `github`: https://docs.github.com/en/rest/repos/repos#create-a-repository-dispatch-event */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../resources/ports.ts';
import { GITHUB_API } from '../kinds/github.ts';
import type { SecretValues } from '../ports.ts';
import { describeDelivery } from '../trigger-delivery-event.ts';
import type { GithubTarget } from '../target-spec.ts';
import type { SendOutbound } from './http/outbound-request.ts';
import { retryAfterSeconds } from './http/retry-after.ts';
import type { Delivery, DeliveryTarget, Outcome } from './target.ts';

export interface GithubDeps {
  readonly secrets: SecretValues;
  readonly send: SendOutbound;
  readonly clock: Clock;
}

const DEFAULT_EVENT_TYPE = 'image-trigger-delivery';
/** What a header can carry. */
const TOKEN = /^[\x21-\x7e]{1,1024}$/;
/** Seconds; what GitHub asks for after a limit it does not tell the end of. */
const LEAST_PAUSE = 60;

/** GitHub knows no repeated request: a dispatch that is made twice has the same `client_payload.id`. A dry run looks at the repository. */
export function createGithubTarget({ secrets, send, clock }: GithubDeps): DeliveryTarget<GithubTarget> {
  return {
    kind: 'github',
    async deliver(delivery) {
      const { target, trigger, dryRun, signal } = delivery;
      const { name, key } = target.tokenSecretRef;
      const value = await secrets.readSecretValue(trigger.namespace, name, key);
      if (value === null) return { kind: 'refused', reason: 'NoToken', message: 'the Secret of the token, or its key, is not there' };
      const token = Buffer.from(value).toString('utf8').trim();
      if (!TOKEN.test(token)) return { kind: 'refused', reason: 'InvalidToken', message: 'the Secret holds no token' };
      const call = dryRun ? ({ method: 'GET', url: urlOf(target) } as const) : dispatchOf(delivery);
      const answer = await send({ ...call, headers: headersOf(token), signal });
      if (answer.kind === 'unreachable') return { kind: 'retry', reason: answer.reason, message: answer.message };
      if (answer.kind === 'refused') return answer;
      return judge(answer.status, answer.headers, clock(), dryRun);
    },
  };
}

function urlOf({ apiUrl = GITHUB_API, owner, repository }: GithubTarget): string {
  return `${apiUrl.replace(/\/+$/, '')}/repos/${owner}/${repository}`;
}

function dispatchOf(delivery: Delivery<GithubTarget>): { readonly method: 'POST'; readonly url: string; readonly body: string } {
  const { eventType = DEFAULT_EVENT_TYPE } = delivery.target;
  const body = JSON.stringify({ event_type: eventType, client_payload: describeDelivery(delivery) });
  return { method: 'POST', url: `${urlOf(delivery.target)}/dispatches`, body };
}

function headersOf(token: string): Readonly<Record<string, string>> {
  return {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-github-api-version': '2022-11-28',
  };
}

/** What an answer means: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api */
function judge(status: number, headers: IncomingHttpHeaders, now: number, dryRun: boolean): Outcome {
  const message = `GitHub answered ${status}`;
  if (status >= 200 && status < 300) return { kind: 'delivered', ...(dryRun ? { message: 'the repository is there' } : {}) };
  const pause = pauseOf(status, headers, now);
  if (pause !== null) return { kind: 'retry', reason: 'RateLimited', message: `${message}: too many requests`, retryAfter: pause };
  if (status >= 500 || status === 408) return { kind: 'retry', reason: 'GithubUnavailable', message };
  const [reason, hint] = HINTS.get(status) ?? (status < 400 ? MOVED : ['GithubRefused', 'it does not take the event']);
  return { kind: 'refused', reason, message: `${message}: ${hint}` };
}

/** Seconds to wait for the end of a limit; null when there is none. A 403 without any sign of a limit is a lack of rights. */
function pauseOf(status: number, headers: IncomingHttpHeaders, now: number): number | null {
  if (status !== 403 && status !== 429) return null;
  const asked = retryAfterSeconds(headers['retry-after'], now);
  if (asked !== undefined) return asked;
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0') {
    return Number.isFinite(reset) ? Math.max(1, Math.ceil(reset - now / 1000)) : LEAST_PAUSE;
  }
  return status === 429 ? LEAST_PAUSE : null;
}

const MOVED = ['RepositoryMoved', 'the repository has another name or owner; redirects are not followed'] as const;

const HINTS: ReadonlyMap<number, readonly [string, string]> = new Map([
  [401, ['Unauthorized', 'the token is not valid, or not any more']],
  [403, ['Forbidden', 'the token may not write contents of the repository']],
  [404, ['RepositoryNotFound', 'there is no such repository, or the token may not write its contents']],
  [422, ['InvalidEvent', 'the event type or the payload is not accepted']],
]);
