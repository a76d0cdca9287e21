/** Kind `sns`: a topic that gets a message. */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { parseArn } from '../arn.ts';
import type { SnsTarget } from '../target-spec.ts';
import { readRoleArn, resourceOf, ROLE_ARN, validateService } from './fields/aws-target.ts';
import { ownIdentity } from './own-identity.ts';
import type { TargetKind } from './target-kind.ts';

const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}(\.fifo)?$/;

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.SnsTarget',
  description: 'A topic of SNS that gets a message.',
  required: ['topicArn'],
  fields: {
    topicArn: { description: 'ARN of the topic, standard or FIFO.', value: 'string' },
    roleArn: ROLE_ARN,
  },
};

export const SNS_KIND: TargetKind<SnsTarget> = {
  name: 'sns',
  schema: SCHEMA,
  decode: (fields) => ({ topicArn: fields.text('topicArn'), ...readRoleArn(fields) }),
  validate: ({ topicArn }, field) => validateService(topicArn, `${field}.topicArn`, 'sns', TOPIC_NAME),
  identity: (_, trigger) => ownIdentity(trigger),
  describe: ({ topicArn }) => parseArn(topicArn).resource,
  awsResource: (spec) => resourceOf(spec, 'topicArn'),
};
