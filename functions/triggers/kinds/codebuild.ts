/** Kind `codebuild`: a project that builds whenever an image is new (docs/targets/codebuild.md). */
import type { ObjectSchema } from '../../kubernetes/kind-schema.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { followKey, followedTag } from '../followed-tags.ts';
import type { CodeBuildTarget } from '../target-spec.ts';
import type { FollowedImage, TriggerSource } from '../types.ts';
import { readRoleArn, resourceOf, ROLE_ARN, validateOwnRole, validateService } from './fields/aws-target.ts';
import { validateNoPlaces } from './fields/image-rules.ts';
import type { TargetKind } from './target-kind.ts';

const PROJECT = /^project\/[A-Za-z0-9][A-Za-z0-9_-]{1,254}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** Set by the target or by CodeBuild. */
const TAKEN = /^(?:DELIVERY_ID$|IMAGE$|CODEBUILD_)/;
const MOST_VARIABLES = 20;

const SCHEMA: ObjectSchema = {
  name: 'io.image-streams.delivery.v1.CodeBuildTarget',
  description: 'A project of CodeBuild that is built with the images in environment variables: IMAGE is the first one.',
  required: ['projectArn'],
  fields: {
    projectArn: { description: 'ARN of the project.', value: 'string' },
    imageOverride: { description: 'Run the build in the first image.', value: 'bool' },
    variables: {
      description:
        'More environment variables by name: each holds the image of a followed tag, <stream>:<tag> or <namespace>/<stream>:<tag>.',
      value: { map: 'string' },
    },
    roleArn: ROLE_ARN,
  },
};

export const CODEBUILD_KIND: TargetKind<CodeBuildTarget> = {
  name: 'codebuild',
  schema: SCHEMA,
  decode(fields) {
    const variables = fields.map('variables');
    const imageOverride = fields.flag('imageOverride');
    return {
      projectArn: fields.text('projectArn'),
      ...(imageOverride ? { imageOverride } : {}),
      ...(Object.keys(variables).length === 0 ? {} : { variables }),
      ...readRoleArn(fields),
    };
  },
  validate: ({ projectArn, variables = {}, roleArn }, field, { images, namespace }) => [
    ...validateNoPlaces(images),
    ...validateService(projectArn, `${field}.projectArn`, 'codebuild', PROJECT),
    ...validateVariables(variables, `${field}.variables`, images, namespace),
    ...validateOwnRole(roleArn, projectArn, field),
  ],
  identity: ({ projectArn }) => projectArn,
  describe: ({ projectArn }) => projectArn.split('/').at(-1) ?? '',
  awsResource: (spec) => resourceOf(spec, 'projectArn'),
};

/** The tag that a variable is said to hold the image of, as `followKey` has it; null when that is no tag. */
export function variableKey(text: string, namespace: string): string | null {
  const slash = text.indexOf('/');
  const own = slash === -1 ? {} : { namespace: text.slice(0, slash) };
  const source: TriggerSource = { kind: 'ImageStreamTag', name: text.slice(slash + 1), ...own };
  const tag = followedTag(source, namespace);
  return tag === null ? null : followKey(tag);
}

function validateVariables(
  variables: Readonly<Record<string, string>>,
  field: string,
  images: readonly FollowedImage[],
  namespace: string,
): readonly FieldError[] {
  const entries = Object.entries(variables);
  if (entries.length > MOST_VARIABLES)
    return [{ type: 'Invalid', field, value: entries.length, detail: `must have at most ${MOST_VARIABLES} items` }];
  const followed = new Set(images.map(({ from }) => followedTag(from, namespace)).flatMap((tag) => (tag === null ? [] : [followKey(tag)])));
  return entries.flatMap(([name, text]): readonly FieldError[] => {
    const at = `${field}[${name}]`;
    if (!VARIABLE.test(name)) return [{ type: 'Invalid', field: at, value: name, detail: 'must be the name of an environment variable' }];
    if (TAKEN.test(name)) return [{ type: 'Forbidden', field: at, detail: 'is set by the target or by CodeBuild' }];
    const key = variableKey(text, namespace);
    const detail = 'must be one of the tags in spec.images, as <stream>:<tag> or <namespace>/<stream>:<tag>';
    return key !== null && followed.has(key) ? [] : [{ type: 'Invalid', field: at, value: text, detail }];
  });
}
