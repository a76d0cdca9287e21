/** Discovery as it was before aggregation: a document per group and version. `auth can-i` still reads it (clients-on-the-wire.md §1.3). */
import { type ApiResource, formatGroupVersion, kindGroupVersion } from './api-resource.ts';
import { groupVersions, type GroupVersions } from './group-versions.ts';

/** `/api`: versions of the core group. */
export function coreVersions(entries: readonly ApiResource[]): unknown {
  const core = groupVersions(entries).find(({ group }) => group === '');
  return { kind: 'APIVersions', versions: core?.versions.map(({ version }) => version) ?? [], serverAddressByClientCIDRs: [] };
}

/** `/apis`: every group but core. */
export function groupList(entries: readonly ApiResource[]): unknown {
  const groups = groupVersions(entries).filter(({ group }) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(describeGroup) };
}

/** `/apis/GROUP`. */
export function groupDocument(found: GroupVersions): unknown {
  return { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(found) };
}

/** `/api/v1` and `/apis/GROUP/VERSION`; resources and subresources side by side. */
export function resourceList(groupVersion: string, entries: readonly ApiResource[]): unknown {
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: entries.map(describeResource) };
}

function describeGroup({ group, versions }: GroupVersions) {
  const listed = versions.map(({ version }) => ({ groupVersion: formatGroupVersion(group, version), version }));
  return { name: group, versions: listed, preferredVersion: listed[0] };
}

function describeResource(entry: ApiResource): unknown {
  const { resource, subresource, singular, namespaced, kind, verbs, shortNames, categories } = entry;
  const of = kindGroupVersion(entry);
  return {
    name: subresource === undefined ? resource : `${resource}/${subresource}`,
    singularName: singular,
    namespaced,
    ...(of.group === entry.group && of.version === entry.version ? {} : of),
    kind,
    verbs: [...verbs].sort(),
    ...(shortNames === undefined ? {} : { shortNames }),
    ...(categories === undefined ? {} : { categories }),
  };
}
