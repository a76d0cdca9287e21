/** Lists: pages are cut at the client's limit, and earlier when the answer grows too large to be sent; those without a limit come whole or not at all. */
import { ApiError } from '../kubernetes/api-error.ts';
import type { ListOptions } from '../kubernetes/handlers.ts';
import { requestEntityTooLarge } from '../kubernetes/status.ts';
import type { ListMeta } from '../kubernetes/types.ts';
import type { CuttablePage, Page, PageRequest } from './ports.ts';

/** Bytes of objects in one page. Lambda stops at 6 MB, escapes and base64 included, and a table or a list adds something to its objects. */
export const PAGE_BYTES = 4 * 1024 * 1024;
/** Bytes of objects in a list that comes whole: more would not fit even when compressed, and takes memory and time to find that out. */
export const WHOLE_BYTES = 32 * 1024 * 1024;
/** Read from the store at once: bounds the memory that objects need which then do not fit the page. */
const READ_AT_ONCE = 50;
/** The same without a limit, where nothing that was read is read again. */
const READ_AT_ONCE_OF_WHOLE = 500;

export interface CollectedPage<T> {
  readonly items: readonly T[];
  readonly metadata: ListMeta;
}

/** Tells of one object after the other whether the page still takes it. Throws ApiError 413 when a list that has to come whole is too large. */
export type Gauge = (item: unknown) => boolean;

/**
 * Clients that send no limit do not follow `continue` (kubectl always sends one; clients-on-the-wire.md §3.12): such a list is answered whole
 * or not at all. A page holds one object at least, or the list would never end.
 */
export function openGauge(limit: number | undefined): Gauge {
  let count = 0;
  let bytes = 0;
  return (item) => {
    count += 1;
    bytes += Buffer.byteLength(JSON.stringify(item));
    if (limit !== undefined) return count <= limit && (bytes <= PAGE_BYTES || count === 1);
    if (bytes > WHOLE_BYTES) throw new ApiError(requestEntityTooLarge(TOO_LARGE));
    return true;
  };
}

const TOO_LARGE = 'the list is too large for one answer: ask for pages with limit and continue, as kubectl get --chunk-size=500 does';

/** One page of a list. `view` answers null for what the selectors leave out; the page is filled up from further reads then. */
export async function collectPage<S, T>(
  read: (page: PageRequest) => Promise<CuttablePage<S>>,
  view: (stored: S) => T | null,
  options: Pick<ListOptions, 'limit' | 'continue'>,
): Promise<CollectedPage<T>> {
  const { limit } = options;
  const items: T[] = [];
  const fits = openGauge(limit);
  let token = options.continue;
  for (;;) {
    const size = limit === undefined ? READ_AT_ONCE_OF_WHOLE : Math.min(limit - items.length, READ_AT_ONCE);
    const page = await read({ limit: size, ...(token === undefined ? {} : { continue: token }) });
    let last: S | undefined;
    for (const stored of page.items) {
      const item = view(stored);
      if (item !== null) {
        if (!fits(item)) return collected(items, page, last === undefined ? token : page.continueAfter(last));
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
