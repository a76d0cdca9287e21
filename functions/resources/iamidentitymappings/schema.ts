/** Fields of IAMIdentityMapping (docs/access.md); their names are those of aws-iam-authenticator's resource of the same kind. */
import type { KindSchema, ObjectSchema } from '../../kubernetes/kind-schema.ts';
import { kindSchema } from '../../kubernetes/meta-schema.ts';

const ACCESS_V1 = 'io.image-streams.access.v1';

const SPEC: ObjectSchema = {
  name: `${ACCESS_V1}.IAMIdentityMappingSpec`,
  description: 'Whom an IAM role or user stands for.',
  required: ['arn'],
  fields: {
    arn: {
      description: 'ARN of a role, with or without its path, or of a user. No wildcards. Stays as it is; one mapping for an ARN.',
      value: 'string',
    },
    username: {
      description:
        'Name of the user. {{AccountID}}, and behind a colon {{SessionName}} or {{SessionNameRaw}} are filled in. The ARN that STS tells when empty.',
      value: 'string',
    },
    groups: { description: 'Groups the user is in, with the same templates.', value: { list: 'string' } },
  },
};

export const IAM_IDENTITY_MAPPING: KindSchema = kindSchema({
  group: 'access.image-streams.io',
  version: 'v1',
  kind: 'IAMIdentityMapping',
  isBuiltIn: false,
  ownable: ['spec'],
  name: `${ACCESS_V1}.IAMIdentityMapping`,
  description: 'Lets an IAM role or user log in with its AWS credentials.',
  required: ['spec'],
  fields: { spec: { description: 'Who it is in AWS, and here.', value: SPEC } },
});
