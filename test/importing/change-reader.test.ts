import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { createChangeReader } from '../../functions/importing/change-reader.ts';
import { createMemoryQueue, type MemoryQueue } from './fakes/memory-queue.ts';

type Attributes = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

let imports: MemoryQueue;
let sweeps: MemoryQueue;

beforeEach(() => {
  imports = createMemoryQueue();
  sweeps = createMemoryQueue();
});

const life = { namespace: 'ns', stream: 's', incarnation: '1' };
const tag = (name: string, more: object = {}) => ({ entity: 'tag', ...life, tag: name, base: 0, sequence: 0, ...more });
const due = (name: string, importDue: number, source = 'quay.io/x/y:1') =>
  tag(name, { importDue, spec: { from: { kind: 'DockerImage', name: source } } });
const head = (more: object = {}) => ({ entity: 'head', ...life, uid: 'u', revision: 8, ...more });

function record(sequence: string, after?: object, before?: object): DynamoDBRecord {
  const image = (item: object | undefined) => item && (marshall(item) as Attributes);
  return {
    dynamodb: { SequenceNumber: sequence, NewImage: image(after), OldImage: image(before), ApproximateCreationDateTime: 1_700_000_000 },
  };
}

const read = (...Records: DynamoDBRecord[]) => createChangeReader({ imports, sweeps })({ Records });

describe('createChangeReader', () => {
  it('queues tags that wait for their import, by repository', async () => {
    await read(record('1', due('a', 1)), record('2', due('b', 1, 'mysql')), record('3', due('c', 1)));
    expect(imports.bodies).toEqual([
      {
        reason: 'spec',
        targets: [
          { ...life, tag: 'a' },
          { ...life, tag: 'c' },
        ],
      },
      { reason: 'spec', targets: [{ ...life, tag: 'b' }] },
    ]);
    expect(sweeps.bodies).toEqual([]);
  });

  it.each([
    ['a tag that waited already', due('a', 1), due('a', 1), 0],
    ['a tag that waits anew', due('a', 2), due('a', 1), 1],
    ['a tag that waits no longer', tag('a'), due('a', 1), 0],
    ['an item that expired', undefined, due('a', 1), 0],
    ['another item', { entity: 'event', importDue: 1 }, undefined, 0],
  ])('looks at what changed: %s', async (_, after, before, expected) => {
    await read(record('1', after, before));
    expect(imports.bodies).toHaveLength(expected);
  });

  const whole = (repository: string, more: object = {}) => head({ dockerImageRepository: repository, importDue: 5, ...more });

  it.each([
    ['a new stream with a repository', whole('quay.io/x/y'), undefined, 1],
    ['one that got a repository', whole('quay.io/x/y'), head(), 1],
    ['one whose check was taken away', whole('quay.io/x/y'), head({ dockerImageRepository: 'quay.io/x/y', repositoryCheck: 'then' }), 1],
    ['one with another repository', whole('quay.io/x/z'), whole('quay.io/x/y'), 1],
    ['one made anew', whole('quay.io/x/y', { incarnation: '2' }), whole('quay.io/x/y'), 1],
    ['one that waited already', whole('quay.io/x/y', { importDue: 6 }), whole('quay.io/x/y'), 0],
    ['one that waits no longer', head({ dockerImageRepository: 'quay.io/x/y' }), whole('quay.io/x/y'), 0],
  ])('queues repositories: %s', async (_, after, before, expected) => {
    await read(record('1', after, before));
    const { incarnation } = after as { incarnation: string };
    expect(imports.bodies).toEqual(Array.from({ length: expected }, () => ({ reason: 'repository', target: { ...life, incarnation } })));
  });

  it('has deleted streams swept, once', async () => {
    const tombstone = head({ deleted: true, actor: 'me' });
    await read(record('1', tombstone, head()), record('2', tombstone, tombstone), record('3', undefined, tombstone));
    expect(sweeps.bodies).toEqual([{ kind: 'stream', ...life, uid: 'u', revision: 8, actor: 'me', now: 1_700_000_000_000 }]);
  });

  it('has deleted namespaces swept, as often as they are written', async () => {
    const namespace = { entity: 'namespace', name: 'ns', uid: 'u' };
    const deleted = { ...namespace, deletionTimestamp: '2026-01-01T00:00:00Z', deletedBy: 'me' };
    await read(
      record('1', namespace),
      record('2', deleted, namespace),
      record('3', deleted, deleted),
      record('4', { ...deleted, deleted: true }, deleted),
    );
    const swept = { kind: 'namespace', namespace: 'ns', uid: 'u', actor: 'me', now: 1_700_000_000_000 };
    expect(sweeps.bodies).toEqual([swept, swept]);
  });

  it('has the events of deleted and replaced histories swept', async () => {
    await read(
      record('1', tag('a', { deleted: true, base: 3 }), tag('a')),
      record('2', tag('b', { base: 5 }), tag('b', { base: 2 })),
      record('3', tag('c', { base: 5 }), tag('c', { base: 5 })),
      record('4', tag('d', { deleted: true }), tag('d')),
    );
    expect(sweeps.bodies).toEqual([
      { kind: 'tag', ...life, tag: 'a', base: 3 },
      { kind: 'tag', ...life, tag: 'b', base: 5 },
    ]);
  });

  it('reports the first record that did not get through, so that it and all later ones come again', async () => {
    imports.refused.push('quay');
    sweeps.refused.push('"tag":"b"');
    const changes = [
      record('1', due('fine', 1, 'mysql')),
      record('2', tag('b', { deleted: true, base: 1 })),
      record('3', due('x', 1)),
      record('4', due('later', 1, 'mysql')),
    ];
    expect(await read(...changes)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    imports.refused.push('"tag":"later"');
    expect(await read(...changes)).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    imports.refused.push('repository');
    expect(await read(record('0', whole('quay.io/x/y')), ...changes)).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
    imports.refused.length = 0;
    sweeps.refused.length = 0;
    expect(await read(...changes)).toEqual({ batchItemFailures: [] });
  });
});
