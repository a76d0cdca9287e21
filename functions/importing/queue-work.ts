/** Sends what a batch of changes asks for to the import and the sweep queue. */
import { formatQueueText } from '../changes/queue-text.ts';
import { groupTargets } from './group-targets.ts';
import type { MessageQueue } from './message-queue.ts';
import type { ImportMessage, ImportTarget } from './ports.ts';
import { type ItemChange, readChange } from './read-changes.ts';

export interface QueueWorkDependencies {
  readonly imports: MessageQueue;
  readonly sweeps: MessageQueue;
}

interface Sent {
  readonly body: string;
  /** Position of the first change the message carries. */
  readonly position: number;
}

/**
 * Answers the position of the first change whose message did not get through, or null. Everything from there on is to be delivered again, in order;
 * messages are idempotent, so it does no harm that later ones may have been sent.
 */
export async function queueWork({ imports, sweeps }: QueueWorkDependencies, changes: readonly ItemChange[]): Promise<number | null> {
  const work = changes.flatMap((change, position) => readChange(change).map((each) => ({ each, position })));
  const targets = work.flatMap(({ each, position }) => (each.kind === 'import' ? [{ position, target: each.target }] : []));
  // Of several changes of one tag the first decides: everything from it on comes again.
  const positions = new Map(targets.map(({ position, target }) => [keyOf(target), position] as const).reverse());
  const grouped = groupTargets(
    'spec',
    targets.map(({ target }) => target),
  );
  const importMessages = grouped.map((message): Sent => ({
    body: formatQueueText(message),
    position: Math.min(...message.targets.map((target) => positions.get(keyOf(target)) ?? 0)),
  }));
  const repositoryMessages = work.flatMap(({ each, position }): Sent[] => {
    if (each.kind !== 'repository') return [];
    const message: ImportMessage = { reason: 'repository', target: each.target };
    return [{ body: formatQueueText(message), position }];
  });
  const sweepMessages = work.flatMap(({ each, position }): Sent[] =>
    each.kind === 'sweep' ? [{ body: formatQueueText(each.message), position }] : [],
  );
  const failed = [...(await sendAll(imports, [...importMessages, ...repositoryMessages])), ...(await sendAll(sweeps, sweepMessages))];
  return failed.length === 0 ? null : Math.min(...failed);
}

async function sendAll(queue: MessageQueue, messages: readonly Sent[]): Promise<readonly number[]> {
  const refused = await queue.send(messages.map(({ body }) => body));
  return refused.map((index) => messages[index]?.position ?? 0);
}

function keyOf({ namespace, stream, incarnation, tag }: ImportTarget): string {
  return JSON.stringify([namespace, stream, incarnation, tag]);
}
