import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partition } from '../../functions/store/commit-parts.ts';
import type { WriteGroup } from '../../functions/store/commit-plan.ts';
import { encodeEvent } from '../../functions/store/event-item.ts';
import type { Action } from '../../functions/store/transaction.ts';
import { event } from './streams.ts';

const LIFE = { namespace: 'team', stream: 'app', incarnation: '1' };

let serial = 0;
function write(text = ''): Action {
  serial++;
  return { put: encodeEvent(LIFE, 't', serial, { ...event(serial), dockerImageReference: text }) };
}

function writes(count: number, text?: string): Action[] {
  return Array.from({ length: count }, () => write(text));
}

const groups = fc.array(
  fc.tuple(fc.nat(14), fc.integer({ min: 1, max: 3 })).map(([ahead, core]): WriteGroup => ({ ahead: writes(ahead), core: writes(core) })),
  { maxLength: 20 },
);
const limits = { actions: 10, bytes: 1_000_000 };

describe('partition', () => {
  it('keeps everything, in order, within the limits, and what fits together', () => {
    const property = fc.property(groups, (given) => {
      const parts = partition(given, limits);
      expect(parts.flat()).toEqual(given.flatMap(({ ahead, core }) => [...ahead, ...core]));
      const partOf = new Map(parts.flatMap((part, index) => part.map((action) => [action, index] as const)));
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(limits.actions);
      for (const { ahead, core } of given) {
        const whole = [...ahead, ...core];
        expect(new Set(core.map((action) => partOf.get(action))).size).toBe(1);
        if (whole.length <= limits.actions) expect(new Set(whole.map((action) => partOf.get(action))).size).toBe(1);
      }
    });
    fc.assert(property);
  });

  it('answers one empty part for a change of the head alone', () => {
    expect(partition([], limits)).toEqual([[]]);
  });

  it('counts bytes', () => {
    const large = Array.from({ length: 20 }, () => ({ ahead: [], core: writes(1, 'x'.repeat(300_000)) }));
    const parts = partition(large);
    expect(parts.map((part) => part.length)).toEqual([11, 9]);
  });

  it('splits what is ahead of a tag by bytes, too', () => {
    const parts = partition([{ ahead: writes(30, 'x'.repeat(300_000)), core: writes(1) }]);
    expect(parts.map((part) => part.length)).toEqual([11, 11, 9]);
  });

  it('refuses an item over 400 KB before anything is sent', () => {
    const large = { ahead: [], core: writes(1, 'x'.repeat(420_000)) };
    expect(() => partition([large])).toThrow(expect.objectContaining({ code: 'ERR_STORE_TOO_LARGE' }));
  });
});
