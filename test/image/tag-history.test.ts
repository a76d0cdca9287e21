import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { TagState } from '../../functions/image/stream-state.ts';
import { addTagEvent, isSameEvent, setImportCondition } from '../../functions/image/tag-history.ts';
import type { TagEvent } from '../../functions/image/types.ts';
import { digest, EARLIER, failure, NOW, tagEvent, tagState } from './builders.ts';

const A = tagEvent({ dockerImageReference: 'quay.io/x@a', image: digest('a'), generation: 2 });
const OLDER = tagEvent({ dockerImageReference: 'quay.io/x@0', image: digest('0'), generation: 1 });
const known = tagState('latest', { items: [A, OLDER], total: 70, conditions: [failure()] });

describe('addTagEvent, row by row of §3', () => {
  const next = (fields: Partial<TagEvent>) => ({ ...A, created: NOW, ...fields });

  test.each<[string, TagState, TagEvent, { items: TagEvent[]; total: number }]>([
    ['no items: a fresh entry', tagState('latest', { conditions: [failure()] }), A, { items: [A], total: 1 }],
    ['same but for generation: collapsed', known, next({ generation: 5 }), { items: [{ ...A, generation: 5 }, OLDER], total: 70 }],
    ['a lower generation is assigned as well', known, next({ generation: 1 }), { items: [{ ...A, generation: 1 }, OLDER], total: 70 }],
    [
      'same reference, other image: corrected in place',
      known,
      next({ image: digest('b'), generation: 5 }),
      { items: [{ ...A, image: digest('b'), generation: 5 }, OLDER], total: 70 },
    ],
    [
      'same image, other reference: corrected in place',
      known,
      next({ dockerImageReference: 'mirror/x@a', generation: 5 }),
      { items: [{ ...A, dockerImageReference: 'mirror/x@a', generation: 5 }, OLDER], total: 70 },
    ],
    [
      'both differ: put on top',
      known,
      next({ dockerImageReference: 'quay.io/x@b', image: digest('b') }),
      { items: [next({ dockerImageReference: 'quay.io/x@b', image: digest('b') }), A, OLDER], total: 71 },
    ],
    [
      'an image tagged again is put on top, not moved there',
      known,
      { ...OLDER, created: NOW },
      { items: [{ ...OLDER, created: NOW }, A, OLDER], total: 71 },
    ],
  ])('%s', (_rule, tag, event, { items, total }) => {
    expect(addTagEvent(tag, event)).toEqual({ tag: { ...tag, items, total, conditions: [] }, changed: true });
  });

  it('same reference, image and generation: untouched, conditions kept', () => {
    const result = addTagEvent(known, next({}));
    expect(result.changed).toBe(false);
    expect(result.tag).toBe(known);
  });

  it('retargets a reference tag in place: its history never grows (§11b.10)', () => {
    const reference = tagState('latest', { items: [tagEvent({ image: '', dockerImageReference: 'quay.io/x:1' })] });
    const { tag } = addTagEvent(reference, tagEvent({ image: '', dockerImageReference: 'quay.io/x:2' }));
    expect(tag.items).toEqual([tagEvent({ image: '', dockerImageReference: 'quay.io/x:2' })]);
  });
});

