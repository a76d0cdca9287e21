/** IAMIdentityMapping: reading what a client sends, and showing what is stored. */
import type { StoredIamMapping } from '../../access/ports.ts';
import { formatAge } from '../../kubernetes/age.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { isObject } from '../../kubernetes/object-meta.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { FieldError, KubernetesObject } from '../../kubernetes/types.ts';
import { viewMetadata } from '../plain-objects.ts';

export const ACCESS_GROUP = 'access.image-streams.io';
export const IAM_MAPPING_TYPE = { kind: 'IAMIdentityMapping', apiVersion: `${ACCESS_GROUP}/v1` } as const;

export interface IamIdentityMapping extends KubernetesObject {
  readonly spec: { readonly arn: string; readonly username?: string; readonly groups?: readonly string[] };
}

/** Unknown fields are dropped. Throws ApiError 422 naming every field of another type than it must have. */
export function decodeIamMapping(body: unknown): IamIdentityMapping {
  const { kind, apiVersion, metadata, spec } = body as KubernetesObject & { readonly spec?: unknown };
  const errors: FieldError[] = [];
  const fields = spec === undefined || spec === null ? {} : spec;
  if (!isObject(fields)) errors.push(typeError('spec', spec, 'object'));
  const { arn, username, groups } = isObject(fields) ? fields : {};
  const decoded = { arn: readText(arn, 'spec.arn', errors), groups: readTexts(groups, 'spec.groups', errors) };
  const user = readText(username, 'spec.username', errors);
  if (errors.length > 0) throw new ApiError(invalid(ACCESS_GROUP, IAM_MAPPING_TYPE.kind, metadata?.name ?? '', errors));
  return { kind, apiVersion, metadata, spec: user === '' ? decoded : { ...decoded, username: user } };
}

export function viewIamMapping(stored: StoredIamMapping): IamIdentityMapping {
  const { arn, username, groups } = stored;
  const spec = { arn, ...(username === undefined ? {} : { username }), ...(groups.length === 0 ? {} : { groups }) };
  return { ...IAM_MAPPING_TYPE, metadata: viewMetadata(stored), spec };
}

export const iamMappingTable: TableDefinition<IamIdentityMapping> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the mapping' },
    { name: 'ARN', type: 'string', description: 'IAM role or user' },
    { name: 'Username', type: 'string', description: 'Whom it stands for' },
    { name: 'Groups', type: 'string', description: 'Groups it is in' },
    { name: 'Age', type: 'string', description: 'Time since it was created' },
  ],
  cells: ({ metadata = {}, spec: { arn, username = '<arn>', groups = [] } }, now) => [
    metadata.name ?? '',
    arn,
    username,
    groups.length === 0 ? '<none>' : groups.join(','),
    formatAge(metadata.creationTimestamp, now),
  ],
};

function readTexts(value: unknown, field: string, errors: FieldError[]): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((entry: unknown, index) => readText(entry, `${field}[${index}]`, errors));
  errors.push(typeError(field, value, 'array'));
  return [];
}

function readText(value: unknown, field: string, errors: FieldError[]): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  errors.push(typeError(field, value, 'string'));
  return '';
}

function typeError(field: string, value: unknown, wanted: string): FieldError {
  return { type: 'TypeInvalid', field, value, detail: `must be of type ${wanted}` };
}
