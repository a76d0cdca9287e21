/** Kind `stepFunctions`: a state machine that is started. */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { formatArn, parseArn } from '../arn.ts';
import type { StepFunctionsTarget } from '../target-spec.ts';
import { readRoleArn, resourceOf, ROLE_ARN, validateService } from './fields/aws-target.ts';
import type { TargetKind } from './target-kind.ts';

const STATE_MACHINE = /^stateMachine:[A-Za-z0-9_.-]{1,80}(:[A-Za-z0-9_.-]{1,80})?$/;

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.StepFunctionsTarget',
  description: 'A state machine of Step Functions that is started.',
  required: ['stateMachineArn'],
  fields: {
    stateMachineArn: { description: 'ARN of the state machine, of a version or of an alias of it.', value: 'string' },
    roleArn: ROLE_ARN,
  },
};

export const STEP_FUNCTIONS_KIND: TargetKind<StepFunctionsTarget> = {
  name: 'stepFunctions',
  schema: SCHEMA,
  decode: (fields) => ({ stateMachineArn: fields.text('stateMachineArn'), ...readRoleArn(fields) }),
  validate: ({ stateMachineArn }, field) => validateService(stateMachineArn, `${field}.stateMachineArn`, 'states', STATE_MACHINE),
  // Events of executions name the state machine, and version and alias apart from it.
  identity: ({ stateMachineArn }) => unqualified(stateMachineArn),
  describe: ({ stateMachineArn }) => parseArn(stateMachineArn).resource.replace('stateMachine:', ''),
  awsResource: (spec) => resourceOf(spec, 'stateMachineArn'),
};

/** Without the version or the alias. */
function unqualified(stateMachineArn: string): string {
  const arn = parseArn(stateMachineArn);
  const [type, name] = arn.resource.split(':');
  return formatArn({ ...arn, resource: `${type}:${name}` });
}
