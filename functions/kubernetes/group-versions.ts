import type { ApiResource } from './api-resource.ts';

export interface GroupVersions {
  readonly group: string;
  readonly versions: readonly { readonly version: string; readonly entries: readonly ApiResource[] }[];
}

/** Groups and their versions in the order of the table: a short resource name resolves to the group that comes first. */
export function groupVersions(entries: readonly ApiResource[]): readonly GroupVersions[] {
  return [...Map.groupBy(entries, ({ group }) => group)].map(([group, ofGroup]) => ({
    group,
    versions: [...Map.groupBy(ofGroup, ({ version }) => version)].map(([version, ofVersion]) => ({ version, entries: ofVersion })),
  }));
}
