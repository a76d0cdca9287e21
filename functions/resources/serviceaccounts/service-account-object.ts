/** core/v1 ServiceAccount: reading what a client sends, and showing what is stored. */
import type { StoredServiceAccount } from '../../access/ports.ts';
import { formatAge } from '../../kubernetes/age.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { isObject } from '../../kubernetes/object-meta.ts';
import { type MessageSchema, OBJECT_META } from '../../kubernetes/protobuf.ts';
import { badRequest } from '../../kubernetes/status.ts';
import type { KubernetesObject, ObjectReference } from '../../kubernetes/types.ts';
import { viewMetadata } from '../plain-objects.ts';

export interface ServiceAccount extends KubernetesObject {
  readonly secrets?: readonly ObjectReference[];
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly automountServiceAccountToken?: boolean;
}

const REFERENCE_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const;

/** As `kubectl create serviceaccount` ≥ 1.32 sends it (clients-on-the-wire.md §3.2). */
export const SERVICE_ACCOUNT_MESSAGE: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: {
    name: 'secrets',
    type: 'message',
    repeated: true,
    fields: Object.fromEntries(REFERENCE_FIELDS.map((name, index) => [index + 1, { name, type: 'string' }])),
  },
  3: { name: 'imagePullSecrets', type: 'message', repeated: true, fields: { 1: { name: 'name', type: 'string' } } },
  4: { name: 'automountServiceAccountToken', type: 'bool' },
};

/** Unknown fields are dropped. Throws ApiError 400. */
export function decodeServiceAccount(body: unknown): ServiceAccount {
  const { kind, apiVersion, metadata, ...fields } = body as Readonly<Record<string, unknown>> & KubernetesObject;
  const secrets = decodeReferences(fields['secrets'], 'secrets', REFERENCE_FIELDS);
  const imagePullSecrets = decodeReferences(fields['imagePullSecrets'], 'imagePullSecrets', ['name']).map(({ name = '' }) => ({ name }));
  const automount = fields['automountServiceAccountToken'] ?? undefined;
  if (automount !== undefined && typeof automount !== 'boolean') throw refuse('automountServiceAccountToken', 'bool');
  const common = { kind, apiVersion, metadata, secrets, imagePullSecrets };
  return automount === undefined ? common : { ...common, automountServiceAccountToken: automount };
}

export function viewServiceAccount(account: StoredServiceAccount): ServiceAccount {
  const { secrets, imagePullSecrets, automountServiceAccountToken: automount } = account;
  return {
    kind: 'ServiceAccount',
    apiVersion: 'v1',
    metadata: viewMetadata(account),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(imagePullSecrets.length === 0 ? {} : { imagePullSecrets }),
    ...(automount === undefined ? {} : { automountServiceAccountToken: automount }),
  };
}

/** The columns of kubectl (kubernetes `printers/internalversion`). */
export const serviceAccountTable: TableDefinition<ServiceAccount> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the service account' },
    { name: 'Secrets', type: 'string', description: 'Number of secrets it may use' },
    { name: 'Age', type: 'string', description: 'Time since it was created' },
  ],
  cells: ({ metadata = {}, secrets = [] }, now) => [metadata.name ?? '', secrets.length, formatAge(metadata.creationTimestamp, now)],
};

function decodeReferences(value: unknown, field: string, names: readonly (keyof ObjectReference)[]): readonly ObjectReference[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw refuse(field, 'list');
  return value.map((entry: unknown) => {
    if (!isObject(entry)) throw refuse(field, 'list of references');
    const given = names
      .map((name) => [name, entry[name]] as const)
      .filter(([, text]) => text !== undefined && text !== null && text !== '');
    if (given.some(([, text]) => typeof text !== 'string')) throw refuse(field, 'list of references');
    return Object.fromEntries(given);
  });
}

function refuse(field: string, type: string): ApiError {
  return new ApiError(
    badRequest(
      `ServiceAccount in version "v1" cannot be handled as a ServiceAccount: json: cannot unmarshal field ServiceAccount.${field} of type ${type}`,
    ),
  );
}
