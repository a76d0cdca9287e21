/** Fields of our own ImageStreamTagDiagnosis (docs/api.md). It is only ever answered. */
import type { FieldSchema, KindSchema, ObjectSchema, ValueSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

const OWN_V1 = 'io.image-streams.v1';

const field = (description: string, value: ValueSchema): FieldSchema => ({ description, value });

const STEP: ObjectSchema = {
  name: `${OWN_V1}.DiagnosisStep`,
  description: 'One step of the check.',
  required: ['step', 'outcome', 'message'],
  fields: {
    step: field('Source, AllowList, Address, Credentials or Registry.', 'string'),
    outcome: field('Passed, Failed, or Skipped after a step that failed.', 'string'),
    message: field('What was found.', 'string'),
  },
};

const ENTRY: ObjectSchema = {
  name: `${OWN_V1}.ConsideredEntry`,
  description: 'An entry of a pull secret of the namespace. Its password or token is not shown.',
  required: ['secret', 'key', 'username', 'reason'],
  fields: {
    secret: field('Name of the secret.', 'string'),
    key: field('The registry as written in the secret. Empty when the secret cannot be read.', 'string'),
    username: field('The user name of the entry.', 'string'),
    order: field('When it is tried, 1 first. Left out for entries that are not.', 'int32'),
    reason: field('Why it is tried then, or not at all.', 'string'),
  },
};

const CHALLENGE: ObjectSchema = {
  name: `${OWN_V1}.RegistryChallenge`,
  description: 'A challenge of WWW-Authenticate.',
  required: ['scheme'],
  fields: {
    scheme: field('In lower case, such as bearer.', 'string'),
    realm: field('For bearer the URL of the token service.', 'string'),
    service: field('The name of the registry at its token service.', 'string'),
    scope: field('What the token has to be for.', 'string'),
  },
};

const RATE_LIMIT: ObjectSchema = {
  name: `${OWN_V1}.RegistryRateLimit`,
  description: 'How much the registry lets one ask.',
  fields: {
    limit: field('Requests in a window.', 'int64'),
    remaining: field('Requests left in it.', 'int64'),
    window: field('Length of the window in seconds.', 'int64'),
    source: field('Whom they are counted for, an address or the id of a user.', 'string'),
  },
};

const REQUEST: ObjectSchema = {
  name: `${OWN_V1}.DiagnosedRequest`,
  description: 'A request that was sent.',
  required: ['method', 'url', 'credentials', 'authorization', 'milliseconds'],
  fields: {
    method: field('The method.', 'string'),
    url: field('The URL without its query.', 'string'),
    credentials: field('Secret and key of the entry it was sent with, or anonymous.', 'string'),
    authorization: field('How they were sent, as None, Basic, Bearer or RefreshToken.', 'string'),
    status: field('Of the answer. Left out when there was none.', 'int32'),
    milliseconds: field('From sending to the whole answer.', 'int64'),
    challenges: field('What an answer 401 asked for.', { list: CHALLENGE }),
    rateLimit: field('What the answer said of rate limits.', RATE_LIMIT),
    retryAfter: field('Seconds the registry asked to wait.', 'int64'),
    message: field('What the registry said, or why there was no answer.', 'string'),
  },
};

const FOUND: ObjectSchema = {
  name: `${OWN_V1}.FoundManifest`,
  description: 'What the source has now.',
  required: ['digest', 'mediaType', 'size'],
  fields: {
    digest: field('Digest of the manifest.', 'string'),
    mediaType: field('Its type. Empty when not told.', 'string'),
    size: field('Its size in bytes, 0 when not told.', 'int64'),
  },
};

export const IMAGE_STREAM_TAG_DIAGNOSIS: KindSchema = kindSchema({
  group: 'image-streams.io',
  version: 'v1',
  isBuiltIn: false,
  kind: 'ImageStreamTagDiagnosis',
  name: `${OWN_V1}.ImageStreamTagDiagnosis`,
  description: 'How a check of the source of a tag went just now, step by step.',
  required: ['tag', 'from', 'time', 'steps', 'credentials', 'requests'],
  fields: {
    tag: field('The tag.', 'string'),
    from: field('Its source as typed. Empty when it has none.', 'string'),
    time: field('When it was checked.', 'Time'),
    steps: field('In order. Nothing is tried after one that failed.', { list: STEP }),
    credentials: field('Entries of the pull secrets of the namespace, those that are tried first.', { list: ENTRY }),
    requests: field('All that were sent, in order.', { list: REQUEST }),
    found: field('What the source has now. Left out when that was not to be found out.', FOUND),
  },
});
