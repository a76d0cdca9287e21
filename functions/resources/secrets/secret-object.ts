/** core/v1 Secret: reading what a client sends, and showing what is stored. */
import type { StoredSecret } from '../../access/ports.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import { formatAge } from '../../kubernetes/age.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { isObject } from '../../kubernetes/object-meta.ts';
import { badRequest } from '../../kubernetes/status.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import { viewMetadata } from '../plain-objects.ts';

export interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly immutable?: boolean;
}

/**
 * The fields of a secret, with `stringData` merged into the data. Throws ApiError 400, in which no value of the secret is quoted.
 */
export function decodeSecret(body: unknown): Secret {
  const { kind, apiVersion, metadata, data, stringData, type, immutable } = body as Readonly<Record<string, unknown>> & KubernetesObject;
  const given = decodeMap(data, 'data');
  for (const [key, value] of Object.entries(given)) {
    // Go's decoder passes over line breaks.
    given[key] = value.replaceAll(/[\r\n]/g, '');
  }
  for (const [key, value] of Object.entries(decodeMap(stringData, 'stringData'))) given[key] = Buffer.from(value).toString('base64');
  const common = { kind, apiVersion, metadata, data: given };
  if (!isAbsent(type) && typeof type !== 'string') throw refuse(wrongType(type, 'type', 'core.SecretType'));
  if (!isAbsent(immutable) && typeof immutable !== 'boolean') throw refuse(wrongType(immutable, 'immutable', 'bool'));
  return { ...common, ...(isAbsent(type) ? {} : { type }), ...(isAbsent(immutable) ? {} : { immutable }) };
}

/** `stringData` is written as `data`, so that whoever applies it owns what it becomes. */
export function foldStringData(document: KubernetesObject): KubernetesObject {
  const { stringData, ...secret } = document as Secret & { readonly stringData?: Readonly<Record<string, string | null>> | null };
  if (isAbsent(stringData)) return document;
  const packed = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value ?? '').toString('base64')] as const);
  return { ...secret, data: { ...secret.data, ...Object.fromEntries(packed) } } as KubernetesObject;
}

export function viewSecret(secret: StoredSecret): Secret {
  const { type, immutable, data } = secret;
  return {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: viewMetadata(secret),
    ...(immutable === undefined ? {} : { immutable }),
    ...(Object.keys(data).length === 0 ? {} : { data }),
    type,
  };
}

/** The columns of kubectl (kubernetes `printers/internalversion`). */
export const secretTable: TableDefinition<Secret> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the secret' },
    { name: 'Type', type: 'string', description: 'What the data is for' },
    { name: 'Data', type: 'string', description: 'Number of entries' },
    { name: 'Age', type: 'string', description: 'Time since it was created' },
  ],
  cells: ({ metadata = {}, type = '', data = {} }, now) => [
    metadata.name ?? '',
    type,
    Object.keys(data).length,
    formatAge(metadata.creationTimestamp, now),
  ],
};

/** null entries are Go's zero value. Without a prototype: a key may be called anything. */
function decodeMap(value: unknown, field: string): Record<string, string> {
  const map = Object.create(null) as Record<string, string>;
  if (isAbsent(value)) return map;
  if (!isObject(value)) throw refuse(wrongType(value, field, 'map'));
  for (const [key, entry] of Object.entries(value)) {
    if (!isAbsent(entry) && typeof entry !== 'string') throw refuse(wrongType(entry, `${field}[${key}]`, 'string'));
    map[key] = entry ?? '';
  }
  return map;
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function wrongType(value: unknown, field: string, type: string): string {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${found} into Go struct field Secret.${field} of type ${type}`;
}

function refuse(why: string): ApiError {
  return new ApiError(badRequest(`Secret in version "v1" cannot be handled as a Secret: ${why}`));
}
