/** What a binding must be (kubernetes `apis/rbac/validation`). */
import type { StoredBinding } from '../../access/ports.ts';
import { checkDnsSubdomain, checkPathSegment } from '../../kubernetes/label-names.ts';
import { notSupported } from '../../kubernetes/not-supported.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import type { RoleRef, Subject } from '../../rbac/types.ts';
import { sameJson } from '../../image/same-json.ts';
import { RBAC_KIND } from '../roles/schema.ts';
import { validatePathName } from '../validate-object-name.ts';

export function validateRoleBinding(binding: StoredBinding): readonly FieldError[] {
  return validateBinding(binding, { roleKinds: ['Role', 'ClusterRole'], isNamespaced: true });
}

export function validateClusterRoleBinding(binding: StoredBinding): readonly FieldError[] {
  return validateBinding(binding, { roleKinds: ['ClusterRole'], isNamespaced: false });
}

/** Who is bound to what changes, the role does not: who may edit a binding could else give away another one. */
export function validateBindingUpdate({ roleRef: before }: StoredBinding, { roleRef: after }: StoredBinding): readonly FieldError[] {
  if (sameJson(before, after)) return [];
  const value = { APIGroup: after.apiGroup, Kind: after.kind, Name: after.name };
  return [{ type: 'Invalid', field: 'roleRef', value, detail: 'cannot change roleRef' }];
}

interface Rules {
  readonly roleKinds: readonly string[];
  readonly isNamespaced: boolean;
}

function validateBinding(binding: StoredBinding, rules: Rules): readonly FieldError[] {
  return [
    ...validatePathName(binding),
    ...validateRoleRef(binding.roleRef, rules),
    ...binding.subjects.flatMap((subject, index) => validateSubject(subject, rules, `subjects[${index}]`)),
  ];
}

function validateRoleRef({ apiGroup, kind, name }: RoleRef, { roleKinds }: Rules): readonly FieldError[] {
  const field = 'roleRef.name';
  return [
    ...oneOf('roleRef.apiGroup', apiGroup, [RBAC_KIND.group]),
    ...oneOf('roleRef.kind', kind, roleKinds),
    ...(name === ''
      ? [required(field)]
      : checkPathSegment(name).map((detail) => ({ type: 'Invalid', field, value: name, detail }) as const)),
  ];
}

function validateSubject({ kind, apiGroup, name, namespace }: Subject, { isNamespaced }: Rules, path: string): readonly FieldError[] {
  const field = `${path}.name`;
  const named = name === '' ? [required(field)] : [];
  switch (kind) {
    case 'ServiceAccount':
      return [
        ...named,
        ...(name === '' ? [] : checkDnsSubdomain(name).map((detail) => ({ type: 'Invalid', field, value: name, detail }) as const)),
        ...oneOf(`${path}.apiGroup`, apiGroup, ['']),
        ...(isNamespaced || namespace !== '' ? [] : [required(`${path}.namespace`)]),
      ];
    case 'User':
    case 'Group':
      return [...named, ...oneOf(`${path}.apiGroup`, apiGroup, [RBAC_KIND.group])];
    default:
      return [...named, ...oneOf(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group'])];
  }
}

function required(field: string): FieldError {
  return { type: 'Required', field };
}

function oneOf(field: string, value: string, supported: readonly string[]): readonly FieldError[] {
  if (supported.includes(value)) return [];
  return [notSupported(field, value, supported)];
}
