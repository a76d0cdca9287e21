/** What triggers do to tags, from the environment of a deployed function. */
import { createQuotaReader } from '../access/limits/quota-reader.ts';
import { createFailedTags } from '../resources/imagestreamtags/failed-tags.ts';
import type { Authorizer } from '../resources/ports.ts';
import { createStreamWriter } from '../resources/stream-writer.ts';
import type { FailedTags } from '../triggers/ports.ts';
import { composeImageApi } from './image-api.ts';

/** Whoever gave the trigger its policy was allowed to update its tags, and protected tags are asked for nothing else. */
const MAY_UPDATE_TAGS: Authorizer = {
  authorize: async (_, { verb, resource }) => ({ allowed: verb === 'update' && resource === 'imagestreamtags', reason: '' }),
};

export function composeFailedTags(): FailedTags {
  const api = composeImageApi();
  const { streams, resourceQuotas, retry } = api;
  const write = createStreamWriter({ streams, authorizer: MAY_UPDATE_TAGS, quotas: createQuotaReader(resourceQuotas), retry });
  return createFailedTags({ ...api, authorizer: MAY_UPDATE_TAGS, write }, Date.now);
}
