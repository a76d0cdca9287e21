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
  prepare: ({ spec: { arn, username, groups = [] } }, base) => ({ ...base, arn, groups, ...(username === undefined ? {} : { username }) }),
  validate: validateIamMapping,
  validateUpdate: validateIamMappingUpdate,
  view: viewIamMapping,
};

export function createIamMappingHandlers(
  api: PlainApi<StoredIamMapping> & { readonly objects: IamMappingStore },
): ResourceHandlers<IamIdentityMapping> {
  const handlers = createPlainHandlers(iamMappingKind, api);
  return {
    ...handlers,
    async create(context, object) {
      await refuseMapped(api.objects, object);
      return handlers.create(context, object);
    },
    decode: decodeIamMapping,
    table: iamMappingTable,
    schema: IAM_IDENTITY_MAPPING,
  };
}

/** Two that are created at once both pass; the store refuses the later one (409). Throws ApiError 422. */
async function refuseMapped(mappings: IamMappingStore, { metadata, spec }: IamIdentityMapping): Promise<void> {
  const principal = readPrincipal(spec.arn);
  const found = principal === null ? null : await mappings.findMapping(principal.arn);
  // Of the same name it is another create of the same mapping, which is answered as such.
  if (found === null || found.mapping === metadata?.name) return;
  const error = { type: 'Duplicate', field: 'spec.arn', value: spec.arn } as const;
  throw new ApiError(invalid(ACCESS_GROUP, IAM_MAPPING_TYPE.kind, metadata?.name ?? '', [error]));
}
