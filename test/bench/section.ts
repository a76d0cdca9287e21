/** What a section of the benchmark answers: tables for a person, and budgets (performance.md §6) for a machine. */

export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  /** The first column is text, the others are aligned right. */
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Budget {
  readonly metric: string;
  readonly measured: number;
  readonly limit: number;
  readonly unit: string;
  /** Whether more than the limit misses the budget, or less. */
  readonly bound: 'at most' | 'at least';
  /** Counts are the same on every machine; times are not, so `--check` looks at counts only. */
  readonly kind: 'count' | 'time';
}

export interface SectionResult {
  readonly tables: readonly Table[];
  readonly budgets: readonly Budget[];
  /** What a reader has to know to read the tables. */
  readonly notes?: readonly string[];
}

export type RunSection = () => Promise<SectionResult>;

export function isMet({ measured, limit, bound }: Budget): boolean {
  return bound === 'at most' ? measured <= limit : measured >= limit;
}
