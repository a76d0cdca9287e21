/** Reads members of a decoded JSON object by type; what is of another type becomes a FieldError, and what is absent or null is empty. */
import type { FieldError } from '../../../kubernetes/types.ts';
import type { SecretKeyRef } from '../../target-spec.ts';

export interface FieldReader {
  /** Of this object, e.g. `spec.target.webhook`. */
  readonly path: string;
  /** '' when absent. `shown`: what an error shows of it; a value that may be secret is not. */
  text(name: string, shown?: string): string;
  /** False when absent. */
  flag(name: string): boolean;
  /** A whole number; 0 when absent. */
  integer(name: string): number;
  texts(name: string): readonly string[];
  /** Members with values that are texts. */
  map(name: string): Readonly<Record<string, string>>;
  /** null when absent. */
  object(name: string): FieldReader | null;
  objects(name: string): readonly FieldReader[];
}

type Members = Readonly<Record<string, unknown>>;

/** Adds to `errors`; anything but an object is read as one without members, and its value is not shown: a secret put one level too high would be. */
export function readFields(value: unknown, path: string, errors: FieldError[]): FieldReader {
  const refuse = (field: string, found: unknown, wanted: string) =>
    void errors.push({ type: 'TypeInvalid', field, value: found, detail: `must be of type ${wanted}` });
  const members = asMembers(value);
  if (members === null) refuse(path, undefined, 'object');
  const get = (name: string): unknown => (members !== null && Object.hasOwn(members, name) ? (members[name] ?? undefined) : undefined);
  const at = (name: string) => `${path}.${name}`;

  function checked<T>(name: string, wanted: string, isRight: (found: unknown) => found is T, shown?: string): T | undefined {
    const found = get(name);
    if (found === undefined || isRight(found)) return found;
    refuse(at(name), shown ?? found, wanted);
    return undefined;
  }

  return {
    path,
    text: (name, shown) => checked(name, 'string', isText, shown) ?? '',
    flag: (name) => checked(name, 'boolean', (found) => typeof found === 'boolean') ?? false,
    integer: (name) => checked(name, 'integer', isInteger) ?? 0,
    texts(name) {
      const list = checked(name, 'array', isList) ?? [];
      list.forEach((entry, index) => isText(entry) || refuse(`${at(name)}[${index}]`, entry, 'string'));
      return list.filter(isText);
    },
    map(name) {
      const entries = Object.entries(asMembers(get(name)) ?? refused(name));
      for (const [key, entry] of entries) if (!isText(entry)) refuse(`${at(name)}[${key}]`, undefined, 'string');
      return Object.fromEntries(entries.filter((entry): entry is [string, string] => isText(entry[1])));
    },
    object: (name) => (get(name) === undefined ? null : readFields(get(name), at(name), errors)),
    objects: (name) => (checked(name, 'array', isList) ?? []).map((entry, index) => readFields(entry, `${at(name)}[${index}]`, errors)),
  };

  function refused(name: string): Members {
    refuse(at(name), undefined, 'object');
    return {};
  }
}

/** Those of the texts that are not empty. */
export function presentTexts<Name extends string>(fields: FieldReader, names: readonly Name[]): { readonly [name in Name]?: string } {
  const entries = names.map((name) => [name, fields.text(name)] as const).filter(([, text]) => text !== '');
  return Object.fromEntries(entries) as { readonly [name in Name]?: string };
}

/** `{name, key}` of a Secret; undefined when absent. */
export function readSecretRef(fields: FieldReader, name: string): SecretKeyRef | undefined {
  const ref = fields.object(name);
  return ref === null ? undefined : { name: ref.text('name'), key: ref.text('key') };
}

function asMembers(value: unknown): Members | null {
  if (value === undefined || value === null) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Members) : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
