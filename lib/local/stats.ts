/** What functions did since the start or the last reset: invocations, and AWS calls with the capacity they consumed. */
export interface FunctionStats {
  invocations: number;
  failures: number;
  /** By operation, e.g. `TransactWriteItems`. `refused`: by the service or a fault. Capacity in read or write units, 0 where none is reported. */
  calls: Record<string, { calls: number; refused: number; capacityUnits: number }>;
}

export interface Stats {
  /** By function label (`tags`); `external` is whoever does not sign with a worker's key. */
  readonly functions: Readonly<Record<string, FunctionStats>>;
  countInvocation(label: string, failed: boolean): void;
  countCall(label: string, operation: string, refused: boolean, capacityUnits: number): void;
  reset(): void;
}

export function createStats(): Stats {
  const functions: Record<string, FunctionStats> = {};
  const of = (label: string) => (functions[label] ??= { invocations: 0, failures: 0, calls: {} });
  return {
    functions,
    countInvocation(label, failed) {
      of(label).invocations++;
      if (failed) of(label).failures++;
    },
    countCall(label, operation, refused, capacityUnits) {
      const entry = (of(label).calls[operation] ??= { calls: 0, refused: 0, capacityUnits: 0 });
      entry.calls++;
      if (refused) entry.refused++;
      entry.capacityUnits += capacityUnits;
    },
    reset() {
      for (const label of Object.keys(functions)) delete functions[label];
    },
  };
}
