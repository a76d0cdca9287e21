/** Kind `ssm`: a parameter of Parameter Store that holds what to pull (docs/targets/ssm.md). */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { notSupported } from '../../kubernetes/not-supported.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import type { SsmTarget } from '../target-spec.ts';
import { readRoleArn, resourceOf, ROLE_ARN, validateOwnRole, validateService } from './fields/aws-target.ts';
import { validateOneImage } from './fields/image-rules.ts';
import type { TargetKind } from './target-kind.ts';

/** At most 15 levels: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html. Names of AWS's own are no target. */
const PARAMETER = /^parameter(?!\/(?:aws|ssm))(?:\/[A-Za-z0-9_.-]+){1,15}$/i;
const FORMATS: readonly string[] = ['reference', 'digest'];

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.SsmTarget',
  description: 'A parameter of Systems Manager that holds what to pull, by digest.',
  required: ['parameterArn'],
  fields: {
    parameterArn: { description: 'ARN of the parameter, of type String. Made when there is none.', value: 'string' },
    format: { description: 'What it holds: reference, the whole pull spec (the default), or digest, which is sha256:….', value: 'string' },
    roleArn: ROLE_ARN,
  },
};

export const SSM_KIND: TargetKind<SsmTarget> = {
  name: 'ssm',
  schema: SCHEMA,
  decode(fields) {
    const format = fields.text('format');
    return {
      parameterArn: fields.text('parameterArn'),
      // Whatever it is: validation names what there is.
      ...(format === '' ? {} : { format: format as NonNullable<SsmTarget['format']> }),
      ...readRoleArn(fields),
    };
  },
  validate: ({ parameterArn, format, roleArn }, field, { images }) => [
    ...validateOneImage(images),
    ...validateService(parameterArn, `${field}.parameterArn`, 'ssm', PARAMETER),
    ...validateFormat(format, `${field}.format`),
    ...validateOwnRole(roleArn, parameterArn, field),
  ],
  identity: ({ parameterArn }) => parameterArn,
  describe: ({ parameterArn }) => parameterArn.slice(parameterArn.indexOf('/')),
  awsResource: (spec) => resourceOf(spec, 'parameterArn'),
};

function validateFormat(format: string | undefined, field: string): readonly FieldError[] {
  if (format === undefined || FORMATS.includes(format)) return [];
  return [notSupported(field, format, FORMATS)];
}
