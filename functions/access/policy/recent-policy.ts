/**
 * Policy as it was read a moment ago: a function answers many requests by few reads. Reads of the same thing at the same time are one read; a
 * read that failed is forgotten.
 */
import type { Clock } from '../../resources/ports.ts';
import { createBoundedMemory } from '../bounded-memory.ts';
import type { PolicyReader } from '../ports.ts';

/** For how long what was read is believed: a right that is taken away works at most that much longer. Documented in docs/access.md. */
export const POLICY_KEPT_MS = 5_000;
/** Namespaces, and roles of namespaces, that are remembered. */
const MOST_REMEMBERED = 200;

/** How the authorizer reads policy. */
export type PolicySource = Pick<PolicyReader, 'listClusterRoles' | 'listBindings' | 'readRole'>;

export interface RecentPolicy {
  /** As it is believed to be. */
  readonly recent: PolicySource;
  /** As it is now: only what is read after this call counts, once for all who ask for it meanwhile. */
  fresh(): PolicySource;
}

interface Read {
  /** In which order reads began. */
  readonly order: number;
  readonly answer: Promise<unknown>;
}

export function createRecentPolicy(reader: PolicyReader, clock: Clock): RecentPolicy {
  const reads = createBoundedMemory<Read>({ most: MOST_REMEMBERED, keepMs: POLICY_KEPT_MS });
  let begun = 0;

  function once<T>(after: number, key: readonly string[], read: () => Promise<T>): Promise<T> {
    const name = JSON.stringify(key);
    const now = clock();
    const known = reads.recall(name, now);
    // Under one key there are answers of one kind.
    if (known !== undefined && known.order > after) return known.answer as Promise<T>;
    begun += 1;
    const order = begun;
    const answer = read().catch((error: unknown) => {
      if (reads.recall(name, now)?.order === order) reads.forget(name);
      throw error;
    });
    reads.remember(name, { order, answer }, now);
    return answer;
  }

  const source = (after: number): PolicySource => ({
    listClusterRoles: () => once(after, ['roles'], () => reader.listClusterRoles()),
    listBindings: (namespace) => once(after, ['bindings', namespace], () => reader.listBindings(namespace)),
    readRole: (namespace, name) => once(after, ['role', namespace, name], () => reader.readRole(namespace, name)),
  });
  return { recent: source(0), fresh: () => source(begun) };
}
