/** rbac.authorization.k8s.io/v1 RoleBinding and ClusterRoleBinding: reading what a client sends, and showing what is stored. */
import type { StoredBinding } from '../../access/ports.ts';
import { formatAge } from '../../kubernetes/age.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import type { RoleRef, Subject } from '../../rbac/types.ts';
import { viewMetadata } from '../plain-objects.ts';
import { RBAC_API_VERSION } from '../roles/role-object.ts';
import { RBAC_KIND } from '../roles/schema.ts';

/** As it is shown: what is '' is left out, but for kind and name. */
export type WireSubject = Pick<Subject, 'kind' | 'name'> & Partial<Subject>;

export interface Binding extends KubernetesObject {
  /** Left out when there are none. */
  readonly subjects?: readonly WireSubject[];
  readonly roleRef: RoleRef;
}

type Sent<T> = { readonly [Field in keyof T]?: T[Field] | null } | null;
type SentBinding = KubernetesObject & { readonly subjects?: readonly Sent<Subject>[] | null; readonly roleRef?: Sent<RoleRef> };

/** Unknown fields are dropped, groups of roles and people filled in. Types were checked against the schema; anything may be missing or null. */
export function decodeBinding(body: unknown): Binding {
  const { kind, apiVersion, metadata, subjects, roleRef } = body as SentBinding;
  return {
    kind,
    apiVersion,
    metadata,
    subjects: (subjects ?? []).map((subject) => viewSubject(decodeSubject(subject))),
    roleRef: decodeRoleRef(roleRef),
  };
}

export function decodeSubject(subject: Sent<Subject>): Subject {
  const { kind, apiGroup, name, namespace } = subject ?? {};
  const ownGroup = kind === 'User' || kind === 'Group' ? RBAC_KIND.group : '';
  // Other kinds are refused by validation.
  return { kind: kind ?? ('' as Subject['kind']), apiGroup: orElse(apiGroup, ownGroup), name: name ?? '', namespace: namespace ?? '' };
}

/** Groups filled in as they are stored, so that whoever applies a binding without them owns them, and the same is no change. */
export function foldSubjects(document: KubernetesObject): KubernetesObject {
  const { subjects, roleRef } = document as SentBinding;
  return {
    ...document,
    ...(Array.isArray(subjects) ? { subjects: decodeBinding(document).subjects } : {}),
    ...(roleRef === undefined || roleRef === null ? {} : { roleRef: decodeRoleRef(roleRef) }),
  };
}

export function viewBinding(kind: 'RoleBinding' | 'ClusterRoleBinding') {
  return (binding: StoredBinding): Binding => ({
    kind,
    apiVersion: RBAC_API_VERSION,
    metadata: viewMetadata(binding),
    ...(binding.subjects.length === 0 ? {} : { subjects: binding.subjects.map(viewSubject) }),
    roleRef: binding.roleRef,
  });
}

/** The columns of kubectl (kubernetes `printers/internalversion`). */
export const bindingTable: TableDefinition<Binding> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the binding' },
    { name: 'Role', type: 'string', description: 'The role it gives' },
    { name: 'Age', type: 'string', description: 'Time since it was created' },
    { name: 'Users', type: 'string', priority: 1, description: 'Users it gives the role to' },
    { name: 'Groups', type: 'string', priority: 1, description: 'Groups it gives the role to' },
    { name: 'ServiceAccounts', type: 'string', priority: 1, description: 'Service accounts it gives the role to' },
  ],
  cells({ metadata = {}, roleRef, subjects = [] }, now) {
    const named = (kind: Subject['kind'], text: (subject: WireSubject) => string) =>
      subjects
        .filter((subject) => subject.kind === kind)
        .map(text)
        .join(', ');
    return [
      metadata.name ?? '',
      `${roleRef.kind}/${roleRef.name}`,
      formatAge(metadata.creationTimestamp, now),
      named('User', ({ name }) => name),
      named('Group', ({ name }) => name),
      named('ServiceAccount', ({ namespace = '', name }) => `${namespace}/${name}`),
    ];
  },
};

function decodeRoleRef(roleRef: Sent<RoleRef> | undefined): RoleRef {
  const { apiGroup, kind, name } = roleRef ?? {};
  return { apiGroup: orElse(apiGroup, RBAC_KIND.group), kind: kind ?? ('' as RoleRef['kind']), name: name ?? '' };
}

function viewSubject({ kind, apiGroup, name, namespace }: Subject): WireSubject {
  return { kind, ...(apiGroup === '' ? {} : { apiGroup }), name, ...(namespace === '' ? {} : { namespace }) };
}

function orElse(text: string | null | undefined, otherwise: string): string {
  return text === undefined || text === null || text === '' ? otherwise : text;
}
