/** The consumer of the sweep queue: removes what deleted namespaces hold, and what deleted streams and replaced histories leave behind. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { SweepMessage } from './read-changes.ts';

const life = { namespace: z.string(), stream: z.string(), incarnation: z.string() };

const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('namespace'), namespace: z.string(), uid: z.string(), actor: z.string(), now: z.number() }),
  z.object({ kind: z.literal('stream'), ...life, uid: z.string(), revision: z.number(), actor: z.string(), now: z.number() }),
  z.object({ kind: z.literal('tag'), ...life, tag: z.string(), base: z.number() }),
]);

type Swept<K extends SweepMessage['kind']> = Omit<Extract<SweepMessage, { readonly kind: K }>, 'kind'>;

/** What the store does; `more`: time was up, the same call goes on where it stopped. */
export interface Sweep {
  sweepNamespace(namespace: Swept<'namespace'>): Promise<'done' | 'more'>;
  sweepStream(stream: Swept<'stream'>): Promise<'done' | 'more'>;
  sweepTag(tag: Swept<'tag'>): Promise<'done' | 'more'>;
}

export interface SweepWorkerDependencies {
  readonly sweep: Sweep;
  /** Told of every message that failed. */
  readonly report: (error: unknown, messageId: string) => void;
}

/**
 * One message after the other: a sweep takes all the write capacity it can get. A sweep that is not finished comes again like one that failed,
 * and goes on where it stopped.
 */
export function createSweepWorker(deps: SweepWorkerDependencies): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async ({ Records }) => {
    const again: string[] = [];
    for (const record of Records) if ((await consume(deps, record)) === 'more') again.push(record.messageId);
    return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

async function consume({ sweep, report }: SweepWorkerDependencies, record: SQSRecord): Promise<'done' | 'more'> {
  try {
    const message = schema.parse(JSON.parse(record.body));
    switch (message.kind) {
      case 'namespace':
        return await sweep.sweepNamespace(message);
      case 'stream':
        return await sweep.sweepStream(message);
      case 'tag':
        return await sweep.sweepTag(message);
    }
  } catch (error) {
    report(error, record.messageId);
    return 'more';
  }
}
