/** AdmissionMapping: reading what a client sends, and showing what is stored. Pure. */
import { imageNamespace } from '../../admission/namespace-mapping.ts';
import type { NamespaceMapping, StoredAdmissionMapping } from '../../admission/ports.ts';
import { formatAge } from '../../kubernetes/age.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { FieldError, KubernetesObject } from '../../kubernetes/types.ts';
import { type FieldReader, readFields } from '../../triggers/kinds/fields/field-reader.ts';
import { DELIVERY_API_VERSION, DELIVERY_GROUP } from '../../triggers/types.ts';
import { viewMetadata } from '../plain-objects.ts';

export const ADMISSION_MAPPING_TYPE = { kind: 'AdmissionMapping', apiVersion: DELIVERY_API_VERSION } as const;

export interface AdmissionMapping extends KubernetesObject {
  readonly spec: { readonly namespaces: readonly NamespaceMapping[] };
  readonly status?: { readonly tokens: readonly { readonly issued: string }[] };
}

/** Unknown fields are dropped, and the status, which is the server's. Throws ApiError 422 naming every field of another type than it must have. */
export function decodeAdmissionMapping(body: unknown): AdmissionMapping {
  const { kind, apiVersion, metadata, spec } = body as KubernetesObject & { readonly spec?: unknown };
  const errors: FieldError[] = [];
  const namespaces = readFields(spec, 'spec', errors).objects('namespaces').map(readNamespace);
  if (errors.length > 0) throw new ApiError(invalid(DELIVERY_GROUP, ADMISSION_MAPPING_TYPE.kind, metadata?.name ?? '', errors));
  return { kind, apiVersion, metadata, spec: { namespaces } };
}

function readNamespace(fields: FieldReader): NamespaceMapping {
  const mapped = fields.text('imageNamespace');
  const resolveNames = fields.flag('resolveNames');
  return { name: fields.text('name'), ...(mapped === '' ? {} : { imageNamespace: mapped }), ...(resolveNames ? { resolveNames } : {}) };
}

export function viewAdmissionMapping(stored: StoredAdmissionMapping): AdmissionMapping {
  const { namespaces, tokens } = stored;
  const status = tokens.length === 0 ? {} : { status: { tokens: tokens.map(({ issued }) => ({ issued })) } };
  return { ...ADMISSION_MAPPING_TYPE, metadata: viewMetadata(stored), spec: { namespaces }, ...status };
}

export const admissionMappingTable: TableDefinition<AdmissionMapping> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the mapping' },
    { name: 'Namespaces', type: 'string', description: 'Namespaces of the cluster, and those of their image streams where they differ' },
    { name: 'Token', type: 'string', description: 'Time since the newest token was issued' },
    { name: 'Age', type: 'string', description: 'Time since the mapping was created' },
  ],
  cells: ({ metadata = {}, spec, status }, now) => [
    metadata.name ?? '',
    spec.namespaces.map(formatNamespace).join(','),
    status?.tokens[0] === undefined ? '<none>' : formatAge(status.tokens[0].issued, now),
    formatAge(metadata.creationTimestamp, now),
  ],
};

function formatNamespace(mapping: NamespaceMapping): string {
  const mapped = imageNamespace(mapping);
  return mapped === mapping.name ? mapped : `${mapping.name}=${mapped}`;
}
