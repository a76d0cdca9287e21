/** Checks what functions call against the roles the template gives them, and remembers which permissions were of use. */
import { ApiRefusal } from '../api-refusal.ts';
import type { Stack } from '../cloudformation.ts';
import { labelOf } from '../functions.ts';
import { nameFromArn } from '../physical-names.ts';
import { type ApiCall, createReadNeeds } from './api-actions.ts';
import { type Access, decide } from './decide.ts';
import type { Grant } from './policy-document.ts';
import { type Policies, readPolicies, type Role } from './roles.ts';

/** Lines `<function or role> <action> <resource>`, sorted. */
export interface AccessReport {
  /** Every permission of the template's roles. */
  readonly granted: readonly string[];
  /** Those that something was allowed by since the start. */
  readonly used: readonly string[];
  /** What was refused since the start. */
  readonly refused: readonly string[];
}

export interface AccessControl {
  readonly policies: Policies;
  /** Throws ApiRefusal AccessDeniedException for what the role of the function labelled `label` does not allow. */
  readonly authorize: (label: string, call: ApiCall) => void;
  /** Whether the role has the permission, which then counts as used. */
  allows(role: Role, access: Access): boolean;
  readonly report: () => AccessReport;
}

type Caller = { readonly name: string; readonly role: Role };

/** How AWS words a refusal: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function refusal(user: string, { action, resource }: Access, isExplicit: boolean): ApiRefusal {
  const because = isExplicit ? 'with an explicit deny in a policy' : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
  return new ApiRefusal('com.amazon.coral.service#AccessDeniedException', message);
}

/** Reads the policies of `stack`; throws StartError for one that is not hosted. */
export function createAccessControl(stack: Stack): AccessControl {
  const policies = readPolicies(stack);
  const readNeeds = createReadNeeds(stack);
  const callers = new Map<string, Caller>();
  for (const fn of stack.ofType('AWS::Lambda::Function')) {
    const roleName = nameFromArn(fn.properties.Role ?? '');
    // Without a role in the template nothing is allowed.
    callers.set(labelOf(fn), { name: fn.name, role: policies.roles.get(roleName) ?? { name: roleName, grants: [], trust: [] } });
  }
  const labels = new Map([...callers].map(([label, { role }]) => [role.name, label]));
  const used = new Set<string>();
  const refused = new Set<string>();
  const line = (role: Role, { action, resource }: Pick<Grant, 'action' | 'resource'>) =>
    `${labels.get(role.name) ?? role.name} ${action} ${resource}`;

  function judge(role: Role, access: Access) {
    const decision = decide([...role.grants, ...policies.resources], access);
    for (const grant of decision.by) used.add(line(role, grant));
    if (!decision.allowed) refused.add(line(role, access));
    return decision;
  }

  return {
    policies,
    authorize(label, call) {
      const caller = callers.get(label);
      if (caller === undefined) return; // whoever is no function is the owner of this machine
      const needs = readNeeds(call);
      if (needs === undefined)
        throw new ApiRefusal('UnknownOperationException', `nobody knows here which permission ${call.service}.${call.operation} needs`);
      for (const access of needs) {
        const { allowed, denied } = judge(caller.role, access);
        const user = `arn:aws:sts::${stack.place.accountId}:assumed-role/${caller.role.name}/${caller.name}`;
        if (!allowed) throw refusal(user, access, denied !== undefined);
      }
    },
    allows: (role, access) => judge(role, access).allowed,
    report() {
      const granted = [...policies.roles.values()].flatMap((role) => role.grants.map((grant) => line(role, grant)));
      return { granted: sorted(granted), used: sorted(used), refused: sorted(refused) };
    },
  };
}

function sorted(lines: Iterable<string>): readonly string[] {
  return [...new Set(lines)].sort();
}
