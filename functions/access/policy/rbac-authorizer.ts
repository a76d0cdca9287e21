/** Access by roles and bindings, as Kubernetes decides it. */
import { findSubject } from '../../rbac/bindings.ts';
import { decide, grantAllows } from '../../rbac/decide.ts';
import { MASTERS } from '../../rbac/groups.ts';
import type { RuleRequest } from '../../rbac/request.ts';
import type { Subject } from '../../rbac/types.ts';
import type { Identity } from '../../kubernetes/types.ts';
import type {
  AccessAttributes,
  AccessDecision,
  Authorizer,
  Clock,
  NamespaceFilter,
  PathAuthorizer,
  RuleResolver,
  SubjectFinder,
} from '../../resources/ports.ts';
import { readGrants } from './grants.ts';
import type { PolicyReader } from '../ports.ts';
import { createRecentPolicy, type PolicySource } from './recent-policy.ts';
import { serviceAccountUser } from '../accounts/service-account-names.ts';
import { findVisible } from './visible-namespaces.ts';

export type RbacAuthorizer = Authorizer & PathAuthorizer & RuleResolver & SubjectFinder & NamespaceFilter;

export interface RbacOptions {
  readonly reader: PolicyReader;
  readonly clock: Clock;
}

/**
 * Deny by default. Allows by policy as it was up to POLICY_KEPT_MS ago; denies only by policy that was read after it was asked, so that a right
 * just given works at once. Rejects when policy cannot be read, except for members of `system:masters`, who need none.
 */
export function createRbacAuthorizer({ reader, clock }: RbacOptions): RbacAuthorizer {
  const policy = createRecentPolicy(reader, clock);

  async function ask(identity: Identity, namespace: string, request: RuleRequest): Promise<AccessDecision> {
    if (identity.groups.includes(MASTERS)) return { allowed: true, reason: '' };
    const fresh = policy.fresh();
    const decideBy = async (source: PolicySource) => decide(await grantsOf(source, identity, namespace), identity, request);
    const decision = await decideBy(policy.recent);
    // What was read for this very question is not read again.
    return decision.allowed ? decision : decideBy(fresh);
  }

  return {
    authorize: (identity, attributes) => ask(identity, attributes.namespace ?? '', requestOf(attributes)),
    authorizePath: (identity, { verb, path }) => ask(identity, '', { verb, path }),
    async rulesFor(identity, namespace) {
      const grants = await grantsOf(policy.fresh(), identity, namespace);
      return grants.flatMap(({ rules }) => rules ?? []);
    },
    visibleNamespaces: async (identity, names) =>
      identity.groups.includes(MASTERS) ? new Set(names) : findVisible({ policy: policy.fresh(), reader }, identity, names),
    async subjectsWho(question) {
      const isPath = 'path' in question;
      const namespace = isPath ? '' : (question.namespace ?? '');
      const request = isPath ? question : requestOf(question);
      const grants = await readGrants(policy.fresh(), namespace, () => true);
      const allowing = grants.filter((grant) => grantAllows(grant, request));
      const subjects = allowing.flatMap(({ binding }) => binding.subjects.map((subject) => nameOf(subject, binding.namespace)));
      const names = (isGroup: boolean) => [...new Set(subjects.filter((each) => each.isGroup === isGroup).map(({ name }) => name))];
      return { users: names(false), groups: [...new Set([MASTERS, ...names(true)])] };
    },
  };
}

function grantsOf(source: PolicySource, identity: Identity, namespace: string) {
  return readGrants(source, namespace, (binding) => findSubject(binding, identity) !== undefined);
}

function requestOf({ verb, group, resource, subresource = '', name = '' }: AccessAttributes): RuleRequest {
  return { verb, group, resource, subresource, name };
}

/** Service accounts are told by the name of their user. */
function nameOf({ kind, name, namespace }: Subject, bindingNamespace: string): { readonly isGroup: boolean; readonly name: string } {
  const isAccount = kind === 'ServiceAccount';
  return { isGroup: kind === 'Group', name: isAccount ? serviceAccountUser(namespace === '' ? bindingNamespace : namespace, name) : name };
}
