/** What all targets in AWS have in common. */
import type { FieldSchema } from '../../../kubernetes/kind-schema.ts';
import type { FieldError } from '../../../kubernetes/types.ts';
import { parseArn } from '../../arn.ts';
import { type FieldReader, presentTexts } from './field-reader.ts';
import type { AwsResource } from '../target-kind.ts';

export const ROLE_ARN: FieldSchema = {
  description:
    'Role to assume first, whose trust policy requires the external id image-streams/NAMESPACE. Without it the deployment acts itself, if it is set up to.',
  value: 'string',
};

/** Absent when empty. */
export function readRoleArn(fields: FieldReader): { readonly roleArn?: string } {
  return presentTexts(fields, ['roleArn']);
}

/** What `awsResource` of a kind answers. */
export function resourceOf<Field extends string>(
  spec: { readonly [name in Field]: string } & { readonly roleArn?: string },
  field: Field,
): AwsResource {
  const { roleArn } = spec;
  return { arn: spec[field], field, ...(roleArn === undefined ? {} : { roleArn }) };
}

/** The ARN is one of `service` (`sqs`, `ecs`), its last part is like `form`. That it is an ARN at all is checked by the caller of a kind. */
export function validateService(arn: string, field: string, service: string, form: RegExp): readonly FieldError[] {
  const { service: found, resource } = parseArn(arn);
  if (found === '' || (found === service && form.test(resource))) return [];
  return [{ type: 'Invalid', field, value: arn, detail: `must be the ARN of a resource of ${service} that targets can act on` }];
}

/**
 * The role is of the resource's own account. For services that are told names, not ARNs: with the session of another account the same name would
 * be another thing.
 */
export function validateOwnRole(roleArn: string | undefined, arn: string, field: string): readonly FieldError[] {
  const { account: roleAccount } = parseArn(roleArn ?? '');
  const { account } = parseArn(arn);
  if (roleAccount === '' || account === '' || roleAccount === account) return [];
  return [{ type: 'Invalid', field: `${field}.roleArn`, value: roleArn, detail: `must be a role of account ${account}` }];
}
