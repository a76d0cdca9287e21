/** Bounded work for many hosts, none of which can take all of it. */

export interface FairLimits {
  /** Tasks of one key at a time; of all keys three times as many. */
  readonly parallel: number;
  /** Most tasks of a key for now, when that is less. */
  readonly widthOf?: (key: string) => number;
}

/**
 * Runs tasks by key: keys in turn, those of one key in order of arrival. Of two thirds of the places a key takes at most as many as it leaves
 * free; the last third is for keys that have none, so that however many keys are stuck, another one finds a place.
 */
export function createFairTurnstile({
  parallel,
  widthOf = () => Infinity,
}: FairLimits): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const waiting = new Map<string, (() => void)[]>();
  const running = new Map<string, number>();
  let taken = 0;

  function hasPlace(key: string): boolean {
    const own = running.get(key) ?? 0;
    if (own === 0) return taken < 3 * parallel;
    return own < widthOf(key) && own < 2 * parallel - taken;
  }

  function take(key: string): void {
    running.set(key, (running.get(key) ?? 0) + 1);
    taken += 1;
  }

  /** False when nobody waits who may go. */
  function admit(): boolean {
    for (const [key, queue] of waiting) {
      if (!hasPlace(key)) continue;
      const next = queue.shift();
      // To the end of the line, for the other keys' sake.
      waiting.delete(key);
      if (queue.length > 0) waiting.set(key, queue);
      take(key);
      next?.();
      return true;
    }
    return false;
  }

  function line(key: string): (() => void)[] {
    const queue = waiting.get(key) ?? [];
    waiting.set(key, queue);
    return queue;
  }

  function free(key: string): void {
    const left = (running.get(key) ?? 1) - 1;
    if (left === 0) running.delete(key);
    else running.set(key, left);
    taken -= 1;
    // More than one may go: what a key may have depends on the others, and its width may have grown.
    while (admit());
  }

  return async (key, task) => {
    if (!waiting.has(key) && hasPlace(key)) take(key);
    else await new Promise<void>((resolve) => line(key).push(resolve));
    try {
      return await task();
    } finally {
      free(key);
    }
  };
}
