import type { PageRequest } from '../resources/ports.ts';
import { listRevision } from '../resources/list-revision.ts';
import { badToken, formatToken, type ListPosition, parseToken } from './continue-token.ts';

/** A list request, its token read. */
export interface PageStart {
  readonly position: ListPosition | null;
  /** Infinity when the caller wants all. */
  readonly limit: number;
  /** ms; when the list began to be read. */
  readonly startedAt: number;
}

export interface PageEnd<T> {
  readonly shown: readonly T[];
  readonly revision: number;
  readonly next: { readonly continue?: string };
}

/** `scope`: the namespace listed, '' for cluster-scoped objects, null for all namespaces. Throws ERR_STORE_BAD_TOKEN, also for another list's token. */
export function startPage(request: PageRequest, scope: string | null, now: number): PageStart {
  const position = request.continue === undefined ? null : parseToken(request.continue);
  if (position !== null && scope !== null && position.namespace !== scope) throw badToken();
  const limit = request.limit === undefined || request.limit <= 0 ? Infinity : request.limit;
  return { position, limit, startedAt: now };
}

/** Where to begin inside `namespace`: behind this name, or at its beginning. */
export function afterIn({ position }: PageStart, namespace: string): string | null {
  return position?.namespace === namespace ? position.after : null;
}

/** `found` may hold more than the limit: that is how the list knows that it goes on. All pages of a list tell the first one's revision. */
export function endPage<T>(
  start: PageStart,
  found: readonly T[],
  largestRevision: number,
  place: (last: T) => Pick<ListPosition, 'namespace' | 'after'>,
): PageEnd<T> {
  const shown = Number.isFinite(start.limit) ? found.slice(0, start.limit) : found;
  const revision = start.position?.revision ?? listRevision(largestRevision, start.startedAt);
  const last = shown.at(-1);
  const goesOn = last !== undefined && found.length > shown.length;
  return { shown, revision, next: goesOn ? { continue: formatToken({ ...place(last), revision }) } : {} };
}

/** Largest revision of some objects, 0 of none. */
export function largestRevision(objects: readonly { readonly revision: number }[]): number {
  return objects.reduce((largest, { revision }) => Math.max(largest, revision), 0);
}
