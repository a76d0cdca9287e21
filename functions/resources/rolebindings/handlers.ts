/** Verbs of rbac.authorization.k8s.io/v1 rolebindings and clusterrolebindings. Default ones are there without being stored; the store knows them. */
import type { StoredBinding } from '../../access/ports.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { createPlainHandlers, type ObjectBase, type PlainApi, type PlainKind } from '../plain-objects.ts';
import { RBAC_API_VERSION } from '../roles/role-object.ts';
import { RBAC_KIND } from '../roles/schema.ts';
import { BINDING_MESSAGE } from './binding-message.ts';
import { type Binding, bindingTable, decodeBinding, decodeSubject, foldSubjects, viewBinding } from './binding-object.ts';
import { CLUSTER_ROLE_BINDING, ROLE_BINDING } from './schema.ts';
import { validateBindingUpdate, validateClusterRoleBinding, validateRoleBinding } from './validate-binding.ts';

const shared = {
  group: RBAC_KIND.group,
  apiVersion: RBAC_API_VERSION,
  prepare: ({ subjects = [], roleRef }: Binding, base: ObjectBase): StoredBinding => ({
    ...base,
    subjects: subjects.map(decodeSubject),
    roleRef,
  }),
  validateUpdate: validateBindingUpdate,
};

export const roleBindingKind: PlainKind<StoredBinding, Binding> = {
  ...shared,
  resource: 'rolebindings',
  kind: 'RoleBinding',
  validate: validateRoleBinding,
  view: viewBinding('RoleBinding'),
};

export const clusterRoleBindingKind: PlainKind<StoredBinding, Binding> = {
  ...shared,
  resource: 'clusterrolebindings',
  kind: 'ClusterRoleBinding',
  isClusterScoped: true,
  validate: validateClusterRoleBinding,
  view: viewBinding('ClusterRoleBinding'),
};

export function createRoleBindingHandlers(api: PlainApi<StoredBinding>): ResourceHandlers<Binding> {
  return { ...createPlainHandlers(roleBindingKind, api), ...machinery, schema: ROLE_BINDING };
}

export function createClusterRoleBindingHandlers(api: PlainApi<StoredBinding>): ResourceHandlers<Binding> {
  return { ...createPlainHandlers(clusterRoleBindingKind, api), ...machinery, schema: CLUSTER_ROLE_BINDING };
}

const machinery = { decode: decodeBinding, foldApplied: foldSubjects, protobuf: BINDING_MESSAGE, table: bindingTable };
