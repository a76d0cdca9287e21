import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../lib/local/event-pattern.ts';
import { functionNamed, ofType, targetOf } from './template.ts';

type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface StreamRecord {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: { readonly NewImage?: Attributes; readonly OldImage?: Attributes };
}

const TAG: Attributes = { entity: { S: 'tag' }, tag: { S: 'latest' }, base: { N: '0' }, sequence: { N: '3' } };
const DUE: Attributes = { ...TAG, importDue: { N: '1795229328000' } };
const TOMBSTONE: Attributes = { ...TAG, base: { N: '3' }, deleted: { BOOL: true } };
const HEAD: Attributes = { entity: { S: 'head' }, revision: { N: '1795229328000000' } };
const DEAD_HEAD: Attributes = { ...HEAD, deleted: { BOOL: true } };
const TRIGGER: Attributes = { entity: { S: 'trigger' }, name: { S: 'deploy' } };
const NAMESPACE: Attributes = { entity: { S: 'namespace' }, name: { S: 'shop' } };
const DEAD_NAMESPACE: Attributes = { ...NAMESPACE, deletionTimestamp: { S: '2026-01-01T00:00:00Z' } };
const EVENT: Attributes = { entity: { S: 'event' } };

function reads(entry: string, record: StreamRecord): boolean {
  const mapping = ofType('AWS::Lambda::EventSourceMapping').find(
    ({ properties }) => targetOf(properties['FunctionName']) === functionNamed(entry).id,
  );
  const filters = mapping?.properties['FilterCriteria'].Filters as { Pattern: string }[];
  return filters.some(({ Pattern }) => compilePattern(JSON.parse(Pattern))(record));
}

const modified = (NewImage: Attributes, OldImage: Attributes): StreamRecord => ({ eventName: 'MODIFY', dynamodb: { NewImage, OldImage } });
const inserted = (NewImage: Attributes): StreamRecord => ({ eventName: 'INSERT', dynamodb: { NewImage } });
const removed = (OldImage: Attributes): StreamRecord => ({ eventName: 'REMOVE', dynamodb: { OldImage } });

describe('queue-imports reads', () => {
  it.each<[string, StreamRecord, boolean]>([
    ['a tag that waits for its import', inserted(DUE), true],
    ['a tag that moved', modified(TAG, TAG), false],
    ['a tag that was deleted', modified(TOMBSTONE, TAG), true],
    ['a tag whose history was replaced', modified({ ...TAG, base: { N: '3' } }, TAG), true],
    ['a tag that expired', removed(TOMBSTONE), false],
    ['a stream that was deleted', modified(DEAD_HEAD, HEAD), true],
    ['a stream that was written', modified(HEAD, HEAD), false],
    ['a stream whose repository waits for its import', inserted({ ...HEAD, importDue: { N: '1795229328000' } }), true],
    ['a namespace that was deleted', modified(DEAD_NAMESPACE, NAMESPACE), true],
    ['a namespace that was made', inserted(NAMESPACE), false],
    ['a namespace that is gone', removed(DEAD_NAMESPACE), false],
    ['an event', inserted(EVENT), false],
    ['a trigger', inserted(TRIGGER), false],
  ])('%s: %#', (_, record, expected) => {
    expect(reads('queue-imports', record)).toBe(expected);
  });
});

describe('publish-changes reads', () => {
  it.each<[string, StreamRecord, boolean]>([
    ['a new tag', inserted(TAG), true],
    ['a tag that moved', modified(TAG, TAG), true],
    ['a tag that was deleted', modified(TOMBSTONE, TAG), true],
    ['a tag that was removed', removed(TAG), true],
    ['a stream that was written', modified(HEAD, HEAD), false],
    ['a stream that was deleted', modified(DEAD_HEAD, HEAD), false],
    ['an event', inserted(EVENT), false],
    ['a trigger that was written', modified(TRIGGER, TRIGGER), true],
    ['a trigger that was removed', removed(TRIGGER), false],
  ])('%s: %#', (_, record, expected) => {
    expect(reads('publish-changes', record)).toBe(expected);
  });
});
