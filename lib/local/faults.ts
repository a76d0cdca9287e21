/** Faults injected into AWS calls, by rule: what makes crash and retry tests exhaustive instead of lucky. */
import { ApiRefusal } from './api-refusal.ts';

/**
 * conflict: TransactionConflict. throttle: as the service throttles. lost-answer: executed, then the connection drops. delay: executed
 * `delayMs` later. stale-index: a Query of an index finds nothing. kill-before, kill-after: the calling worker dies before or after the call.
 */
const KINDS = ['conflict', 'throttle', 'lost-answer', 'delay', 'stale-index', 'kill-before', 'kill-after'] as const;

export interface FaultRule {
  readonly kind: (typeof KINDS)[number];
  /** Label of the calling function; default any. */
  readonly function?: string;
  /** E.g. `TransactWriteItems`; default any. */
  readonly operation?: string;
  /** Acts from the k-th matching call on, counted from 1 since the rule was added; default 1. */
  readonly call?: number;
  /** Acts this many times; default 1 if `call` is given, else always. */
  readonly times?: number;
  /** Default 1000. */
  readonly delayMs?: number;
}

export interface Faults {
  /** Adds a rule; throws ApiRefusal when it is none. */
  add(rule: FaultRule): void;
  clear(): void;
  /** Counts the call on every rule that matches it; the first that acts wins. */
  next(label: string, operation: string, isIndexQuery: boolean): FaultRule | undefined;
}

const MEMBERS = ['kind', 'function', 'operation', 'call', 'times', 'delayMs'];

export function createFaults(): Faults {
  let rules: { readonly rule: FaultRule; seen: number }[] = [];

  function acts({ call, times }: FaultRule, seen: number): boolean {
    const first = call ?? 1;
    return seen >= first && seen < first + (times ?? (call === undefined ? Infinity : 1));
  }

  return {
    add(rule) {
      if (!KINDS.includes(rule.kind) || !Object.keys(rule).every((member) => MEMBERS.includes(member)))
        throw new ApiRefusal(
          'ValidationException',
          `A fault has one of the kinds ${KINDS.join(', ')} and the members ${MEMBERS.join(', ')}.`,
        );
      rules.push({ rule, seen: 0 });
    },
    clear() {
      rules = [];
    },
    next(label, operation, isIndexQuery) {
      const matching = rules.filter(
        ({ rule }) =>
          (rule.function ?? label) === label &&
          (rule.operation ?? operation) === operation &&
          (rule.kind !== 'stale-index' || isIndexQuery),
      );
      return matching.filter((entry) => acts(entry.rule, ++entry.seen))[0]?.rule;
    },
  };
}

/** The refusal of rule kinds conflict and throttle, worded as the service words it. */
export function refusalFor(kind: 'conflict' | 'throttle', service: string, operation: string, items: readonly unknown[] = []): ApiRefusal {
  if (kind === 'throttle') {
    const code = { AmazonSQS: 'RequestThrottled', AWSEvents: 'ThrottlingException' }[service] ?? 'ProvisionedThroughputExceededException';
    return new ApiRefusal(code, 'Rate exceeded');
  }
  const conflict = 'Transaction is ongoing for the item';
  if (operation !== 'TransactWriteItems') return new ApiRefusal('TransactionConflictException', conflict);
  const CancellationReasons = items.map((_, index) =>
    index === 0 ? { Code: 'TransactionConflict', Message: conflict } : { Code: 'None' },
  );
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new ApiRefusal('TransactionCanceledException', message, { Message: message, CancellationReasons });
}
