/** What the machinery needs of an entry of the resource table; it knows no resource itself. */
export interface ApiResource {
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly kind: string;
  /** Group of `kind` where it is another than the resource's; `group/version` where the version differs too. */
  readonly kindGroup?: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Its objects are namespaces under another name: policy of the namespace decides about each of them. */
  readonly isNamespace?: true;
  /** What to ask of the authorizer is in the body: the resource asks itself. */
  readonly asksAccess?: true;
}

/** `image.openshift.io/v1`, and `v1` in the core group. */
export function formatGroupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Key of a ResourceHandlers: `group/version/resource[/subresource]`. */
export function resourceKey(entry: Pick<ApiResource, 'group' | 'version' | 'resource' | 'subresource'>): string {
  const main = `${entry.group}/${entry.version}/${entry.resource}`;
  return entry.subresource === undefined || entry.subresource === '' ? main : `${main}/${entry.subresource}`;
}

/** Group and version of the kind of an entry's objects. */
export function kindGroupVersion({ group, version, kindGroup = group }: ApiResource): { readonly group: string; readonly version: string } {
  const [name = '', other = version] = kindGroup.split('/');
  return { group: name, version: other };
}
