/**
 * Which namespaces somebody may get (openshift-apiserver `project/auth`, which keeps an index of that in memory): what bindings of the cluster
 * show takes no reading, every other namespace one query, many at a time. What is read for this is not remembered: it would push out the
 * policy that requests ask for.
 */
import { type Binding, findSubject } from '../../rbac/bindings.ts';
import { type Grant, grantAllows } from '../../rbac/decide.ts';
import type { PolicySubject } from '../../rbac/types.ts';
import { mapParallel } from '../../store/parallel.ts';
import { readGrants } from './grants.ts';
import type { PolicyReader } from '../ports.ts';
import type { PolicySource } from './recent-policy.ts';

/** Queries at once. */
const PARALLEL = 32;

export interface VisibleSources {
  /** For what is the cluster's. */
  readonly policy: PolicySource;
  /** For what is a namespace's. */
  readonly reader: PolicyReader;
}

export async function findVisible(
  { policy, reader }: VisibleSources,
  who: PolicySubject,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const isAsked = (binding: Binding) => findSubject(binding, who) !== undefined;
  const ofCluster = await readGrants(policy, '', isAsked);
  const visible = new Set(names.filter((name) => allowsGet(ofCluster, name)));
  const others = names.filter((name) => !visible.has(name));
  const source: PolicySource = {
    listClusterRoles: () => policy.listClusterRoles(),
    listBindings: (namespace) => (namespace === '' ? policy.listBindings('') : reader.listBindings(namespace)),
    readRole: (namespace, name) => reader.readRole(namespace, name),
  };
  await mapParallel(others, PARALLEL, async (name) => {
    if (allowsGet(await readGrants(source, name, isAsked), name)) visible.add(name);
  });
  return visible;
}

function allowsGet(grants: readonly Grant[], name: string): boolean {
  return grants.some((grant) => grantAllows(grant, { verb: 'get', group: '', resource: 'namespaces', subresource: '', name }));
}
