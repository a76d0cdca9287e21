/** Kind `eventBridge`: a bus, of this or another account, that gets an event (docs/trigger-delivery-event.schema.json). */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import type { EventBridgeTarget } from '../target-spec.ts';
import { readRoleArn, resourceOf, ROLE_ARN, validateService } from './fields/aws-target.ts';
import { ownIdentity } from './own-identity.ts';
import type { TargetKind } from './target-kind.ts';

const BUS = /^event-bus\/[A-Za-z0-9._/-]{1,256}$/;

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.EventBridgeTarget',
  description: 'A bus of EventBridge that gets an event.',
  required: ['eventBusArn'],
  fields: {
    eventBusArn: { description: 'ARN of the bus.', value: 'string' },
    roleArn: ROLE_ARN,
  },
};

export const EVENT_BRIDGE_KIND: TargetKind<EventBridgeTarget> = {
  name: 'eventBridge',
  schema: SCHEMA,
  decode: (fields) => ({ eventBusArn: fields.text('eventBusArn'), ...readRoleArn(fields) }),
  validate: ({ eventBusArn }, field) => validateService(eventBusArn, `${field}.eventBusArn`, 'events', BUS),
  identity: (_, trigger) => ownIdentity(trigger),
  describe: ({ eventBusArn }) => eventBusArn.slice(eventBusArn.indexOf('/') + 1),
  awsResource: (spec) => resourceOf(spec, 'eventBusArn'),
};
