import { checkDnsSubdomain, checkPathSegment, checkLabelKey, checkLabelValue } from '../kubernetes/label-names.ts';
import type { FieldError } from '../kubernetes/types.ts';

const MAX_ANNOTATIONS = 256 * 1024;

export interface NamedObject {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Name (an RFC 1123 subdomain), labels and annotations of a plain object (apimachinery `ValidateObjectMeta`, its wording). */
export function validateObjectName(object: NamedObject): readonly FieldError[] {
  return validateNamed(object, checkDnsSubdomain);
}

/** The same for kinds whose names are any segment of a path. */
export function validatePathName(object: NamedObject): readonly FieldError[] {
  return validateNamed(object, checkPathSegment);
}

function validateNamed({ name, labels, annotations }: NamedObject, check: (name: string) => readonly string[]): readonly FieldError[] {
  return [...validateName(name, check), ...validateLabels(labels), ...validateAnnotations(annotations)];
}

/** Every key of `metadata.annotations`, and their size together. */
export function validateAnnotations(annotations: Readonly<Record<string, string>>): readonly FieldError[] {
  const field = 'metadata.annotations';
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...Object.keys(annotations).flatMap((key) =>
      checkLabelKey(key.toLowerCase()).map((detail): FieldError => ({ type: 'Invalid', field, value: key, detail })),
    ),
    ...(size > MAX_ANNOTATIONS ? [{ type: 'TooLong', field, detail: `may not be more than ${MAX_ANNOTATIONS} bytes` } as const] : []),
  ];
}

/** Every key and value of `metadata.labels`, each with its own error. */
export function validateLabels(labels: Readonly<Record<string, string>>): readonly FieldError[] {
  const field = 'metadata.labels';
  return Object.entries(labels).flatMap(([key, value]) => [
    ...checkLabelKey(key).map((detail): FieldError => ({ type: 'Invalid', field, value: key, detail })),
    ...checkLabelValue(value).map((detail): FieldError => ({ type: 'Invalid', field, value, detail })),
  ]);
}

function validateName(name: string, check: (name: string) => readonly string[]): readonly FieldError[] {
  const field = 'metadata.name';
  if (name === '') return [{ type: 'Required', field, detail: 'name or generateName is required' }];
  return check(name).map((detail) => ({ type: 'Invalid', field, value: name, detail }));
}
