import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import { createImportWorker, IMPORT_TRIES } from '../../functions/importing/import-worker.ts';
import { createMemoryRegistry } from './fakes/memory-registry.ts';
import { createMemoryStores } from './fakes/memory-stores.ts';
import { streamOf, tagOf } from './fakes/streams.ts';

const registry = createMemoryRegistry();
registry.pushImage('quay.io/x/y:1');
registry.fail('throttled.io', 'ERR_REGISTRY_RATE_LIMITED');

function setUp() {
  const stores = createMemoryStores();
  stores.put(streamOf('s', tagOf('1', 'quay.io/x/y:1'), tagOf('2', 'throttled.io/x/y:1')));
  const reported: unknown[] = [];
  const worker = createImportWorker({
    ...stores,
    connect: () => registry,
    clock: () => 0,
    platform: DEFAULT_PLATFORM,
    refuse: async () => null,
    timeLimit: 5_000,
    report: (error, messageId) => reported.push([messageId, String(error)]),
  });
  return { stores, worker, reported };
}

const body = (tag: string) => JSON.stringify({ reason: 'spec', targets: [{ namespace: 'ns', stream: 's', incarnation: '1', tag }] });

function event(bodies: Readonly<Record<string, string>>, received = 1): SQSEvent {
  const Records = Object.entries(bodies).map(([messageId, text]) => ({
    messageId,
    body: text,
    attributes: { ApproximateReceiveCount: String(received) },
  }));
  return { Records } as SQSEvent;
}

describe('createImportWorker', () => {
  it('answers every message for itself', async () => {
    const { worker, stores, reported } = setUp();
    const answer = await worker(event({ fine: body('1'), throttled: body('2'), broken: 'no json', other: '{"reason":"spec"}' }));
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['throttled', 'broken', 'other']);
    expect(stores.get('ns/s').tags.get('1')?.items).toHaveLength(1);
    expect(reported).toEqual([
      ['broken', expect.stringContaining('SyntaxError')],
      ['other', expect.stringContaining('targets')],
    ]);
  });

  it('imports repositories', async () => {
    const { worker, stores } = setUp();
    stores.put({ ...streamOf('whole'), dockerImageRepository: 'quay.io/x/y', repositoryCheck: undefined });
    const target = { namespace: 'ns', stream: 'whole', incarnation: '1' };
    expect(await worker(event({ whole: JSON.stringify({ reason: 'repository', target }) }))).toEqual({ batchItemFailures: [] });
    expect(stores.get('ns/whole').tags.get('1')?.items).toHaveLength(1);
  });

  it('gives up throttled tags after some tries, with a condition', async () => {
    const { worker, stores } = setUp();
    expect(await worker(event({ throttled: body('2') }, IMPORT_TRIES))).toEqual({ batchItemFailures: [] });
    expect(stores.get('ns/s').tags.get('2')?.conditions).toHaveLength(1);
  });
});
