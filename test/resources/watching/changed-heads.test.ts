import { describe, expect, it } from 'vitest';
import type { ObjectHead } from '../../../functions/resources/ports.ts';
import { byKey, firstChanges, laterChanges, mergeChanges } from '../../../functions/resources/watching/changed-heads.ts';

const CREATED = '2026-11-21T10:00:00Z';
const REVISION = Date.parse(CREATED) * 1000;

function head(name: string, over: Partial<ObjectHead> = {}): ObjectHead {
  const revisions = { revision: REVISION, createdRevision: REVISION };
  return { namespace: 'team', name, uid: name, ...revisions, creationTimestamp: CREATED, labels: {}, isDeleted: false, ...over };
}

/** A watch that begins right behind the objects of these tests. */
const FROM_LIST = { above: REVISION, newsAbove: REVISION, seen: REVISION };

const everything = { matchesLabels: () => true };
const ofBlue = { matchesLabels: (labels: Readonly<Record<string, string>> | null | undefined) => labels?.['color'] === 'blue' };

describe('the first poll', () => {
  it('without a revision adds what is there', () => {
    expect(firstChanges([head('a'), head('gone', { isDeleted: true })], null)).toEqual([
      { head: head('a'), type: 'ADDED', mayBeKnown: false, isNews: true },
    ]);
  });

  it('tells what is above, as news only what the client cannot have seen', () => {
    const start = { above: REVISION, newsAbove: REVISION + 20, seen: REVISION + 5 };
    const heads = [
      head('old'),
      head('seen', { revision: REVISION + 5 }),
      head('repeat', { revision: REVISION + 20, createdRevision: REVISION + 1 }),
      head('news', { revision: REVISION + 21 }),
      head('gone', { revision: REVISION + 22, isDeleted: true }),
    ];
    expect(firstChanges(heads, start).map(({ head: { name }, type, isNews }) => [name, type, isNews])).toEqual([
      ['repeat', 'ADDED', false],
      ['news', 'MODIFIED', true],
      ['gone', 'DELETED', true],
    ]);
  });
});

describe('later polls', () => {
  const before = byKey([head('same'), head('moved'), head('deleted'), head('anew'), head('tombstone', { isDeleted: true })]);
  const later = { revision: REVISION + 1 };
  const created = { ...later, createdRevision: REVISION + 1 };

  it.each<[string, ObjectHead, readonly string[]]>([
    ['nothing of a stream that stayed', head('same'), []],
    ['nothing of a read that is behind', head('moved', { revision: REVISION - 1 }), []],
    ['what moved', head('moved', later), ['MODIFIED']],
    ['what was deleted', head('deleted', { ...later, isDeleted: true }), ['DELETED']],
    ['what is new', head('new', created), ['ADDED']],
    ['what is new, of polls that show only what changed', head('unseen', later), ['MODIFIED']],
    ['what was deleted, of such polls', head('unseen', { ...later, isDeleted: true }), ['DELETED']],
    ['what was deleted and created again', head('anew', { ...later, uid: 'other' }), ['ADDED']],
    ['what stands in place of a tombstone', head('tombstone', later), ['ADDED']],
    ['nothing of what came and went', head('brief', { ...created, isDeleted: true }), []],
    ['nothing of a tombstone written again', head('tombstone', { ...later, isDeleted: true }), []],
  ])('tell %s', (_, found, types) => {
    const changes = laterChanges(before, [found], FROM_LIST, everything);
    expect(changes.map(({ type }) => type)).toEqual(types);
    expect(changes.every(({ isNews }) => isNews)).toBe(true);
  });

  it('tell what they show first as new to a client that got everything', () => {
    const [change] = laterChanges(before, [head('unseen', later)], null, everything);
    expect(change).toMatchObject({ type: 'ADDED', mayBeKnown: false });
  });

  it('know from the labels before whether the client has the stream', () => {
    const heads = byKey([head('blue', { labels: { color: 'blue' } }), head('red', { labels: { color: 'red' } })]);
    const changes = laterChanges(heads, [head('blue', later), head('red', later)], FROM_LIST, ofBlue);
    expect(changes.map(({ mayBeKnown }) => mayBeKnown)).toEqual([true, false]);
  });
});

describe('two changes of a stream in one watch', () => {
  const change = (type: 'ADDED' | 'MODIFIED' | 'DELETED', mayBeKnown: boolean) => ({ head: head('x'), type, mayBeKnown, isNews: true });

  it.each([
    ['ADDED', false, 'MODIFIED', true, 'ADDED', false],
    ['MODIFIED', true, 'MODIFIED', false, 'MODIFIED', true],
    ['MODIFIED', true, 'DELETED', false, 'DELETED', true],
    ['ADDED', false, 'DELETED', true, 'DELETED', true],
    ['DELETED', true, 'ADDED', false, 'ADDED', true],
  ] as const)('%s (known %s), then %s (known %s), are %s (known %s)', (first, wasKnown, second, isKnown, type, mayBeKnown) => {
    expect(mergeChanges(change(first, wasKnown), change(second, isKnown))).toMatchObject({ type, mayBeKnown });
  });

  it('of which there is one are that one', () => {
    expect(mergeChanges(undefined, change('ADDED', false))).toEqual(change('ADDED', false));
  });
});
