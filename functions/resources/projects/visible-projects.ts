/** Which projects somebody is told of: those whose namespace they may read (openshift-apiserver `project/auth`). A list may be asked for by anybody. */
import type { Identity } from '../../kubernetes/types.ts';
import type { Authorizer } from '../ports.ts';

/** Of the names given, those of projects that `identity` may see. One question when it may see all of them, else one for each. */
export async function visibleProjects(
  authorizer: Authorizer,
  identity: Identity,
  names: readonly string[],
): Promise<(name: string) => boolean> {
  const mayRead = async (namespace: string) => {
    const question = { verb: 'get', group: '', resource: 'namespaces', namespace, name: namespace };
    return (await authorizer.authorize(identity, question)).allowed;
  };
  if (await mayRead('')) return () => true;
  // Asked all at once, so that the policy of the cluster is read once for all.
  const asked = await Promise.all(names.map(async (name) => [name, await mayRead(name)] as const));
  const seen = new Set(asked.filter(([, mayBeSeen]) => mayBeSeen).map(([name]) => name));
  return (name) => seen.has(name);
}
