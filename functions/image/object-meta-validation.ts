/** Names, labels and annotations: apimachinery's rules for ObjectMeta, with its messages. Pure. */
import type { FieldError, ObjectMeta } from '../kubernetes/types.ts';

/** Reasons a name is refused; none when it is fine. `isPrefix`: it is a generateName, which only begins a name. */
export type NameRule = (name: string, isPrefix: boolean) => readonly string[];

const MAX_ANNOTATIONS = 256 * 1024;
const NAME_PART = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character " +
  "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/** Errors of metadata at `path`. A missing namespace is the request's, not an error; only namespaced kinds may have one. */
export function validateObjectMeta(metadata: ObjectMeta, path: string, rule: NameRule, isNamespaced = true): readonly FieldError[] {
  const { name = '', generateName = '', namespace = '' } = metadata;
  const refused = (field: string, value: string, reasons: readonly string[]) =>
    reasons.map((detail) => invalid(`${path}.${field}`, value, detail));
  return [
    ...(generateName === '' ? [] : refused('generateName', generateName, rule(generateName, true))),
    ...(name === ''
      ? [{ type: 'Required', field: `${path}.name`, detail: 'name or generateName is required' } as const]
      : refused('name', name, rule(name, false))),
    ...(namespace === '' ? [] : validateNamespace(namespace, `${path}.namespace`, isNamespaced)),
    ...validateLabels(metadata.labels ?? {}, `${path}.labels`),
    ...validateAnnotations(metadata.annotations ?? {}, `${path}.annotations`),
  ];
}

/** A name that is one segment of a URL path. */
export function pathSegmentProblems(name: string, isPrefix: boolean): readonly string[] {
  if (!isPrefix && (name === '.' || name === '..')) return [`may not be '${name}'`];
  return ['/', '%'].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

function validateNamespace(namespace: string, field: string, isNamespaced: boolean): readonly FieldError[] {
  if (!isNamespaced) return [{ type: 'Forbidden', field, detail: 'not allowed on this type' }];
  return [...tooLong(namespace, 63), ...(DNS_LABEL.test(namespace) ? [] : [LABEL])].map((detail) => invalid(field, namespace, detail));
}

function validateLabels(labels: Readonly<Record<string, string>>, field: string): readonly FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((detail) => invalid(field, key, detail)),
    ...[...tooLong(value, 63), ...(value === '' || NAME_PART.test(value) ? [] : [LABEL_VALUE])].map((detail) =>
      invalid(field, value, detail),
    ),
  ]);
}

function validateAnnotations(annotations: Readonly<Record<string, string>>, field: string): readonly FieldError[] {
  const entries = Object.entries(annotations);
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  const detail = `may not be more than ${MAX_ANNOTATIONS} bytes`;
  return [
    // Keys were once accepted in any case; apimachinery still lowers them first.
    ...entries.flatMap(([key]) => qualifiedNameProblems(key.toLowerCase()).map((problem) => invalid(field, key, problem))),
    ...(size > MAX_ANNOTATIONS ? [{ type: 'TooLong', field, value: '', detail } as const] : []),
  ];
}

function qualifiedNameProblems(key: string): readonly string[] {
  const parts = key.split('/');
  if (parts.length > 2) return [`a qualified name ${QUALIFIED} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? (parts[0] ?? '') : null;
  const nameProblems = name === '' ? ['must be non-empty'] : tooLong(name, 63);
  return [
    ...(prefix === null ? [] : subdomainProblems(prefix)).map((problem) => `prefix part ${problem}`),
    ...[...nameProblems, ...(NAME_PART.test(name) ? [] : [QUALIFIED])].map((problem) => `name part ${problem}`),
  ];
}

function subdomainProblems(prefix: string): readonly string[] {
  if (prefix === '') return ['must be non-empty'];
  return [...tooLong(prefix, 253), ...(prefix.split('.').every((label) => DNS_LABEL.test(label)) ? [] : [SUBDOMAIN])];
}

function tooLong(text: string, limit: number): readonly string[] {
  return text.length > limit ? [`must be no more than ${limit} characters`] : [];
}

function invalid(field: string, value: string, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}
