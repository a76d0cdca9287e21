/** Asks STS who signed a request: the only one who can check the signature. */
import * as z from 'zod/mini';
import { type IamCaller, readCaller } from '../../identity/iam-arn.ts';
import { CLUSTER_HEADER, type StsRequest } from '../../identity/sts-request.ts';
import type { Refusal } from '../../identity/types.ts';
import { LoginUnavailableError } from '../errors.ts';
import type { Get } from '../ports.ts';

export interface StsCaller extends IamCaller {
  /** As STS tells it: of a role with its session. */
  readonly reportedArn: string;
  /** Unique for ever, other than names: of a role without its session. */
  readonly id: string;
}

/** The gateway waits 10 s for the authorizer, whose own time is 9 s: upstream's 10 s would be too long. Milliseconds. */
const TIMEOUT = 7_000;
const MOST_BYTES = 16_384;

const answerSchema = z.object({
  GetCallerIdentityResponse: z.object({
    GetCallerIdentityResult: z.object({ Account: z.string(), Arn: z.string(), UserId: z.string() }),
  }),
});
const errorSchema = z.object({ Error: z.object({ Code: z.string() }) });

/** Told by STS with a 400, as any other mistake of the caller. */
const THROTTLED: ReadonlySet<string> = new Set(['Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'TooManyRequestsException']);

/**
 * `clusterName`: sent in the header that was signed, so that a token for another cluster has a wrong signature.
 * @throws LoginUnavailableError when STS cannot be reached, throttles or makes no sense
 */
export async function askSts(get: Get, { host, query }: StsRequest, clusterName: string): Promise<StsCaller | Refusal> {
  const url = new URL(`https://${host}/?${query}`);
  const headers = { accept: 'application/json', [CLUSTER_HEADER]: clusterName };
  const { status, body } = await get({ url, headers, timeout: TIMEOUT, maxBytes: MOST_BYTES });
  if (status === 200) return readAnswer(host, body);
  const code = errorSchema.safeParse(parseJson(body)).data?.Error.Code ?? '';
  if (status < 400 || status >= 500 || status === 429 || THROTTLED.has(code)) {
    throw new LoginUnavailableError(`${host} answered ${status} ${shown(code)}`.trim());
  }
  return { refused: `AWS token: refused by STS ${shown(code)}`.trim() };
}

function readAnswer(host: string, body: Uint8Array): StsCaller | Refusal {
  const { data } = answerSchema.safeParse(parseJson(body));
  if (data === undefined) throw new LoginUnavailableError(`${host} did not answer who is calling`);
  const { Arn: reportedArn, UserId: userId } = data.GetCallerIdentityResponse.GetCallerIdentityResult;
  const caller = readCaller(reportedArn);
  if (caller === null) return { refused: 'AWS token: it is of no user or role' };
  const id = caller.kind === 'role' ? userId.replace(/:.*$/, '') : userId;
  return { ...caller, reportedArn, id };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

/** Codes are words; whatever else stands there is not told. */
function shown(code: string): string {
  return /^[A-Za-z.]{1,64}$/.test(code) ? code : '';
}
