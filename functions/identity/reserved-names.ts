/** Names nobody gets from outside: Kubernetes gives them to itself (RBAC's `system:` users and groups). */
export const RESERVED_PREFIX = 'system:';

/** Why a name is not one that a mapping or a claim may give; null when it is. */
export function nameProblem(name: string): string | null {
  if (name === '') return 'must not be empty';
  if (name.startsWith(RESERVED_PREFIX)) return `must not begin with ${RESERVED_PREFIX}`;
  // They would break lines of logs and headers.
  return /\p{Cc}/u.test(name) ? 'must not hold control characters' : null;
}
