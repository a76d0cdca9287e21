/** Whoever maps a namespace lends its image streams to a cluster: they must be allowed to pull there (openshift-semantics.md §2.6). */
import { imageNamespace } from '../../admission/namespace-mapping.ts';
import type { NamespaceMapping } from '../../admission/ports.ts';
import { sameJson } from '../../image/same-json.ts';
import type { FieldError, Identity } from '../../kubernetes/types.ts';
import { IMAGE_GROUP } from '../image-api.ts';
import type { Authorizer } from '../ports.ts';

/** One field error per entry that is refused; entries that stay as they are were asked for when they were made. Each namespace is asked for once. */
export async function checkNamespaces(
  authorizer: Authorizer,
  identity: Identity,
  before: readonly NamespaceMapping[],
  after: readonly NamespaceMapping[],
): Promise<readonly FieldError[]> {
  const asked = after.map((mapping, index) => ({ mapping, index })).filter(({ mapping }) => !before.some((old) => sameJson(old, mapping)));
  const attributes = { verb: 'get', group: IMAGE_GROUP, resource: 'imagestreams', subresource: 'layers' };
  const answers = await Promise.all(
    [...Map.groupBy(asked, ({ mapping }) => imageNamespace(mapping))].map(async ([namespace, entries]): Promise<readonly FieldError[]> => {
      const { allowed, reason } = await authorizer.authorize(identity, { ...attributes, namespace });
      if (allowed) return [];
      const detail = reason === '' ? `no access to image streams of ${namespace}` : reason;
      return entries.map(({ index }) => ({ type: 'Forbidden', field: `spec.namespaces[${index}].imageNamespace`, detail }));
    }),
  );
  return answers.flat();
}
