/** From what somebody is granted to a decision, in the words of Kubernetes' RBAC authorizer. */
import { ruleAllows } from './allows.ts';
import { type Binding, describeGrant, describeMissingRole, findSubject } from './bindings.ts';
import type { RuleRequest } from './request.ts';
import type { PolicyRule, PolicySubject } from './types.ts';

/** A binding and what its role allows. */
export interface Grant {
  readonly binding: Binding;
  /** null: there is no such role. */
  readonly rules: readonly PolicyRule[] | null;
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** `grants`: those of bindings that name `who`. A denial has a reason only where a role is missing, which would perhaps have allowed it. */
export function decide(grants: readonly Grant[], who: PolicySubject, request: RuleRequest): Decision {
  const allowing = grants.find((grant) => grantAllows(grant, request));
  if (allowing !== undefined) return { allowed: true, reason: `RBAC: allowed by ${describe(allowing.binding, who)}` };
  const missing = grants.filter(({ rules }) => rules === null).map(({ binding }) => describeMissingRole(binding.roleRef));
  return { allowed: false, reason: missing.length === 0 ? '' : `RBAC: ${joinErrors(missing)}` };
}

export function grantAllows({ rules }: Grant, request: RuleRequest): boolean {
  return rules !== null && rules.some((rule) => ruleAllows(rule, request));
}

function describe(binding: Binding, who: PolicySubject): string {
  const subject = findSubject(binding, who);
  return subject === undefined ? binding.name : describeGrant(binding, subject);
}

/** As apimachinery prints an aggregate: each text once, several in brackets. */
function joinErrors(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? distinct.join() : `[${distinct.join(', ')}]`;
}
