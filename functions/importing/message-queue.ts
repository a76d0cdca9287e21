/** SQS as a narrow port: bodies in, the ones that did not get through out. */
import { sendBatches, type SqsBatchesDeps } from '../changes/sqs-batches.ts';

export interface MessageQueue {
  /** Sends every body; answers the positions of those the service kept refusing, in order. Throws when a call as a whole fails. */
  send(bodies: readonly string[]): Promise<readonly number[]>;
}

export function createMessageQueue(deps: SqsBatchesDeps): MessageQueue {
  return {
    async send(bodies) {
      const refused = await sendBatches(
        deps,
        bodies.map((MessageBody) => ({ MessageBody })),
      );
      return refused.map(({ position }) => position);
    },
  };
}
