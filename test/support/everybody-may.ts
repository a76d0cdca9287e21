/** For tests that are not about access: everybody may do everything. Nothing in functions/ allows that. */
import type { RbacAuthorizer } from '../../functions/access/policy/rbac-authorizer.ts';

const EVERYTHING = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
];

const allow = async () => ({ allowed: true, reason: '' });

export const EVERYBODY_MAY: RbacAuthorizer = {
  authorize: allow,
  authorizePath: allow,
  rulesFor: async () => EVERYTHING,
  subjectsWho: async () => ({ users: [], groups: [] }),
  visibleNamespaces: async (_identity, names) => new Set(names),
};
