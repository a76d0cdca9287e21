/** Fields of our own views of a tag (docs/api.md). They are only ever answered. */
import type { FieldSchema, KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { TAG_EVENT, TAG_REFERENCE_POLICY } from '../imagestreams/tag-schema.ts';

const OWN_V1 = 'io.image-streams.v1';
const own = { group: 'image-streams.io', version: 'v1', isBuiltIn: false } as const;

const MOVE: Readonly<Record<'since' | 'by' | 'cause', FieldSchema>> = {
  since: {
    description: 'When the tag came to point there, as this API saw it. Left out where nobody knows, as are the next two.',
    value: 'Time',
  },
  by: { description: 'Who moved the tag.', value: 'string' },
  cause: { description: 'What moved the tag, e.g. import.', value: 'string' },
};

const ENTRY: ObjectSchema = {
  ...TAG_EVENT,
  name: `${OWN_V1}.TagHistoryEntry`,
  fields: { ...TAG_EVENT.fields, ...MOVE },
};

export const IMAGE_STREAM_TAG_HISTORY: KindSchema = kindSchema({
  ...own,
  kind: 'ImageStreamTagHistory',
  name: `${OWN_V1}.ImageStreamTagHistory`,
  description: 'Everything a tag ever pointed to, page by page.',
  required: ['total', 'items'],
  fields: {
    total: { description: 'Events of the whole history.', value: 'int64' },
    items: { description: 'Events of this page, newest first.', value: { list: ENTRY } },
  },
});

export const RESOLVED_IMAGE_STREAM_TAG: KindSchema = kindSchema({
  ...own,
  kind: 'ResolvedImageStreamTag',
  name: `${OWN_V1}.ResolvedImageStreamTag`,
  description: 'What to pull for a tag right now.',
  required: ['tag', 'dockerImageReference', 'image', 'referencePolicy', 'created', 'since'],
  fields: {
    tag: { description: 'The tag.', value: 'string' },
    dockerImageReference: { description: 'Pull spec of the image, by digest. For reference tags as it was written.', value: 'string' },
    image: { description: 'Digest of the image; empty for a reference tag.', value: 'string' },
    referencePolicy: { description: 'Which pull spec those get who resolve the tag.', value: TAG_REFERENCE_POLICY },
    created: { description: 'When the event was made.', value: 'Time' },
    ...MOVE,
  },
});

const text = (description: string): FieldSchema => ({ description, value: 'string' });
const time = (description: string): FieldSchema => ({ description, value: 'Time' });

const FAILING: ObjectSchema = {
  name: `${OWN_V1}.FailingCheck`,
  description: 'Why a tag cannot be imported.',
  required: ['since', 'checks', 'reason', 'message'],
  fields: {
    since: time('Since when it is the same failure.'),
    checks: { description: 'Checks that found it so.', value: 'int64' },
    reason: text('Reason of the condition ImportSuccess.'),
    message: text('What went wrong.'),
  },
};

const REGISTRY: ObjectSchema = {
  name: `${OWN_V1}.RegistryTrouble`,
  description: 'A registry that is left alone for a while.',
  required: ['host', 'reason', 'message', 'failures', 'since', 'leftAloneUntil'],
  fields: {
    host: text('The registry.'),
    reason: text('Either throttled or silent.'),
    message: text('What it said, or did not.'),
    failures: { description: 'Times in a row.', value: 'int64' },
    since: time('The first of them.'),
    leftAloneUntil: time('It is not asked before.'),
  },
};

const MISSING: ObjectSchema = {
  name: `${OWN_V1}.MissingImage`,
  description: 'An image that its registry no longer has.',
  required: ['since', 'message'],
  fields: { since: time('When that was first noticed.'), message: text('What the registry said.') },
};

const IMAGE_CHECK: ObjectSchema = {
  name: `${OWN_V1}.ImageCheck`,
  description: 'Whether the registry still has the image the tag points to.',
  fields: {
    lastCheck: time('When it was last put in line to be looked for.'),
    nextCheck: time('Not before; left out when that is the next minute.'),
    missing: { description: 'Left out while the image is there.', value: MISSING },
  },
};

export const IMAGE_STREAM_TAG_SCHEDULE: KindSchema = kindSchema({
  ...own,
  kind: 'ImageStreamTagSchedule',
  name: `${OWN_V1}.ImageStreamTagSchedule`,
  description: 'When a tag is compared with its registry, and how that goes.',
  required: ['tag', 'scheduled'],
  fields: {
    tag: text('The tag.'),
    scheduled: { description: 'Whether the source of the tag is checked.', value: 'bool' },
    interval: text('How often.'),
    lastCheck: time('When it was last put in line to be checked.'),
    nextCheck: time('Not before; left out when that is the next minute.'),
    failing: { description: 'Left out when the last import succeeded.', value: FAILING },
    registry: { description: 'Left out when the registry is well.', value: REGISTRY },
    image: { description: 'Left out when the tag points to no image of a registry.', value: IMAGE_CHECK },
  },
});
