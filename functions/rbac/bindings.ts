/** Whom a binding names (Kubernetes `registry/rbac/validation` appliesToUser), and how a decision tells of it. */
import type { PolicySubject, RoleRef, Subject } from './types.ts';

/** What is asked of a binding. `namespace` '' for one of the cluster. */
export interface Binding {
  readonly namespace: string;
  readonly name: string;
  readonly roleRef: RoleRef;
  readonly subjects: readonly Subject[];
}

/** The first subject of the binding that is `who`; undefined when none is. */
export function findSubject({ namespace, subjects }: Binding, who: PolicySubject): Subject | undefined {
  return subjects.find((subject) => isSubject(subject, namespace, who));
}

/** A service account without a namespace is one of the binding's; in a binding of the cluster it is nobody. */
function isSubject({ kind, name, namespace }: Subject, bindingNamespace: string, { user, groups }: PolicySubject): boolean {
  switch (kind) {
    case 'User':
      return user === name;
    case 'Group':
      return groups.includes(name);
    case 'ServiceAccount': {
      const home = namespace === '' ? bindingNamespace : namespace;
      return home !== '' && user === serviceAccountUser(home, name);
    }
    default:
      return false;
  }
}

export function serviceAccountUser(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** `RoleBinding "view/shop" of ClusterRole "view" to User "alice"`, as Kubernetes tells what allowed a request. */
export function describeGrant({ namespace, name, roleRef }: Binding, subject: Subject): string {
  const binding = namespace === '' ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`;
  const home = subject.namespace === '' ? namespace : subject.namespace;
  const whom = subject.kind === 'ServiceAccount' ? `${subject.name}/${home}` : subject.name;
  return `${binding} of ${roleRef.kind} "${roleRef.name}" to ${subject.kind} "${whom}"`;
}

/** A binding to a role that is not there gives nothing. */
export function describeMissingRole({ kind, name }: RoleRef): string {
  return `${kind.toLowerCase()}.rbac.authorization.k8s.io "${name}" not found`;
}
