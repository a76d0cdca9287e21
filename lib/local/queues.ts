/** The queues of the stack, and what is in them over a restart. */
import type { Stack } from './cloudformation.ts';
import { nameFromArn } from './physical-names.ts';
import { createQueue, type Queue, type StoredMessage } from './queue.ts';
import { StartError } from './start-error.ts';

export type QueueSnapshot = Readonly<Record<string, readonly StoredMessage[]>>;

export interface Queues {
  readonly all: readonly Queue[];
  /** By ARN, URL or name; undefined when there is none. */
  find(nameOrArn: string): Queue | undefined;
  /** As `find`, for names in the template: throws StartError. */
  require(arn: string): Queue;
  snapshot(): QueueSnapshot;
}

/** Makes every queue of `stack`, with the messages of the last start's snapshot. */
export function hostQueues(stack: Stack, stored: QueueSnapshot, changed: () => void): Queues {
  const queues = new Map<string, Queue>();
  function requireQueue(arn: string): Queue {
    const queue = queues.get(nameFromArn(arn));
    if (!queue) throw new StartError(`${arn} is not a queue of the stack`);
    return queue;
  }
  const resources = stack.ofType('AWS::SQS::Queue');
  for (const { name, properties } of resources) {
    const redrive = properties.RedrivePolicy;
    const settings = {
      name,
      arn: `arn:aws:sqs:${stack.place.region}:${stack.place.accountId}:${name}`,
      fifo: properties.FifoQueue ?? false,
      contentBasedDeduplication: properties.ContentBasedDeduplication ?? false,
      deduplicatesPerGroup: properties.DeduplicationScope === 'messageGroup',
      visibilityTimeout: properties.VisibilityTimeout ?? 30,
      delaySeconds: properties.DelaySeconds ?? 0,
      retentionSeconds: properties.MessageRetentionPeriod ?? 345_600,
      ...(redrive ? { redrive: { to: () => requireQueue(redrive.deadLetterTargetArn), maxReceiveCount: redrive.maxReceiveCount } } : {}),
    };
    queues.set(name, createQueue(settings, stored[name], changed));
  }
  for (const { properties } of resources) if (properties.RedrivePolicy) requireQueue(properties.RedrivePolicy.deadLetterTargetArn);
  return {
    all: [...queues.values()],
    find: (name) => queues.get(nameFromArn(name)),
    require: requireQueue,
    snapshot: () => Object.fromEntries([...queues].map(([name, queue]) => [name, queue.snapshot()])),
  };
}
