import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkEvents } from '../../functions/changes/event-chunks.ts';
import type { BusEvent } from '../../functions/changes/ports.ts';

function busEvent(tag: string, filler: number): BusEvent {
  return { detailType: 'Image Stream Tag Changed', detail: { uid: 'u', tag, actor: 'x'.repeat(filler) } as never };
}

const events = fc.array(
  fc.record({
    tag: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm'),
    filler: fc.constantFrom(0, 10, 300_000, 999_000),
  }),
  { maxLength: 60 },
);

describe('chunkEvents', () => {
  it('keeps every event once, in order, within the limits, one per tag and request', () => {
    fc.assert(
      fc.property(events, (specs) => {
        const input = specs.map(({ tag, filler }) => busEvent(tag, filler));
        const chunks = chunkEvents(input, 128);
        expect(chunks.flat().map((entry) => entry.index)).toEqual(input.map((_, index) => index));
        for (const chunk of chunks) {
          expect(chunk.length).toBeLessThanOrEqual(10);
          const bytes = chunk.reduce((sum, { detail }) => sum + Buffer.byteLength(detail) + 128, 0);
          expect(chunk.length === 1 || bytes <= 1_000_000).toBe(true);
          expect(new Set(chunk.map(({ event }) => ('tag' in event.detail ? event.detail.tag : ''))).size).toBe(chunk.length);
        }
      }),
    );
  });

  it('fills requests', () => {
    const many = Array.from({ length: 25 }, (_, index) => busEvent(`t${index}`, 10));
    expect(chunkEvents(many, 128).map((chunk) => chunk.length)).toEqual([10, 10, 5]);
  });

  it('counts bytes, not characters', () => {
    const wide = [busEvent('a', 0), busEvent('b', 0)].map(({ detail, ...rest }) => ({
      ...rest,
      detail: { ...detail, actor: '€'.repeat(200_000) },
    }));
    expect(chunkEvents(wide as never, 128)).toHaveLength(2);
  });
});
