/** Policy documents as templates have them: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
import * as z from 'zod/mini';
import { checkConditions, type Conditions } from './conditions.ts';

const oneOrMore = z.union([z.string(), z.array(z.string())]);
const statement = {
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Condition: z.optional(z.record(z.string(), z.record(z.string(), oneOrMore))),
};
/** Everybody, or services by name: what else a policy of a resource may name is not hosted. */
const principal = z.union([z.literal('*'), z.strictObject({ AWS: z.literal('*') }), z.strictObject({ Service: oneOrMore })]);

function documentOf<T extends z.core.$ZodShape>(more: T) {
  return z.strictObject({ Version: z.optional(z.literal('2012-10-17')), Statement: z.array(z.strictObject({ ...statement, ...more })) });
}

/** `Action`, not `NotAction`, and so on: a closed world. */
export const IDENTITY_POLICY = documentOf({ Resource: oneOrMore });
export const RESOURCE_POLICY = documentOf({ Resource: oneOrMore, Principal: principal });
export const TRUST_POLICY = documentOf({ Principal: principal });

/** What one statement says of one of its actions and one of its resources: the unit in which permissions are given, and used or not. */
export interface Grant {
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  readonly resource: string;
  readonly conditions: Conditions;
  /** Names of services, or `*`. Policies of roles are about the role. */
  readonly principals: readonly string[];
}

interface Document {
  readonly Statement: readonly {
    readonly Effect: 'Allow' | 'Deny';
    readonly Action: string | readonly string[];
    readonly Resource?: string | readonly string[];
    readonly Condition?: Conditions;
    readonly Principal?: z.infer<typeof principal>;
  }[];
}

/** Reads a document that one of the schemas accepted. Throws StartError for conditions that are not hosted. */
export function readGrants(document: Document): readonly Grant[] {
  return document.Statement.flatMap(({ Effect: effect, Action, Resource = '*', Condition: conditions = {}, Principal = '*' }) => {
    checkConditions(conditions);
    const principals = typeof Principal === 'object' && 'Service' in Principal ? [Principal.Service].flat() : ['*'];
    return [Action].flat().flatMap((action) => [Resource].flat().map((resource) => ({ effect, action, resource, conditions, principals })));
  });
}
