/** Maps with at most `limit` calls under way; results in the order of `items`. The first failure ends it. */
export async function mapParallel<T, R>(items: readonly T[], limit: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}

/**
 * Results in the order of `items`, some of them begun before they are asked for: `ahead` says how many, by the number of those that were passed. A
 * failure is thrown when it is its turn; what was begun and is never asked for is dropped.
 */
export async function* mapAhead<T, R>(
  items: readonly T[],
  ahead: (passed: number) => number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<{ readonly item: T; readonly result: R }> {
  const begun: Promise<R>[] = [];
  for (const [index, item] of items.entries()) {
    for (const next of items.slice(begun.length, index + 1 + ahead(index))) {
      const result = map(next);
      result.catch(() => undefined); // told below, if anybody asks
      begun.push(result);
    }
    yield { item, result: await (begun[index] as Promise<R>) };
  }
}

export function chunked<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
