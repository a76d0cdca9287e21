import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectPage, PAGE_BYTES, WHOLE_BYTES } from '../../functions/resources/collect-page.ts';
import type { CuttablePage, PageRequest } from '../../functions/resources/ports.ts';

/** A store of texts; tokens are positions. */
function storeOf(texts: readonly string[], reads: PageRequest[] = []) {
  return (request: PageRequest): Promise<CuttablePage<string>> => {
    reads.push(request);
    const from = Number(request.continue ?? 0);
    const end = Math.min(texts.length, from + (request.limit ?? texts.length));
    const next = end < texts.length ? { continue: String(end) } : {};
    return Promise.resolve({
      items: texts.slice(from, end),
      revision: 7,
      continueAfter: (text) => String(texts.indexOf(text) + 1),
      ...next,
    });
  };
}

async function walk(texts: readonly string[], limit: number, view: (text: string) => string | null) {
  const pages: (readonly string[])[] = [];
  for (let token: string | undefined; ;) {
    const { items, metadata } = await collectPage(storeOf(texts), view, { limit, ...(token === undefined ? {} : { continue: token }) });
    pages.push(items);
    token = metadata.continue;
    if (token === undefined) return pages;
  }
}

describe('collectPage', () => {
  it('gives everything once and in order, at most `limit` at a time, whatever is left out', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(500), { maxLength: 200 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 5 }),
        async (numbers, limit, every) => {
          const texts = numbers.map(String);
          const pages = await walk(texts, limit, (text) => (Number(text) % every === 0 ? text : null));
          expect(pages.flat()).toEqual(texts.filter((text) => Number(text) % every === 0));
          expect(pages.every((page) => page.length <= limit)).toBe(true);
          // Full but for the last, and one that may be empty behind it.
          expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
        },
      ),
    ));

  it('ends a page before it grows too large, but holds one object at least', async () => {
    const texts = Array.from({ length: 9 }, (_, index) => String(index) + 'x'.repeat(index === 4 ? 2 * PAGE_BYTES : PAGE_BYTES / 3));
    const pages = await walk(texts, 500, (text) => text);
    expect(pages.flat()).toEqual(texts);
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1, 2, 2]);
  });

  it('reads bounded parts, larger ones without a limit', async () => {
    const texts = Array.from({ length: 620 }, (_, index) => String(index));
    const reads: PageRequest[] = [];
    expect((await collectPage(storeOf(texts, reads), (text) => text, {})).items).toHaveLength(620);
    expect(reads).toEqual([{ limit: 500 }, { limit: 500, continue: '500' }]);
    await collectPage(storeOf(texts, reads), (text) => text, { limit: 110 });
    expect(reads.slice(2).map(({ limit }) => limit)).toEqual([50, 50, 10]);
  });

  it('gives up a list that has to come whole as soon as it is too large, and says how to get it', async () => {
    const texts = Array.from({ length: 2_000 }, (_, index) => String(index) + 'x'.repeat(WHOLE_BYTES / 700));
    const reads: PageRequest[] = [];
    await expect(collectPage(storeOf(texts, reads), (text) => text, {})).rejects.toMatchObject({
      status: { code: 413, reason: 'RequestEntityTooLarge', message: expect.stringContaining('--chunk-size') as string },
    });
    expect(reads).toHaveLength(2);
  });
});
