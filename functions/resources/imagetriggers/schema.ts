/** Fields of ImageTrigger (docs/events.md). */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

const DELIVERY_V1 = 'io.image-streams.delivery.v1';

const SOURCE: ObjectSchema = {
  name: `${DELIVERY_V1}.TriggerSource`,
  description: 'A tag to follow.',
  required: ['name'],
  fields: {
    kind: { description: 'ImageStreamTag, which is also the default.', value: 'string' },
    name: { description: 'STREAM:TAG.', value: 'string' },
    namespace: { description: 'Namespace of the stream; that of the trigger when empty.', value: 'string' },
  },
};

const WEBHOOK: ObjectSchema = {
  name: `${DELIVERY_V1}.WebhookTarget`,
  description: 'A URL that takes POST requests as Standard Webhooks has them.',
  required: ['url'],
  fields: {
    url: { description: 'Where the news go, https.', value: 'string' },
    signingSecret: {
      description:
        'Key the requests are signed with, whsec_ and base64. Made when empty and shown once, in the answer to the create request; a mask afterwards.',
      value: 'string',
      isWriteOnly: true,
    },
  },
};

const TARGET: ObjectSchema = {
  name: `${DELIVERY_V1}.TargetSpec`,
  description: 'Who is told. Exactly one kind of target is set.',
  fields: { webhook: { description: 'A webhook.', value: WEBHOOK } },
};

const SPEC: ObjectSchema = {
  name: `${DELIVERY_V1}.ImageTriggerSpec`,
  description: 'Which tags are followed and who is told.',
  required: ['from', 'target'],
  fields: {
    from: { description: 'Tags to follow, 1 to 20.', value: { list: SOURCE } },
    paused: {
      description: 'True tells nothing until it is false again; what was missed is then made up for by the newest state.',
      value: 'bool',
    },
    target: { description: 'Where the news go.', value: TARGET },
  },
};

const TAG_STATUS: ObjectSchema = {
  name: `${DELIVERY_V1}.TriggerTagStatus`,
  description: 'What the target was last told of one tag.',
  fields: {
    from: { description: 'The tag.', value: SOURCE },
    lastImage: { description: 'Digest of the image; empty for a reference tag.', value: 'string' },
    lastReference: { description: 'Pull spec of the image.', value: 'string' },
    lastRevision: { description: 'Version of the stream the tag was read at.', value: 'string' },
    lastFiredTime: { description: 'When the target took it.', value: 'Time' },
  },
};

const CONDITION: ObjectSchema = {
  name: `${DELIVERY_V1}.TriggerCondition`,
  description: 'Whether the target has what it should have.',
  fields: {
    type: { description: 'Delivered is the only one.', value: 'string' },
    status: { description: 'False since the target does not take the news.', value: 'string' },
    reason: { description: 'Why, in one word.', value: 'string' },
    message: { description: 'Why, in words for people.', value: 'string' },
    lastTransitionTime: { description: 'When the status last changed.', value: 'Time' },
  },
};

const STATUS: ObjectSchema = {
  name: `${DELIVERY_V1}.ImageTriggerStatus`,
  description: 'What the target was told. Kept by the server.',
  fields: {
    observedGeneration: { description: 'Generation of the spec that this status is about.', value: 'int64' },
    tags: { description: 'What the target was last told, by tag.', value: { list: TAG_STATUS } },
    conditions: { description: 'Whether it arrived.', value: { list: CONDITION } },
  },
};

export const IMAGE_TRIGGER: KindSchema = kindSchema({
  group: 'delivery.image-streams.io',
  version: 'v1',
  kind: 'ImageTrigger',
  isBuiltIn: false,
  ownable: ['spec'],
  name: `${DELIVERY_V1}.ImageTrigger`,
  description: 'Tells a target whenever a tag comes to point to another image.',
  required: ['spec'],
  fields: {
    spec: { description: 'What the trigger does.', value: SPEC },
    status: { description: 'What the target was told.', value: STATUS },
  },
});
