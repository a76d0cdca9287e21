/** Verbs of iamidentitymappings. */
import type { IamMappingStore, StoredIamMapping } from '../../access/ports.ts';
import { readPrincipal } from '../../identity/iam-arn.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import { invalid } from '../../kubernetes/status.ts';
import { createPlainHandlers, type PlainApi, type PlainKind } from '../plain-objects.ts';
import {
  ACCESS_GROUP,
  decodeIamMapping,
  IAM_MAPPING_TYPE,
  type IamIdentityMapping,
  iamMappingTable,
  viewIamMapping,
} from './iam-mapping-object.ts';
import { IAM_IDENTITY_MAPPING } from './schema.ts';
import { validateIamMapping, validateIamMappingUpdate } from './validate-iam-mapping.ts';

export const iamMappingKind: PlainKind<StoredIamMapping, IamIdentityMapping> = {
  group: ACCESS_GROUP,
  ...IAM_MAPPING_TYPE,
  resource: 'iamidentitymappings',
  isClusterScoped: true,
  prepare: ({ spec: { arn, username, groups = [] } }, base) => ({ ...base, arn, groups, ...(username === undefined ? {} : { username }) }),
  validate: validateIamMapping,
  validateUpdate: validateIamMappingUpdate,
  view: viewIamMapping,
};

export function createIamMappingHandlers(
  api: PlainApi<StoredIamMapping> & { readonly objects: IamMappingStore },
): ResourceHandlers<IamIdentityMapping> {
  return {
    ...createPlainHandlers(iamMappingKind, { ...api, admit: (_, before, after) => refuseMapped(api.objects, before, after) }),
    decode: decodeIamMapping,
    table: iamMappingTable,
    schema: IAM_IDENTITY_MAPPING,
  };
}

/** Two that are created at once both pass; the store refuses the later one (409). Throws ApiError 422. */
async function refuseMapped(mappings: IamMappingStore, before: StoredIamMapping | null, { name, arn }: StoredIamMapping): Promise<void> {
  const principal = before === null ? readPrincipal(arn) : null;
  const found = principal === null ? null : await mappings.findMapping(principal.arn);
  // Of the same name it is another create of the same mapping, which is answered as such.
  if (found === null || found.mapping === name) return;
  const error = { type: 'Duplicate', field: 'spec.arn', value: arn } as const;
  throw new ApiError(invalid(ACCESS_GROUP, IAM_MAPPING_TYPE.kind, name, [error]));
}
