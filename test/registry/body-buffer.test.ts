import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBodyBuffer } from '../../functions/registry/body-buffer.ts';

it('keeps the first bytes up to the limit and tells when something was left out', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 6_000 }), { maxLength: 12 }), fc.nat(20_000), (chunks, limit) => {
      const buffer = createBodyBuffer(limit);
      const whole = Buffer.concat(chunks);
      let length = 0;
      for (const chunk of chunks) {
        length += chunk.length;
        expect(buffer.append(chunk)).toBe(length <= limit || chunk.length === 0);
      }
      expect(Buffer.compare(buffer.bytes(), whole.subarray(0, limit))).toBe(0);
    }),
    { numRuns: 50 },
  );
});
