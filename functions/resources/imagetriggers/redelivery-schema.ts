/** Fields of what belongs to an ImageTrigger (docs/events.md). */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';
import { DELIVERY } from './schema.ts';

const DELIVERY_V1 = 'io.image-streams.delivery.v1';
const delivery = { group: 'delivery.image-streams.io', version: 'v1', isBuiltIn: false } as const;

const SPEC: ObjectSchema = {
  name: `${DELIVERY_V1}.ImageTriggerRedeliverySpec`,
  description: 'How to deliver again.',
  fields: { dryRun: { description: 'Only find out whether the target would take it.', value: 'bool' } },
};

const STATUS: ObjectSchema = {
  name: `${DELIVERY_V1}.ImageTriggerRedeliveryStatus`,
  description: 'What the delivery is found by.',
  fields: { suffix: { description: 'How the id of the delivery ends.', value: 'string' } },
};

export const REDELIVERY: KindSchema = kindSchema({
  ...delivery,
  kind: 'ImageTriggerRedelivery',
  name: `${DELIVERY_V1}.ImageTriggerRedelivery`,
  description: 'Brings a target to the current images once more, whatever it was told.',
  fields: {
    spec: { description: 'How.', value: SPEC },
    status: { description: 'What comes of it is found by this.', value: STATUS },
  },
});

export const DELIVERIES: KindSchema = kindSchema({
  ...delivery,
  kind: 'ImageTriggerDeliveries',
  name: `${DELIVERY_V1}.ImageTriggerDeliveries`,
  description: 'What a target was told within 30 days, page by page.',
  required: ['items'],
  fields: { items: { description: 'Newest first.', value: { list: DELIVERY } } },
});
