/** What an API server refuses to store, as far as triggers could get it wrong. */
import { isDeepStrictEqual } from 'node:util';
import { checkDnsLabel } from '../../../functions/kubernetes/label-names.ts';
import type { FieldError } from '../../../functions/kubernetes/types.ts';
import { isObject, objectOf, objectsOf } from '../../../functions/image/tolerant-reader.ts';
import type { ServedKind } from './kinds.ts';
import type { StoredObject } from './object-store.ts';

const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['selector'],
  DaemonSet: ['selector'],
  StatefulSet: ['selector', 'serviceName', 'volumeClaimTemplates'],
};
const SECRET_TYPE = 'kubernetes.io/dockerconfigjson';

export function validateObject(kind: ServedKind, object: StoredObject, before?: StoredObject): readonly FieldError[] {
  return [
    ...(kind.podSpec === undefined ? validateSecret(object) : validatePods(kind.podSpec, object)),
    ...changedErrors(kind, object, before),
  ];
}

function validatePods(path: readonly string[], object: StoredObject): readonly FieldError[] {
  const at = path.join('.');
  const podSpec = path.reduce<unknown>((parent, name) => objectOf(parent)[name], object);
  if (!isObject(podSpec)) return [{ type: 'Required', field: at }];
  const lists = (['initContainers', 'containers'] as const).map((list) => ({ list, items: objectsOf(podSpec[list]) }));
  const names = lists.flatMap(({ items }) => items.map(({ name }) => name));
  const errors = lists.flatMap(({ list, items }) =>
    items.flatMap((container, index) => validateContainer(container, `${at}.${list}[${index}]`)),
  );
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  return [
    ...(objectsOf(podSpec['containers']).length === 0 ? [{ type: 'Required', field: `${at}.containers` } as const] : []),
    ...errors,
    ...(repeated === undefined ? [] : [{ type: 'Duplicate', field: `${at}.containers`, value: repeated } as const]),
    ...objectsOf(podSpec['imagePullSecrets']).flatMap(({ name }, index) =>
      typeof name === 'string' && name !== '' ? [] : [{ type: 'Required', field: `${at}.imagePullSecrets[${index}].name` } as const],
    ),
  ];
}

function validateContainer({ name, image, ...rest }: Readonly<Record<string, unknown>>, field: string): readonly FieldError[] {
  const isNamed = typeof name === 'string' && checkDnsLabel(name).length === 0;
  const isImage = typeof image === 'string' && image !== '' && image.trim() === image;
  const unknown = Object.keys(rest).filter((member) => !['env', 'command', 'args', 'ports', 'resources'].includes(member));
  return [
    ...(isNamed ? [] : [{ type: 'Invalid', field: `${field}.name`, value: name } as const]),
    ...(isImage ? [] : [{ type: 'Required', field: `${field}.image` } as const]),
    ...unknown.map((member): FieldError => ({ type: 'Invalid', field: `${field}.${member}`, value: member, detail: 'unknown field' })),
  ];
}

function validateSecret({ type, data }: StoredObject): readonly FieldError[] {
  const isBase64 = (value: unknown) => typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
  const wrong = Object.entries(objectOf(data)).filter(([, value]) => !isBase64(value));
  const errors = wrong.map(([key]): FieldError => ({ type: 'Invalid', field: `data[${key}]`, value: '<secret contents redacted>' }));
  if (type !== SECRET_TYPE || isConfig(objectOf(data)['.dockerconfigjson'])) return errors;
  return [...errors, { type: 'Invalid', field: 'data[.dockerconfigjson]', value: '<secret contents redacted>' }];
}

function isConfig(value: unknown): boolean {
  try {
    return isObject(JSON.parse(Buffer.from(String(value), 'base64').toString()));
  } catch {
    return false;
  }
}

function changedErrors({ kind }: ServedKind, object: StoredObject, before: StoredObject | undefined): readonly FieldError[] {
  if (before === undefined) return [];
  const spec = objectOf(object['spec']);
  const was = objectOf(before['spec']);
  const fields = (IMMUTABLE[kind] ?? []).filter((name) => !isDeepStrictEqual(spec[name], was[name])).map((name) => `spec.${name}`);
  const changed = kind === 'Secret' && object['type'] !== before['type'] ? ['type'] : fields;
  return changed.map((field) => ({ type: 'Invalid', field, value: 'changed', detail: 'field is immutable' }));
}
