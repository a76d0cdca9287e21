/**
 * Nobody grants what they do not hold themselves (kubernetes `registry/rbac` policybased storage): looked at with every write of a role or a
 * binding, whatever it changes.
 */
import type { PolicyReader, StoredBinding, StoredObject, StoredRole } from '../access/ports.ts';
import { sameJson } from '../image/same-json.ts';
import { ApiError } from '../kubernetes/api-error.ts';
import { quote } from '../kubernetes/go-format.ts';
import type { RequestContext } from '../kubernetes/handlers.ts';
import { forbidden, notFound } from '../kubernetes/status.ts';
import type { Identity } from '../kubernetes/types.ts';
import { compactRules, describeRule } from '../rbac/compact-rules.ts';
import { uncoveredRules } from '../rbac/covers.ts';
import { MASTERS } from '../rbac/groups.ts';
import type { PolicyRule, RoleRef } from '../rbac/types.ts';
import type { Authorizer, RuleResolver } from './ports.ts';

export interface EscalationApi {
  readonly authorizer: Authorizer;
  readonly resolver: RuleResolver;
  readonly policy: Pick<PolicyReader, 'readRole'>;
}

/** What looks at a write: see `PlainApi.admit`. */
export interface EscalationGuard {
  readonly admitRole: Admit<StoredRole>;
  readonly admitBinding: Admit<StoredBinding>;
}

type Admit<T extends StoredObject> = (context: RequestContext, before: T | null, after: T) => Promise<void>;

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [], nonResourceURLs: [] },
  { verbs: ['*'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: ['*'] },
];

/** Each throws ApiError 403; `admitBinding` also 404 for a role there is not, as what it will allow cannot be known. */
export function createEscalationGuard(api: EscalationApi): EscalationGuard {
  return {
    async admitRole(context, before, after) {
      if (isFree(context, before, after) || (await mayEscalate(api, context))) return;
      const held = await api.resolver.rulesFor(context.identity, context.info.namespace);
      refuseMissing(context, after, held, after.rules);
      // It gathers whatever anybody lends it, and its end may tighten nothing.
      const isAggregated = after.aggregationRule !== undefined || before?.aggregationRule !== undefined;
      if (!isAggregated || uncoveredRules(held, EVERYTHING).length === 0) return;
      throw refusal(context, after, 'must have cluster-admin privileges to use the aggregationRule');
    },
    async admitBinding(context, before, after) {
      const { roleRef } = after;
      const resource = resourceOf(roleRef.kind);
      // A kind there is not is refused by validation.
      if (resource === undefined || isFree(context, before, after) || (await mayBind(api, context, roleRef, resource))) return;
      const role = await api.policy.readRole(resource === 'roles' ? context.info.namespace : '', roleRef.name);
      if (role === null) throw new ApiError(notFound(roleRef.apiGroup, resource, roleRef.name));
      refuseMissing(context, after, await api.resolver.rulesFor(context.identity, context.info.namespace), role.rules);
    },
  };
}

function resourceOf(kind: string): 'roles' | 'clusterroles' | undefined {
  if (kind === 'Role') return 'roles';
  return kind === 'ClusterRole' ? 'clusterroles' : undefined;
}

/** Masters may do everything; and who changes nothing but who owns which field grants nothing. */
function isFree<T extends StoredObject>({ identity }: RequestContext, before: T | null, after: T): boolean {
  const isSame = before !== null && sameJson({ ...before, managedFields: undefined }, { ...after, managedFields: undefined });
  return isSame || identity.groups.includes(MASTERS);
}

async function mayEscalate({ authorizer }: EscalationApi, { identity, info }: RequestContext): Promise<boolean> {
  const { group, resource, namespace, name } = info;
  return (await authorizer.authorize(identity, { verb: 'escalate', group, resource, namespace, name })).allowed;
}

/** Asked in the namespace of the binding: one may be let bind a cluster role there, and nowhere else. */
async function mayBind(
  { authorizer }: EscalationApi,
  { identity, info }: RequestContext,
  { apiGroup: group, name }: RoleRef,
  resource: string,
): Promise<boolean> {
  return (await authorizer.authorize(identity, { verb: 'bind', group, resource, namespace: info.namespace, name })).allowed;
}

function refuseMissing(context: RequestContext, object: StoredObject, held: readonly PolicyRule[], wanted: readonly PolicyRule[]): void {
  const missing = uncoveredRules(held, wanted);
  if (missing.length > 0) throw refusal(context, object, explain(context.identity, missing));
}

function explain({ user, groups }: Identity, missing: readonly PolicyRule[]): string {
  const rules = [...new Set(compactRules(missing).map(describeRule))].sort().join('\n');
  const who = `user ${quote(user)} (groups=[${groups.map(quote).join(' ')}])`;
  return `${who} is attempting to grant RBAC permissions not currently held:\n${rules}`;
}

function refusal({ info }: RequestContext, { name }: StoredObject, why: string): ApiError {
  return new ApiError(forbidden(info.group, info.resource, name, why));
}
