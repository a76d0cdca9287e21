import type { WriteGroup } from './commit-plan.ts';
import { itemBytes, marshalItem } from './item-size.ts';
import { chunked } from './parallel.ts';
import type { Action } from './transaction.ts';

/** TransactWriteItems takes 100 actions and 4 MB (aws-facts.md §3); one action is the head, and its bytes are left free. */
export const PART_LIMITS = { actions: 99, bytes: 3_500_000 } as const;

type Limits = { readonly actions: number; readonly bytes: number };

/**
 * Cuts a commit into transactions, each of which leaves a valid stream. A group is never split, unless it alone is larger than a transaction:
 * then what may travel ahead of its core does. At least one part (the head alone). Throws ERR_STORE_TOO_LARGE before anything is sent.
 */
export function partition(groups: readonly WriteGroup[], limits: Limits = PART_LIMITS): Action[][] {
  const parts: Action[][] = [];
  let part: Action[] = [];
  let bytes = 0;
  const close = (): void => {
    if (part.length > 0) parts.push(part);
    [part, bytes] = [[], 0];
  };
  for (const unit of groups.flatMap((group) => fitting(group, limits))) {
    const size = actionBytes(unit);
    if (part.length + unit.length > limits.actions || bytes + size > limits.bytes) close();
    part.push(...unit);
    bytes += size;
  }
  close();
  return parts.length === 0 ? [[]] : parts;
}

function fitting({ ahead, core }: WriteGroup, limits: Limits): (readonly Action[])[] {
  const whole = [...ahead, ...core];
  if (whole.length <= limits.actions && actionBytes(whole) <= limits.bytes) return [whole];
  // Few enough to stay below the bytes as well: events and members are far below 1 KB, unless somebody made them huge on purpose.
  const perUnit = Math.max(
    1,
    Math.min(limits.actions, Math.floor(limits.bytes / Math.max(...ahead.map((action) => actionBytes([action]))))),
  );
  return [...chunked(ahead, perUnit), core];
}

function actionBytes(actions: readonly Action[]): number {
  return actions.reduce((sum, action) => sum + (action.put === undefined ? 0 : itemBytes(marshalItem(action.put))), 0);
}
