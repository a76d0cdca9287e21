/** What this deployment lets targets do in AWS as itself (docs/decisions/0070-whom-a-target-acts-as.md). Pure. */
import { matchesGlob } from '../image/glob.ts';
import type { FieldError } from '../kubernetes/types.ts';
import type { AwsResource } from './kinds/target-kind.ts';

/** Globs of ARNs by namespace; `*` = every namespace. */
export type AllowedTargets = Readonly<Record<string, readonly string[]>>;

/** Characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const LONGEST_ARN = 2048;
const ARN = /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d{12}:\S+$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/;

/** Reads the environment variable; absent: nothing is allowed. Throws for anything but a JSON object of lists of texts. */
export function parseAllowedTargets(text: string | undefined): AllowedTargets {
  if (text === undefined) return {};
  const parsed: unknown = JSON.parse(text);
  const isRight =
    typeof parsed === 'object' &&
    parsed !== null &&
    Object.values(parsed).every((list) => Array.isArray(list) && list.every((entry) => typeof entry === 'string'));
  if (!isRight) throw new TypeError('allowed targets are lists of ARNs by namespace');
  return parsed as AllowedTargets;
}

/** Whether triggers of the namespace may act on this resource as the deployment. `*` stands for anything and `?` for one character, as in a policy of IAM. */
export function isAllowedTarget(allowed: AllowedTargets, namespace: string, arn: string): boolean {
  const lists = ['*', namespace].flatMap((name) => (Object.hasOwn(allowed, name) ? (allowed[name] ?? []) : []));
  return arn.length <= LONGEST_ARN && lists.some((glob) => matchesGlob(arn, glob));
}

/** Whether triggers of the namespace may act on the resource, and have it use what they name, as the deployment. */
export function isAllowedResource(allowed: AllowedTargets, namespace: string, resource: AwsResource): boolean {
  return namedBy(resource).every(({ arn }) => isAllowedTarget(allowed, namespace, arn));
}

function namedBy({ arn, field, uses = [] }: AwsResource): readonly Pick<AwsResource, 'arn' | 'field'>[] {
  return [{ arn, field }, ...uses];
}

/** `field`: of the target. */
export function validateAwsResource(
  resource: AwsResource,
  field: string,
  namespace: string,
  allowed: AllowedTargets,
): readonly FieldError[] {
  const { arn, roleArn, field: member } = resource;
  const at = `${field}.${member}`;
  if (arn === '') return [{ type: 'Required', field: at }];
  // Too long to be repeated.
  if (arn.length > LONGEST_ARN) return [{ type: 'TooLong', field: at, detail: `must have at most ${LONGEST_ARN} characters` }];
  if (!ARN.test(arn)) return [{ type: 'Invalid', field: at, value: arn, detail: 'must be an ARN with a Region and an account' }];
  if (roleArn !== undefined) {
    const roleField = `${field}.roleArn`;
    return ROLE_ARN.test(roleArn) ? [] : [{ type: 'Invalid', field: roleField, value: roleArn, detail: 'must be the ARN of a role' }];
  }
  const detail = `this deployment does not act on it for triggers of namespace ${namespace}: set roleArn`;
  return namedBy(resource)
    .filter((named) => !isAllowedTarget(allowed, namespace, named.arn))
    .map((named) => ({ type: 'Forbidden', field: `${field}.${named.field}`, detail }));
}
