/** What a mapping must be like to be stored. Pure. */
import type { NamespaceMapping, StoredAdmissionMapping } from '../../admission/ports.ts';
import { checkDnsLabel } from '../../kubernetes/label-names.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { validateObjectName } from '../validate-object-name.ts';

const MOST_NAMESPACES = 500;
const PATTERN = /^[a-z0-9*](?:[a-z0-9*-]*[a-z0-9*])?$/;
const PATTERN_RULE = 'must be the name of a namespace, in which * stands for any characters';

export function validateAdmissionMapping(mapping: StoredAdmissionMapping): readonly FieldError[] {
  return [...validateObjectName(mapping), ...validateNamespaces(mapping.namespaces)];
}

function validateNamespaces(namespaces: readonly NamespaceMapping[]): readonly FieldError[] {
  const field = 'spec.namespaces';
  if (namespaces.length === 0) return [{ type: 'Required', field, detail: 'at least one namespace of the cluster' }];
  if (namespaces.length > MOST_NAMESPACES)
    return [{ type: 'Invalid', field, value: namespaces.length, detail: `must have at most ${MOST_NAMESPACES} items` }];
  const names = namespaces.map(({ name }) => name);
  return namespaces.flatMap((mapping, index) => [
    ...validateNamespace(mapping, `${field}[${index}]`),
    ...(names.indexOf(mapping.name) < index ? [{ type: 'Duplicate', field: `${field}[${index}].name`, value: mapping.name } as const] : []),
  ]);
}

function validateNamespace({ name, imageNamespace }: NamespaceMapping, field: string): readonly FieldError[] {
  if (name === '') return [{ type: 'Required', field: `${field}.name`, detail: PATTERN_RULE }];
  const problems: FieldError[] = [];
  if (name.length > 63 || !PATTERN.test(name))
    problems.push({ type: 'Invalid', field: `${field}.name`, value: name, detail: PATTERN_RULE });
  const at = `${field}.imageNamespace`;
  if (imageNamespace === undefined) {
    if (name.includes('*')) problems.push({ type: 'Required', field: at, detail: 'a pattern is no namespace of image streams' });
  } else {
    problems.push(
      ...checkDnsLabel(imageNamespace).map((detail) => ({ type: 'Invalid', field: at, value: imageNamespace, detail }) as const),
    );
  }
  return problems;
}
