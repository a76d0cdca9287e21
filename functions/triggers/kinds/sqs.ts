/** Kind `sqs`: a queue that gets a message. */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { parseArn } from '../arn.ts';
import type { SqsTarget } from '../target-spec.ts';
import { readRoleArn, resourceOf, ROLE_ARN, validateService } from './fields/aws-target.ts';
import { ownIdentity } from './own-identity.ts';
import type { TargetKind } from './target-kind.ts';

const QUEUE_NAME = /^[A-Za-z0-9_-]{1,80}(\.fifo)?$/;

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.SqsTarget',
  description: 'A queue of SQS that gets a message.',
  required: ['queueArn'],
  fields: {
    queueArn: { description: 'ARN of the queue, standard or FIFO.', value: 'string' },
    roleArn: ROLE_ARN,
  },
};

export const SQS_KIND: TargetKind<SqsTarget> = {
  name: 'sqs',
  schema: SCHEMA,
  decode: (fields) => ({ queueArn: fields.text('queueArn'), ...readRoleArn(fields) }),
  validate: ({ queueArn }, field) => validateService(queueArn, `${field}.queueArn`, 'sqs', QUEUE_NAME),
  identity: (_, trigger) => ownIdentity(trigger),
  describe: ({ queueArn }) => parseArn(queueArn).resource,
  awsResource: (spec) => resourceOf(spec, 'queueArn'),
};
