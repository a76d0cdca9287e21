export interface BoundedMemory<T> {
  /** undefined when it was never remembered, is too old or had to make room. */
  recall(key: string, now: number): T | undefined;
  remember(key: string, value: T, now: number): void;
  forget(key: string): void;
}

interface Entry<T> {
  readonly value: T;
  readonly until: number;
}

/** Remembers at most `most` values, each for `keepMs`; the longest remembered makes room. */
export function createBoundedMemory<T>({ most, keepMs }: { readonly most: number; readonly keepMs: number }): BoundedMemory<T> {
  const entries = new Map<string, Entry<T>>();
  return {
    recall: (key, now) => {
      const entry = entries.get(key);
      return entry !== undefined && entry.until > now ? entry.value : undefined;
    },
    remember: (key, value, now) => {
      entries.delete(key);
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size >= most) entries.delete(oldest);
      entries.set(key, { value, until: now + keepMs });
    },
    forget: (key) => {
      entries.delete(key);
    },
  };
}
