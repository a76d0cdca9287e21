import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createSweepWorker } from '../../functions/importing/sweep-worker.ts';

const stream = { kind: 'stream', namespace: 'ns', stream: 's', incarnation: '1', uid: 'u', revision: 8, actor: 'me', now: 5 };
const namespace = { kind: 'namespace', namespace: 'ns', uid: 'u', actor: 'me', now: 5 };
const tag = { kind: 'tag', namespace: 'ns', stream: 's', incarnation: '1', tag: 'latest', base: 3 };

function event(bodies: Readonly<Record<string, unknown>>): SQSEvent {
  return { Records: Object.entries(bodies).map(([messageId, value]) => ({ messageId, body: JSON.stringify(value) })) } as SQSEvent;
}

function setUp() {
  const swept: unknown[] = [];
  const reported: string[] = [];
  const worker = createSweepWorker({
    sweep: {
      sweepNamespace: async (message) => {
        swept.push(message);
        return 'done';
      },
      sweepStream: async (message) => {
        swept.push(message);
        return message.stream === 'huge' ? 'more' : 'done';
      },
      sweepTag: async (message) => {
        if (message.tag === 'failing') throw new Error('throttled');
        swept.push(message);
        return 'done';
      },
    },
    report: (_, messageId) => reported.push(messageId),
  });
  return { worker, swept, reported };
}

describe('createSweepWorker', () => {
  it('sweeps namespaces, streams and tags', async () => {
    const { worker, swept } = setUp();
    expect(await worker(event({ a: stream, b: tag, c: namespace }))).toEqual({ batchItemFailures: [] });
    expect(swept).toEqual([stream, tag, namespace]);
  });

  it('has what is not finished, failed or unreadable delivered again; only failures are reported', async () => {
    const { worker, swept, reported } = setUp();
    const answer = await worker(event({ a: { ...stream, stream: 'huge' }, b: { ...tag, tag: 'failing' }, c: { kind: 'other' }, d: tag }));
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['a', 'b', 'c']);
    expect(reported).toEqual(['b', 'c']);
    expect(swept).toHaveLength(2);
  });
});