describe('any sequence of events', () => {
  const events = fc.array(
    fc.record({
      dockerImageReference: fc.constantFrom('r1', 'r2', 'r3'),
      image: fc.constantFrom('', digest('a'), digest('b'), digest('c')),
      generation: fc.integer({ min: 0, max: 4 }),
    }),
    { maxLength: 40 },
  );
  const replay = (steps: readonly Omit<TagEvent, 'created'>[], start: TagState) => {
    const states = [start];
    for (const [index, step] of steps.entries()) {
      const created = new Date(Date.parse(EARLIER) + index * 1000).toISOString();
      states.push(addTagEvent(states.at(-1) ?? start, { ...step, created }).tag);
    }
    return states;
  };

  it('keeps the history newest first, and never adds what shares reference or image with the head', () => {
    fc.assert(
      fc.property(events, (steps) => {
        const states = replay(steps, tagState('t'));
        for (const [index, { items }] of states.entries()) {
          const times = items.map((item) => item.created);
          expect(times).toEqual([...times].sort().reverse());
          const before = states[index - 1]?.items ?? [];
          const isAdded = items.length > before.length;
          if (isAdded) expect(items[0]?.image).not.toBe(before[0]?.image);
          if (isAdded) expect(items[0]?.dockerImageReference).not.toBe(before[0]?.dockerImageReference);
        }
      }),
    );
  });

  it('has no duplicate at the head when references are exact, as those of imports and pushes are', () => {
    fc.assert(
      fc.property(events, (steps) => {
        const exact = steps
          .filter(({ image }) => image !== '')
          .map((step) => ({ ...step, dockerImageReference: `quay.io/x@${step.image}` }));
        for (const { items } of replay(exact, tagState('t'))) {
          for (const [index, item] of items.entries()) expect(item.image).not.toBe(items[index + 1]?.image);
        }
      }),
    );
  });

  it('always ends up pointing to the last event, with its generation and no conditions', () => {
    fc.assert(
      fc.property(events, (steps) => {
        const last = steps.at(-1);
        const end = replay(steps, tagState('t', { conditions: [failure()] })).at(-1);
        expect(end?.items[0]).toMatchObject(last ?? {});
        expect(end?.conditions.length).toBe(steps.length === 0 ? 1 : 0);
      }),
    );
  });

  it('counts: total grows with the loaded part and the part not loaded stays', () => {
    fc.assert(
      fc.property(events, fc.nat(100), (steps, unloaded) => {
        const start = tagState('t', { items: [tagEvent()], total: 1 + unloaded });
        for (const { items, total } of replay(steps, start)) expect(total - items.length).toBe(unloaded);
      }),
    );
  });

  it('changes only the newest event or adds one: what is below never changes', () => {
    fc.assert(
      fc.property(events, (steps) => {
        const states = replay(steps, tagState('t'));
        for (const [index, { items }] of states.slice(1).entries()) {
          const before = states[index]?.items ?? [];
          expect(items.slice(1)).toEqual(items.length === before.length ? before.slice(1) : before);
        }
      }),
    );
  });

  it('says changed exactly when the state differs, and the same event twice changes nothing', () => {
    fc.assert(
      fc.property(events, (steps) => {
        let tag = tagState('t');
        for (const step of steps) {
          const event = { ...step, created: NOW };
          const once = addTagEvent(tag, event);
          expect(once.changed).toBe(once.tag !== tag);
          expect(addTagEvent(once.tag, event)).toEqual({ tag: once.tag, changed: false });
          tag = once.tag;
        }
      }),
    );
  });
});

describe('setImportCondition', () => {
  const failed = tagState('latest', { items: [A], conditions: [failure()] });

  it('does nothing when the same failure is known, whatever its generation and time', () => {
    const result = setImportCondition(failed, failure({ generation: 9, lastTransitionTime: NOW }));
    expect(result).toEqual({ tag: failed, changed: false });
    expect(result.tag).toBe(failed);
  });

  test.each([
    ['status', failure({ status: 'True' })],
    ['reason', failure({ reason: 'NotFound' })],
    ['message', failure({ message: 'other' })],
    ['absent reason', failure({ reason: undefined })],
  ])('another %s replaces all conditions and leaves the history', (_what, condition) => {
    const two = { ...failed, conditions: [failure(), failure({ message: 'older' })] };
    expect(setImportCondition(two, condition)).toEqual({ tag: { ...failed, conditions: [condition] }, changed: true });
  });

  it('takes an absent reason for an empty one', () => {
    const unnamed = { ...failed, conditions: [failure({ reason: undefined })] };
    expect(setImportCondition(unnamed, failure({ reason: '' })).changed).toBe(false);
  });
});

test('isSameEvent compares all that a follower copies', () => {
  expect(isSameEvent(A, { ...A })).toBe(true);
  expect(isSameEvent(undefined, undefined)).toBe(true);
  expect(isSameEvent(A, undefined)).toBe(false);
  for (const other of [{ created: NOW }, { image: '' }, { dockerImageReference: 'x' }, { generation: 9 }]) {
    expect(isSameEvent(A, { ...A, ...other })).toBe(false);
  }
});
