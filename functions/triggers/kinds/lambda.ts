/** Kind `lambda`: a function whose code is an image of ECR (docs/targets/lambda.md). */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import type { LambdaTarget } from '../target-spec.ts';
import { readRoleArn, resourceOf, ROLE_ARN, validateService } from './fields/aws-target.ts';
import { validateOneImage } from './fields/image-rules.ts';
import { presentTexts } from './fields/field-reader.ts';
import type { TargetKind } from './target-kind.ts';

/** Unqualified: what is published has a fixed image. */
const FUNCTION = /^function:[A-Za-z0-9_-]{1,64}$/;
/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
const ALIAS = /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/;

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.LambdaTarget',
  description: 'A function of Lambda made of a container image, which gets the image by its digest.',
  required: ['functionArn'],
  fields: {
    functionArn: { description: 'ARN of the function, without a version or an alias.', value: 'string' },
    alias: { description: 'Alias that is moved to a version with the image once that is ready. Must exist.', value: 'string' },
    publish: { description: 'Make a version of the function with the image; always done with an alias.', value: 'bool' },
    roleArn: ROLE_ARN,
  },
};

export const LAMBDA_KIND: TargetKind<LambdaTarget> = {
  name: 'lambda',
  schema: SCHEMA,
  decode(fields) {
    const publish = fields.flag('publish');
    return {
      functionArn: fields.text('functionArn'),
      ...presentTexts(fields, ['alias']),
      ...(publish ? { publish } : {}),
      ...readRoleArn(fields),
    };
  },
  validate: ({ functionArn, alias }, field, { images }) => [
    ...validateOneImage(images),
    ...validateService(functionArn, `${field}.functionArn`, 'lambda', FUNCTION),
    ...validateAlias(alias, `${field}.alias`),
  ],
  // Whatever the alias: versions are made of the one code a function has at a time.
  identity: ({ functionArn }) => functionArn,
  describe: ({ functionArn, alias }) => [functionArn.split(':').at(-1), ...(alias === undefined ? [] : [alias])].join(':'),
  awsResource: (spec) => resourceOf(spec, 'functionArn'),
};

function validateAlias(alias: string | undefined, field: string): readonly FieldError[] {
  if (alias === undefined || ALIAS.test(alias)) return [];
  return [{ type: 'Invalid', field, value: alias, detail: "must be letters, digits, '-' or '_', not digits alone, at most 128" }];
}
