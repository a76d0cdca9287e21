/** Verbs of admissionmappings. */
import type { StoredAdmissionMapping } from '../../admission/ports.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { invalid } from '../../kubernetes/status.ts';
import { DELIVERY_GROUP } from '../../triggers/types.ts';
import { createPlainHandlers, type PlainApi, type PlainKind } from '../plain-objects.ts';
import type { Authorizer } from '../ports.ts';
import {
  ADMISSION_MAPPING_TYPE,
  type AdmissionMapping,
  admissionMappingTable,
  decodeAdmissionMapping,
  viewAdmissionMapping,
} from './admission-mapping-object.ts';
import { checkNamespaces } from './check-namespaces.ts';
import { ADMISSION_MAPPING } from './schema.ts';
import { validateAdmissionMapping } from './validate-admission-mapping.ts';

export interface AdmissionMappingApi extends Omit<PlainApi<StoredAdmissionMapping>, 'admit'> {
  readonly authorizer: Authorizer;
}

export const admissionMappingKind: PlainKind<StoredAdmissionMapping, AdmissionMapping> = {
  group: DELIVERY_GROUP,
  ...ADMISSION_MAPPING_TYPE,
  resource: 'admissionmappings',
  isClusterScoped: true,
  prepare: ({ spec: { namespaces } }, base, before) => ({ ...base, namespaces, tokens: before?.tokens ?? [] }),
  validate: validateAdmissionMapping,
  validateUpdate: () => [],
  view: viewAdmissionMapping,
};

export function createAdmissionMappingHandlers(api: AdmissionMappingApi): ResourceHandlers<AdmissionMapping> {
  const admit = (context: RequestContext, before: StoredAdmissionMapping | null, after: StoredAdmissionMapping) =>
    refuseForeign(api.authorizer, context, before, after);
  return {
    ...createPlainHandlers(admissionMappingKind, { ...api, admit }),
    decode: decodeAdmissionMapping,
    table: admissionMappingTable,
    schema: ADMISSION_MAPPING,
  };
}

/** Nobody is asked about what is refused anyway. Throws ApiError 422. */
async function refuseForeign(
  authorizer: Authorizer,
  { identity }: RequestContext,
  before: StoredAdmissionMapping | null,
  after: StoredAdmissionMapping,
): Promise<void> {
  if (validateAdmissionMapping(after).length > 0) return;
  const errors = await checkNamespaces(authorizer, identity, before?.namespaces ?? [], after.namespaces);
  if (errors.length > 0) throw new ApiError(invalid(DELIVERY_GROUP, ADMISSION_MAPPING_TYPE.kind, after.name, errors));
}
