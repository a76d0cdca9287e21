import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFireMessage, parseFireMessage } from '../../../functions/triggers/queue/fire-message.ts';

const text = fc.string({ unit: 'binary' });
const trigger = fc.record({ namespace: text, name: text, uid: text });
const change = fc.record({ namespace: text, stream: text, tag: text, revision: fc.nat().map(String) });

describe('fire messages', () => {
  it('come back as they were sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.record({ trigger }), fc.record({ trigger, change })), (message) => {
        expect(parseFireMessage(formatFireMessage(message))).toEqual(message);
      }),
    );
  });

  it.each(['-1', '1e3', '', 'x', '1'.repeat(21)])('have a decimal revision, not %j', (revision) => {
    const message = { trigger: { namespace: 'a', name: 'b', uid: 'c' }, change: { namespace: 'a', stream: 'b', tag: 'c', revision } };
    expect(() => parseFireMessage(formatFireMessage(message))).toThrow(TypeError);
  });
});
