import type { MessageQueue } from '../../../functions/importing/message-queue.ts';

/** A queue in memory that refuses bodies containing one of `refused`. */
export interface MemoryQueue extends MessageQueue {
  readonly bodies: unknown[];
  readonly refused: string[];
}

export function createMemoryQueue(): MemoryQueue {
  const bodies: unknown[] = [];
  const refused: string[] = [];
  return {
    bodies,
    refused,
    async send(messages) {
      const failed: number[] = [];
      for (const [position, body] of messages.entries()) {
        if (refused.some((part) => body.includes(part))) failed.push(position);
        else bodies.push(JSON.parse(body));
      }
      return failed;
    },
  };
}
