/** Lists that a client asked to page: cut at its limit, and earlier when the answer grows too large to be sent. */
import type { ListOptions } from '../kubernetes/handlers.ts';
import type { ListMeta } from '../kubernetes/types.ts';
import type { CuttablePage, Page, PageRequest } from './ports.ts';

/** Bytes of objects in one page. Lambda stops at 6 MB, escapes and base64 included, and a table or a list adds something to its objects. */
export const PAGE_BYTES = 4 * 1024 * 1024;
/** Read from the store at once: bounds the memory that objects need which then do not fit the page. */
const READ_AT_ONCE = 50;

export interface CollectedPage<T> {
  readonly items: readonly T[];
  readonly metadata: ListMeta;
}

/**
 * One page of a list. `view` answers null for what the selectors leave out; the page is filled up from further reads then. Without a limit
 * everything is read, and an answer that is too large becomes a 413 on its way out: those clients do not follow `continue` (kubectl always
 * sends a limit; clients-on-the-wire.md §3.12).
 */
export async function collectPage<S, T>(
  read: (page: PageRequest) => Promise<CuttablePage<S>>,
  view: (stored: S) => T | null,
  options: Pick<ListOptions, 'limit' | 'continue'>,
): Promise<CollectedPage<T>> {
  const { limit } = options;
  const items: T[] = [];
  let bytes = 0;
  let token = options.continue;
  for (;;) {
    const size = limit === undefined ? {} : { limit: Math.min(limit - items.length, READ_AT_ONCE) };
    const page = await read({ ...size, ...(token === undefined ? {} : { continue: token }) });
    let last: S | undefined;
    for (const stored of page.items) {
      const item = view(stored);
      if (item !== null) {
        if (limit !== undefined) bytes += Buffer.byteLength(JSON.stringify(item));
        // One object at least, or the list would never end.
        if (bytes > PAGE_BYTES && items.length > 0) return collected(items, page, last === undefined ? token : page.continueAfter(last));
        items.push(item);
      }
      last = stored;
    }
    token = page.continue;
    if (token === undefined || (limit !== undefined && items.length >= limit)) return collected(items, page, token);
  }
}

function collected<T>(items: readonly T[], { revision }: Page<unknown>, token: string | undefined): CollectedPage<T> {
  return { metadata: { resourceVersion: String(revision), ...(token === undefined ? {} : { continue: token }) }, items };
}
