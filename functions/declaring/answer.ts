/** Tells CloudFormation what came of a request. */
import type { CloudFormationRequest } from './types.ts';

export interface Outcome {
  readonly physicalId: string;
  /** Absent: it went well. */
  readonly failure?: string;
}

export type Answer = (request: CloudFormationRequest, outcome: Outcome) => Promise<void>;

/** CloudFormation takes 4,096 bytes; ids take up to 2,500 of them. */
const MOST_CHARACTERS = 800;
/** Milliseconds. */
const TIMEOUT = 30_000;

/** Throws Error when the answer cannot be put there. Nothing of the URL, which lets anybody answer, is told. */
export function createAnswer(send: typeof fetch = fetch): Answer {
  return async ({ ResponseURL, StackId, RequestId, LogicalResourceId }, { physicalId, failure }) => {
    const text = JSON.stringify({
      Status: failure === undefined ? 'SUCCESS' : 'FAILED',
      ...(failure !== undefined && { Reason: failure.slice(0, MOST_CHARACTERS) }),
      PhysicalResourceId: physicalId,
      StackId,
      RequestId,
      LogicalResourceId,
    });
    // Bytes and an empty type: the URL is signed for a request without one.
    const options = { method: 'PUT', headers: { 'content-type': '' }, body: new TextEncoder().encode(text) };
    const response = await send(ResponseURL, { ...options, signal: AbortSignal.timeout(TIMEOUT) }).catch(() => null);
    if (response?.ok !== true) throw new Error(`CloudFormation did not take the answer (${response?.status ?? 'no connection'})`);
  };
}
