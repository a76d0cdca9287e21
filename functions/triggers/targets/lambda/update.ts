/** Updates of a function of Lambda, which are begun by a call and done some seconds later. */
import type { FunctionConfiguration, GetFunctionResponse } from '@aws-sdk/client-lambda';
import { hasImage, type LambdaFunction } from './function.ts';
import type { Refusal } from '../target.ts';
import { type Watched, watch } from './watch.ts';

export type Patience = Pick<Watched<unknown>, 'wait' | 'signal'>;

/** Codes of failures that pass by themselves. */
const PASSING = /^(InternalError|InsufficientCapacity|EC2RequestLimitExceeded)$/;
/** Characters of what Lambda says that end in a status. */
const MESSAGE = 300;

/** Gives the function the image and waits for it. One whose last update failed is updated again: what was wrong may have been put right. */
export async function bringCode(
  found: LambdaFunction,
  before: GetFunctionResponse,
  imageUri: string,
  patience: Patience,
): Promise<FunctionConfiguration | Refusal> {
  if (!hasImage(before, imageUri) || before.Configuration?.LastUpdateStatus === 'Failed')
    await found.updateCode(imageUri, before.Configuration, false);
  const isOver = ({ Configuration }: GetFunctionResponse) => Configuration?.LastUpdateStatus !== 'InProgress';
  const after = await watch({ ...patience, read: () => found.read(), isOver });
  if (after === null) return UPDATING;
  const { Configuration: updated = {} } = after;
  if (updated.LastUpdateStatus === 'Failed')
    return failed(
      'UpdateFailed',
      'Lambda could not update the function',
      updated.LastUpdateStatusReasonCode,
      updated.LastUpdateStatusReason,
    );
  return hasImage(after, imageUri) ? updated : OVERTAKEN;
}

/** Makes a version, or answers the one there is. Invocations of one that is not ready fail: it is waited for. */
export async function publishVersion(
  found: LambdaFunction,
  { RevisionId }: FunctionConfiguration,
  patience: Patience,
): Promise<FunctionConfiguration | Refusal> {
  const published = await found.publish(RevisionId);
  const read = async () => (await found.read(published.Version)).Configuration ?? {};
  const isReady = published.State !== 'Pending';
  const ready = isReady ? published : await watch({ ...patience, read, isOver: ({ State }) => State !== 'Pending' });
  if (ready === null) return UPDATING;
  return ready.State === 'Failed' ? failed('VersionFailed', 'the version cannot run', ready.StateReasonCode, ready.StateReason) : ready;
}

function failed(reason: string, what: string, code = 'Error', message = 'no reason given'): Refusal {
  return { kind: PASSING.test(code) ? 'retry' : 'refused', reason, message: `${what}: ${code}: ${message}`.slice(0, MESSAGE) };
}

const UPDATING: Refusal = { kind: 'retry', reason: 'UpdateInProgress', message: 'Lambda has the image and is not done with it yet' };

const OVERTAKEN: Refusal = { kind: 'retry', reason: 'UpdateOvertaken', message: 'somebody else gave the function another image' };
