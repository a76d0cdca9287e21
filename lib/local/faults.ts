/** Faults injected into AWS calls, by rule: what makes crash and retry tests exhaustive instead of lucky. */
import { ApiRefusal } from './api-refusal.ts';

const KINDS = ['conflict', 'throttle', 'lost-answer', 'delay', 'stale-index', 'kill-before', 'kill-after'] as const;
export type FaultKind = (typeof KINDS)[number];

export interface FaultRule {
  /**
   * conflict: TransactionConflict. throttle: as the service throttles. lost-answer: executed, then the connection drops. delay: executed
   * `delayMs` later. stale-index: a Query of an index finds nothing. kill-before, kill-after: the calling worker dies before or after the call.
   */
  readonly kind: FaultKind;
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
  next(label: string, operation: string, isIndexQuery: () => boolean): FaultRule | undefined;
}

const MEMBERS = new Set(['kind', 'function', 'operation', 'call', 'times', 'delayMs']);

export function createFaults(): Faults {
  let rules: { readonly rule: FaultRule; seen: number }[] = [];
  return {
    add(rule) {
      const unknown = Object.keys(rule).filter((member) => !MEMBERS.has(member));
      if (unknown.length > 0 || !KINDS.includes(rule.kind))
        throw new ApiRefusal(
          'ValidationException',
          `A fault has one of the kinds ${KINDS.join(', ')} and the members ${[...MEMBERS].join(', ')}.`,
        );
      rules.push({ rule, seen: 0 });
    },
    clear() {
      rules = [];
    },
    next(label, operation, isIndexQuery) {
      let acting: FaultRule | undefined;
      for (const entry of rules) {
        const { rule } = entry;
        const matches = (rule.function ?? label) === label && (rule.operation ?? operation) === operation;
        if (!matches || (rule.kind === 'stale-index' && !isIndexQuery())) continue;
        const first = rule.call ?? 1;
        const times = rule.times ?? (rule.call === undefined ? Infinity : 1);
        entry.seen++;
        if (!acting && entry.seen >= first && entry.seen < first + times) acting = rule;
      }
      return acting;
    },
  };
}

/** The refusal that rule kinds conflict and throttle answer with, worded as the service words it. */
export function refusalFor(kind: 'conflict' | 'throttle', service: string, operation: string, input: object): ApiRefusal {
  const conflict = 'Transaction is ongoing for the item';
  if (kind === 'conflict' && operation === 'TransactWriteItems') {
    const items = (input as { TransactItems?: readonly unknown[] }).TransactItems ?? [];
    const CancellationReasons = items.map((_, index) =>
      index === 0 ? { Code: 'TransactionConflict', Message: conflict } : { Code: 'None' },
    );
    const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
    const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
    return new ApiRefusal('TransactionCanceledException', message, 400, { Message: message, CancellationReasons });
  }
  if (kind === 'conflict') return new ApiRefusal('TransactionConflictException', conflict);
  if (service === 'AmazonSQS') return new ApiRefusal('RequestThrottled', 'Request is throttled.');
  if (service === 'AWSEvents') return new ApiRefusal('ThrottlingException', 'Rate exceeded');
  return new ApiRefusal(
    'ProvisionedThroughputExceededException',
    'Throughput exceeds the current throughput limit for your table or index.',
  );
}
