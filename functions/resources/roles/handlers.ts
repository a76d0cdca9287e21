/** Verbs of rbac.authorization.k8s.io/v1 roles and clusterroles. Default ones are there without being stored; the store knows them. */
import type { StoredRole } from '../../access/ports.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { createPlainHandlers, type ObjectBase, type PlainApi, type PlainKind } from '../plain-objects.ts';
import { CLUSTER_ROLE_MESSAGE, ROLE_MESSAGE } from './role-message.ts';
import { decodeRole, decodeRule, foldRules, RBAC_API_VERSION, type Role, roleTable, viewRole } from './role-object.ts';
import { CLUSTER_ROLE, RBAC_KIND, ROLE } from './schema.ts';
import { validateClusterRole, validateRole } from './validate-role.ts';

const shared = { group: RBAC_KIND.group, apiVersion: RBAC_API_VERSION, validateUpdate: () => [] } as const;

export const roleKind: PlainKind<StoredRole, Role> = {
  ...shared,
  resource: 'roles',
  kind: 'Role',
  prepare: ({ rules }, base) => ({ ...base, rules: rules.map(decodeRule) }),
  validate: validateRole,
  view: viewRole('Role'),
};

export const clusterRoleKind: PlainKind<StoredRole, Role> = {
  ...shared,
  resource: 'clusterroles',
  kind: 'ClusterRole',
  isClusterScoped: true,
  prepare: prepareClusterRole,
  validate: validateClusterRole,
  view: viewRole('ClusterRole'),
};

/** Rules of an aggregated role are gathered from others: what a client says of them is no change. */
function prepareClusterRole({ rules, aggregationRule }: Role, base: ObjectBase, before: StoredRole | null): StoredRole {
  if (aggregationRule === undefined) return { ...base, rules: rules.map(decodeRule) };
  const gathered = before?.aggregationRule === undefined ? rules.map(decodeRule) : before.rules;
  return { ...base, rules: gathered, aggregationRule };
}

export function createRoleHandlers(api: PlainApi<StoredRole>): ResourceHandlers<Role> {
  return { ...createPlainHandlers(roleKind, api), ...machinery, protobuf: ROLE_MESSAGE, schema: ROLE };
}

export function createClusterRoleHandlers(api: PlainApi<StoredRole>): ResourceHandlers<Role> {
  return { ...createPlainHandlers(clusterRoleKind, api), ...machinery, protobuf: CLUSTER_ROLE_MESSAGE, schema: CLUSTER_ROLE };
}

const machinery = { decode: decodeRole, foldApplied: foldRules, table: roleTable };
