/** Kind `codepipeline`: a pipeline that is started, with images in its variables and digests for its source actions. */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { notSupported } from '../../kubernetes/not-supported.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { parseArn } from '../arn.ts';
import type { CodePipelineTarget, PipelineSourceAction, PipelineVariable } from '../target-spec.ts';
import type { FollowedImage } from '../types.ts';
import { readRoleArn, resourceOf, ROLE_ARN, validateOwnRole, validateService } from './fields/aws-target.ts';
import { type FieldReader, presentTexts } from './fields/field-reader.ts';
import type { TargetKind } from './target-kind.ts';

const PIPELINE_NAME = /^[A-Za-z0-9.@_-]{1,100}$/;
/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineVariable.html */
const VARIABLE_NAME = /^[A-Za-z0-9@_-]{1,128}$/;
const ACTION_NAME = /^[A-Za-z0-9.@_-]{1,100}$/;
const MOST = 50;
const VALUES = ['Reference', 'Digest'];

const CONTAINER = { description: 'Container of the image it gets; the first image when empty.', value: 'string' } as const;

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.CodePipelineTarget',
  description: 'A pipeline of CodePipeline that is started.',
  required: ['pipelineArn'],
  fields: {
    pipelineArn: { description: 'ARN of the pipeline.', value: 'string' },
    roleArn: ROLE_ARN,
    variables: {
      description: 'Variables of the pipeline that get an image; the pipeline is of type V2.',
      value: {
        list: {
          name: 'io.image-streams.delivery.v1.PipelineVariable',
          description: 'A variable of a pipeline, and what it gets.',
          required: ['name'],
          fields: {
            name: { description: 'Name of the variable.', value: 'string' },
            container: CONTAINER,
            value: { description: 'Reference, the pull spec, which is the default, or Digest.', value: 'string' },
          },
        },
      },
    },
    sourceActions: {
      description: 'Source actions of ECR that begin with the digest of an image instead of the newest one.',
      value: {
        list: {
          name: 'io.image-streams.delivery.v1.PipelineSourceAction',
          description: 'A source action of a pipeline, and whose digest it gets.',
          required: ['name'],
          fields: { name: { description: 'Name of the action.', value: 'string' }, container: CONTAINER },
        },
      },
    },
  },
};

export const CODEPIPELINE_KIND: TargetKind<CodePipelineTarget> = {
  name: 'codepipeline',
  schema: SCHEMA,
  decode(fields) {
    const variables = fields.objects('variables').map(readVariable);
    const sourceActions = fields.objects('sourceActions').map(readPlace);
    return {
      pipelineArn: fields.text('pipelineArn'),
      ...readRoleArn(fields),
      ...(variables.length === 0 ? {} : { variables }),
      ...(sourceActions.length === 0 ? {} : { sourceActions }),
    };
  },
  validate: ({ pipelineArn, variables = [], sourceActions = [], roleArn }, field, { images }) => [
    ...validateService(pipelineArn, `${field}.pipelineArn`, 'codepipeline', PIPELINE_NAME),
    ...validateOwnRole(roleArn, pipelineArn, field),
    ...validatePlaces(variables, `${field}.variables`, VARIABLE_NAME, images),
    ...variables.flatMap(({ value }, index): readonly FieldError[] => {
      if (value === undefined || VALUES.includes(value)) return [];
      return [notSupported(`${field}.variables[${index}].value`, value, ['Digest', 'Reference'])];
    }),
    ...validatePlaces(sourceActions, `${field}.sourceActions`, ACTION_NAME, images),
  ],
  identity: ({ pipelineArn }) => pipelineArn,
  describe: ({ pipelineArn }) => parseArn(pipelineArn).resource,
  awsResource: (spec) => resourceOf(spec, 'pipelineArn'),
};

function readPlace(fields: FieldReader): PipelineSourceAction {
  return { name: fields.text('name'), ...presentTexts(fields, ['container']) };
}

/** Values that there are not pass through to validation, which names those there are. */
function readVariable(fields: FieldReader): PipelineVariable {
  const value = fields.text('value') as NonNullable<PipelineVariable['value']> | '';
  return { ...readPlace(fields), ...(value === '' ? {} : { value }) };
}

function validatePlaces(
  places: readonly PipelineSourceAction[],
  field: string,
  form: RegExp,
  images: readonly FollowedImage[],
): readonly FieldError[] {
  if (places.length > MOST) return [{ type: 'Invalid', field, value: places.length, detail: `must have at most ${MOST} items` }];
  return places.flatMap(({ name, container }, index) => {
    const at = `${field}[${index}]`;
    const isRepeated = places.findIndex((other) => other.name === name) < index;
    const isUnknown = container !== undefined && !images.some((image) => image.container === container);
    return [
      ...(form.test(name) ? [] : [{ type: 'Invalid', field: `${at}.name`, value: name, detail: `must match ${form.source}` } as const]),
      ...(isRepeated ? [{ type: 'Duplicate', field: `${at}.name`, value: name } as const] : []),
      ...(isUnknown
        ? [
            {
              type: 'Invalid',
              field: `${at}.container`,
              value: container,
              detail: 'must be the container of an image of the trigger',
            } as const,
          ]
        : []),
    ];
  });
}
