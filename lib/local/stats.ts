/** What functions did since the start or the last reset: invocations, and AWS calls with the capacity they consumed. */
export interface CallStats {
  calls: number;
  /** Calls that were refused, by the service or by a fault. */
  refused: number;
  /** Read or write capacity units; 0 where the service reports none. */
  capacityUnits: number;
}

export interface FunctionStats {
  invocations: number;
  failures: number;
  /** By operation, e.g. `TransactWriteItems`, `SendMessage`, `PutEvents`. */
  calls: Record<string, CallStats>;
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
      const entry = of(label);
      entry.invocations++;
      if (failed) entry.failures++;
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
