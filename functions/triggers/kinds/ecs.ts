/** Kind `ecs`: a service of ECS whose containers run the images (docs/targets/ecs.md). */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { parseArn } from '../arn.ts';
import type { EcsTarget } from '../target-spec.ts';
import type { FollowedImage } from '../types.ts';
import { readRoleArn, resourceOf, ROLE_ARN, validateService } from './fields/aws-target.ts';
import { presentTexts } from './fields/field-reader.ts';
import type { TargetKind } from './target-kind.ts';

/** The ARNs of before 2018 do not name the cluster. */
const SERVICE = /^service\/[\w-]{1,255}\/[\w-]{1,255}$/;
const SECRET = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):\d{12}:secret:[\w/+=.@-]{1,512}$/;
/** ContainerDefinition in the API reference of ECS. */
const CONTAINER = /^[\w-]{1,255}$/;

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.EcsTarget',
  description:
    'A service of ECS. Gets a revision of its task definition with the images pinned by digest; `container` says which image is for which.',
  required: ['serviceArn'],
  fields: {
    serviceArn: { description: 'ARN of the service, with its cluster.', value: 'string' },
    roleArn: ROLE_ARN,
    repositoryCredentials: {
      description:
        'ARN of a secret of Secrets Manager that the containers pull these images with; the execution role must be able to read it.',
      value: 'string',
    },
  },
};

export const ECS_KIND: TargetKind<EcsTarget> = {
  name: 'ecs',
  schema: SCHEMA,
  decode: (fields) => ({
    serviceArn: fields.text('serviceArn'),
    ...readRoleArn(fields),
    ...presentTexts(fields, ['repositoryCredentials']),
  }),
  validate: ({ serviceArn, repositoryCredentials }, field, { images }) => [
    ...validateService(serviceArn, `${field}.serviceArn`, 'ecs', SERVICE),
    ...validateSecret(repositoryCredentials, `${field}.repositoryCredentials`, serviceArn),
    ...images.flatMap((image, index) => validatePlace(image, `spec.images[${index}]`, images.length === 1)),
  ],
  identity: ({ serviceArn }) => serviceArn,
  describe: ({ serviceArn }) => serviceArn.split('/').slice(1).join('/'),
  awsResource: ({ repositoryCredentials, ...spec }) => ({
    ...resourceOf(spec, 'serviceArn'),
    // The execution role sends it to the registry of the image: who follows a tag of their own would be sent whatever that role may read.
    ...(repositoryCredentials === undefined ? {} : { uses: [{ arn: repositoryCredentials, field: 'repositoryCredentials' }] }),
  }),
};

function validateSecret(arn: string | undefined, field: string, serviceArn: string): readonly FieldError[] {
  if (arn === undefined) return [];
  const [, region] = SECRET.exec(arn) ?? [];
  if (region === undefined) return [{ type: 'Invalid', field, value: arn, detail: 'must be the ARN of a secret of Secrets Manager' }];
  const { region: wanted } = parseArn(serviceArn);
  return wanted === '' || region === wanted
    ? []
    : [{ type: 'Invalid', field, value: arn, detail: `must be in ${wanted}, as the service is` }];
}

/** How many containers there are is known when the trigger fires; with several images each has to have its own. */
function validatePlace({ container, fieldPath }: FollowedImage, field: string, isOnly: boolean): readonly FieldError[] {
  if (fieldPath !== undefined)
    return [{ type: 'Forbidden', field: `${field}.fieldPath`, detail: 'a service of ECS has containers: set container' }];
  if (container === undefined)
    return isOnly
      ? []
      : [{ type: 'Required', field: `${field}.container`, detail: 'each of several images is for a container of its own' }];
  if (CONTAINER.test(container)) return [];
  const detail = "must be letters, digits, '-' or '_', at most 255";
  return [{ type: 'Invalid', field: `${field}.container`, value: container, detail }];
}
