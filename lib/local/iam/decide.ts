/** Decisions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
import { type Context, holds } from './conditions.ts';
import { coversAction, coversArn } from './patterns.ts';
import type { Grant } from './policy-document.ts';

/** One thing a caller wants to do. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
}

export interface Decision {
  readonly allowed: boolean;
  /** The grants that allow it: all of them, since any of them would do. */
  readonly by: readonly Grant[];
  /** The grant that forbids it, whatever allows it. */
  readonly denied?: Grant;
}

/** Denied before allowed, and nothing is allowed that nobody allows. `principal`: a service's name, or `*` for a role of the account. */
export function decide(grants: readonly Grant[], { action, resource, context = {} }: Access, principal = '*'): Decision {
  const covering = grants.filter(
    (grant) =>
      (grant.principals.includes('*') || grant.principals.includes(principal)) &&
      coversAction(grant.action, action) &&
      coversArn(grant.resource, resource) &&
      holds(grant.conditions, context),
  );
  const denied = covering.find(({ effect }) => effect === 'Deny');
  const by = covering.filter(({ effect }) => effect === 'Allow');
  return { allowed: by.length > 0 && denied === undefined, by, ...(denied ? { denied } : {}) };
}
