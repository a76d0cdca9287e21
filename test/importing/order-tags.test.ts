import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderTags } from '../../functions/importing/order-tags.ts';

describe('orderTags', () => {
  it('puts latest first, then minors, then full versions, newest first, then the rest by name', () => {
    const expected = [
      'latest',
      '5.10',
      'v5.10',
      '5.9',
      '5.9-alpine',
      'v5.1-rc1',
      '10.0.0',
      '5.1.3',
      'v5.1.3',
      '5.1.3-rc.1',
      '3',
      'alpine',
      'v3',
      'vv1.2.3',
    ];
    expect(orderTags(expected.toSorted())).toEqual(expected);
    expect(orderTags(expected.toReversed())).toEqual(expected);
  });

  it('orders the same tags the same way, however they come', () => {
    const tag = fc.oneof(fc.stringMatching(/^v?\d{1,2}(\.\d{1,2}){0,2}(-[a-z]\w*)?$/), fc.stringMatching(/^\w[\w.-]{0,10}$/));
    fc.assert(
      fc.property(fc.uniqueArray(tag), (tags) => {
        const ordered = orderTags(tags);
        expect([...ordered].sort()).toEqual([...tags].sort());
        expect(orderTags(tags.toReversed())).toEqual(ordered);
      }),
    );
  });
});
