/** `APIGroupDiscoveryList`, two documents for the whole API (apidiscovery.k8s.io, clients-on-the-wire.md §1.2). */
import { type ApiResource, kindGroupVersion } from './api-resource.ts';
import { groupVersions } from './group-versions.ts';

export type DiscoveryVersion = 'v2' | 'v2beta1';

/** Everything under /api (`core`: the group without a name) or /apis. */
export function aggregatedDiscovery(
  entries: readonly ApiResource[],
  version: DiscoveryVersion,
  scope: { readonly core: boolean },
): unknown {
  const items = groupVersions(entries)
    .filter(({ group }) => (group === '') === scope.core)
    .map(({ group, versions }) => ({
      metadata: { ...(group === '' ? {} : { name: group }), creationTimestamp: null },
      versions: versions.map((each) => ({
        version: each.version,
        resources: each.entries.filter(isMain).map((entry) => describeResource(entry, each.entries)),
        freshness: 'Current',
      })),
    }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

function isMain(entry: ApiResource): boolean {
  return entry.subresource === undefined;
}

function describeResource(entry: ApiResource, siblings: readonly ApiResource[]): unknown {
  const subresources = siblings.filter(({ resource, subresource }) => resource === entry.resource && subresource !== undefined);
  return {
    resource: entry.resource,
    responseKind: responseKind(entry),
    scope: entry.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: entry.singular,
    verbs: [...entry.verbs].sort(),
    ...(entry.shortNames === undefined ? {} : { shortNames: entry.shortNames }),
    ...(entry.categories === undefined ? {} : { categories: entry.categories }),
    ...(subresources.length === 0 ? {} : { subresources: subresources.map(describeSubresource) }),
  };
}

function describeSubresource(entry: ApiResource): unknown {
  return { subresource: entry.subresource, responseKind: responseKind(entry), verbs: [...entry.verbs].sort() };
}

function responseKind(entry: ApiResource): unknown {
  return { ...kindGroupVersion(entry), kind: entry.kind };
}
