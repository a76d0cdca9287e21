/** What the template allows: each role's own and attached policies, and the policies of queues and functions. */
import type { Stack } from '../cloudformation.ts';
import { nameFromArn } from '../physical-names.ts';
import { StartError } from '../start-error.ts';
import type { Conditions } from './conditions.ts';
import { type Grant, readGrants } from './policy-document.ts';

export interface Policies {
  /** By role name. */
  readonly roles: ReadonlyMap<string, Role>;
  /** What policies of queues and functions say about those who come to them. */
  readonly resources: readonly Grant[];
}

export interface Role {
  readonly name: string;
  readonly grants: readonly Grant[];
  /** Services that may act as the role: the grants' principals. */
  readonly trust: readonly Grant[];
}

/** Reads every policy of `stack`. Throws StartError for one whose statements are elsewhere (managed by AWS) or not hosted. */
export function readPolicies(stack: Stack): Policies {
  const managed = stack.ofType('AWS::IAM::ManagedPolicy');
  const attached = [...stack.ofType('AWS::IAM::Policy'), ...managed];

  const roles = stack.ofType('AWS::IAM::Role').map(({ name, properties }): Role => {
    const documents = [
      ...(properties.Policies ?? []).map(({ PolicyDocument }) => PolicyDocument),
      ...attached.filter(({ properties: { Roles = [] } }) => Roles.includes(name)).map((policy) => policy.properties.PolicyDocument),
      ...(properties.ManagedPolicyArns ?? []).map((arn) => {
        const policy = managed.find((candidate) => candidate.name === nameFromArn(arn));
        if (!policy) throw new StartError(`role ${name}: policy ${arn} is not in the template`);
        return policy.properties.PolicyDocument;
      }),
    ];
    return { name, grants: documents.flatMap(readGrants), trust: readGrants(properties.AssumeRolePolicyDocument) };
  });

  const queues = stack.ofType('AWS::SQS::QueuePolicy').flatMap(({ properties }) => readGrants(properties.PolicyDocument));
  const functions = stack.ofType('AWS::Lambda::Permission').map(({ properties }): Grant => {
    const { Action: action, FunctionName: resource, Principal, SourceArn } = properties;
    const conditions: Conditions = SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } };
    return { effect: 'Allow', action, resource, conditions, principals: [Principal] };
  });
  return { roles: new Map(roles.map((role) => [role.name, role])), resources: [...queues, ...functions] };
}
