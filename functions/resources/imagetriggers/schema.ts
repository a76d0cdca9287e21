/** Fields of ImageTrigger (docs/events.md). */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { TARGET_KINDS } from '../../triggers/kinds/registry.ts';

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

const IMAGE: ObjectSchema = {
  name: `${DELIVERY_V1}.FollowedImage`,
  description: 'A tag, and which image of the target it is for.',
  required: ['from'],
  fields: {
    from: { description: 'The tag.', value: SOURCE },
    container: { description: 'Name of the container that runs the image, for targets that have containers.', value: 'string' },
    fieldPath: { description: 'Where the image is in an object of Kubernetes, instead of a container.', value: 'string' },
  },
};

const TARGET: ObjectSchema = {
  name: `${DELIVERY_V1}.TargetSpec`,
  description: 'What is brought to the newest images. Exactly one kind of target is set.',
  fields: Object.fromEntries(TARGET_KINDS.map(({ name, schema }) => [name, { description: schema.description, value: schema }])),
};

const WINDOW: ObjectSchema = {
  name: `${DELIVERY_V1}.TriggerWindow`,
  description: 'A time of day on some days of the week.',
  required: ['days', 'start', 'end'],
  fields: {
    days: { description: 'Days on which the window opens: Mon, Tue, Wed, Thu, Fri, Sat, Sun.', value: { list: 'string' } },
    start: { description: 'When it opens, HH:MM.', value: 'string' },
    end: { description: 'When it closes, HH:MM up to 24:00; on the next day when it is not after start.', value: 'string' },
    timeZone: { description: 'Whose clocks these are, like Europe/Berlin; UTC when empty.', value: 'string' },
  },
};

const RATE: ObjectSchema = {
  name: `${DELIVERY_V1}.TriggerRate`,
  description: 'How often the target is told something at most.',
  required: ['deliveries', 'per'],
  fields: {
    deliveries: { description: 'How many deliveries within any such period, 1 to 20.', value: 'int32' },
    per: { description: 'The period, like 1h; at most 168h.', value: 'string' },
  },
};

const POLICY: ObjectSchema = {
  name: `${DELIVERY_V1}.TriggerPolicy`,
  description: 'When a change goes out, and what follows when it fails.',
  fields: {
    window: { description: 'Only while one of these is open; always when there is none.', value: { list: WINDOW } },
    minInterval: { description: 'Not more often than this, like 5m.', value: 'string' },
    batch: { description: 'How long a change waits for others to go out with it, like 30s; at most 1h.', value: 'string' },
    rate: { description: 'At most so many deliveries within a period.', value: RATE },
    onFailure: {
      description:
        'What becomes of tags whose new image the target took and could not run: None, Hold (they do not move by themselves) or Revert (they are put back and held). Whoever sets it must be allowed to update the tags.',
      value: 'string',
    },
  },
};

const SPEC: ObjectSchema = {
  name: `${DELIVERY_V1}.ImageTriggerSpec`,
  description: 'Which tags are followed and what is brought to their images.',
  required: ['images', 'target'],
  fields: {
    images: { description: 'Tags to follow, 1 to 20.', value: { list: IMAGE } },
    paused: {
      description: 'True tells nothing until it is false again; what was missed is then made up for by the newest state.',
      value: 'bool',
    },
    target: { description: 'What is brought to the newest images.', value: TARGET },
    policy: { description: 'When a change goes out, at once when empty; and what follows when it fails.', value: POLICY },
  },
};

const IMAGE_STATUS: ObjectSchema = {
  name: `${DELIVERY_V1}.TriggerImageStatus`,
  description: 'What the target was last told of one tag.',
  fields: {
    from: { description: 'The tag.', value: SOURCE },
    lastTriggeredImage: { description: 'Pull spec of the image.', value: 'string' },
    lastImage: { description: 'Digest of the image; empty for a reference tag.', value: 'string' },
    lastRevision: { description: 'Version of the stream the tag was read at.', value: 'string' },
    lastTriggerTime: { description: 'When the target was brought to this image.', value: 'Time' },
  },
};

export const DELIVERY: ObjectSchema = {
  name: `${DELIVERY_V1}.TriggerDelivery`,
  description: 'One time the target was told, and what came of it.',
  fields: {
    id: { description: 'The same for every try to deliver the same images.', value: 'string' },
    time: { description: 'When it was first tried.', value: 'Time' },
    images: { description: 'Pull specs of what was new.', value: { list: 'string' } },
    outcome: { description: 'Delivered, Pending, Unknown, Retrying, Refused or Gone.', value: 'string' },
    attempts: { description: 'How often it was tried.', value: 'int64' },
    message: { description: 'What the target said, or did not.', value: 'string' },
    details: { description: 'What the target made of it.', value: { map: 'string' } },
    dryRun: { description: 'The target was only asked.', value: 'bool' },
  },
};

const CONDITION: ObjectSchema = {
  name: `${DELIVERY_V1}.TriggerCondition`,
  description: 'Whether the target has what it should have.',
  fields: {
    type: { description: 'Delivered is the only one.', value: 'string' },
    status: { description: 'False since the target does not take the news; Unknown while it has none, or has not said.', value: 'string' },
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
    lastTriggeredImage: { description: 'Pull spec of the first image.', value: 'string' },
    lastTriggerTime: { description: 'When the target was last brought to a new image.', value: 'Time' },
    nextTriggerTime: { description: 'When what waits for the policy goes out.', value: 'Time' },
    images: { description: 'What the target was last told, by tag.', value: { list: IMAGE_STATUS } },
    conditions: { description: 'Whether it arrived.', value: { list: CONDITION } },
    deliveries: { description: 'The newest ten, newest first.', value: { list: DELIVERY } },
  },
};

export const IMAGE_TRIGGER: KindSchema = kindSchema({
  group: 'delivery.image-streams.io',
  version: 'v1',
  kind: 'ImageTrigger',
  isBuiltIn: false,
  ownable: ['spec'],
  name: `${DELIVERY_V1}.ImageTrigger`,
  description: 'Brings a target to the newest images of tags.',
  required: ['spec'],
  fields: {
    spec: { description: 'What the trigger does.', value: SPEC },
    status: { description: 'What the target was told.', value: STATUS },
  },
});
