/** What a project must be (openshift-apiserver `project/apis/project/validation`): stricter than its namespace. */
import { checkDnsLabel } from '../../kubernetes/label-names.ts';
import type { FieldError, ObjectMeta } from '../../kubernetes/types.ts';
import { validateAnnotations, validateLabels } from '../validate-object-name.ts';
import { DESCRIPTION, DISPLAY_NAME } from './project-object.ts';

type Texts = Readonly<Record<string, string>>;

const ON_NAMESPACE_ONLY = 'field is immutable, try updating the namespace';

export function validateProject({ name = '', labels, annotations }: ObjectMeta): readonly FieldError[] {
  const title = annotations?.[DISPLAY_NAME] ?? '';
  const field = `metadata.annotations[${DISPLAY_NAME}]`;
  return [
    ...validateProjectName(name),
    ...validateLabels(labels ?? {}),
    ...validateAnnotations(annotations ?? {}),
    ...(/[\n\t]/.test(title) ? [{ type: 'Invalid', field, value: title, detail: 'may not contain a new line or tab' } as const] : []),
  ];
}

/** Of a project only the words for people can be changed: its labels and other annotations decide what may run in it. */
export function validateProjectUpdate(before: ObjectMeta, after: ObjectMeta): readonly FieldError[] {
  return [
    ...validateProject(after),
    ...changedEntries('metadata.annotations', before.annotations ?? {}, after.annotations ?? {}, [DISPLAY_NAME, DESCRIPTION]),
    ...changedEntries('metadata.labels', before.labels ?? {}, after.labels ?? {}, []),
  ];
}

function validateProjectName(name: string): readonly FieldError[] {
  const field = 'metadata.name';
  if (name === '') return [{ type: 'Required', field, detail: 'name or generateName is required' }];
  const details = name.length < 2 ? ['must be at least 2 characters long'] : checkDnsLabel(name);
  return details.map((detail) => ({ type: 'Invalid', field, value: name, detail }));
}

function changedEntries(field: string, before: Texts, after: Texts, free: readonly string[]): readonly FieldError[] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names]
    .filter((name) => !free.includes(name) && before[name] !== after[name])
    .map((name) => ({ type: 'Invalid', field: `${field}[${name}]`, value: after[name] ?? before[name], detail: ON_NAMESPACE_ONLY }));
}
