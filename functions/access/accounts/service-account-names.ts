/** How service accounts are called where users are asked for (apiserver `authentication/serviceaccount`). */
const PREFIX = 'system:serviceaccount:';
const GROUP = 'system:serviceaccounts';

export function serviceAccountUser(namespace: string, name: string): string {
  return `${PREFIX}${namespace}:${name}`;
}

/** Groups the account is in by its name; `system:authenticated` joins with every login. */
export function serviceAccountGroups(namespace: string): readonly string[] {
  return [GROUP, `${GROUP}:${namespace}`];
}
