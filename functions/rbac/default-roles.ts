/** Every role that exists without being stored. */
import { type DefaultRole, defaultRole } from './default-policy.ts';
import { CLUSTER_ROLES } from './default-roles-cluster.ts';
import { IMAGE_ROLES } from './default-roles-image.ts';
import { PROJECT_ROLES } from './default-roles-project.ts';
import { IMAGE, READ, rule } from './rule-builder.ts';

/** Cluster roles, by name. The rules of aggregated ones are still to be gathered (gather-rules.ts). */
export const DEFAULT_CLUSTER_ROLES: readonly DefaultRole[] = [...CLUSTER_ROLES, ...IMAGE_ROLES, ...PROJECT_ROLES].sort((a, b) =>
  a.name < b.name ? -1 : 1,
);

/** The namespace of streams that are for everybody, if somebody makes it. */
export const SHARED_NAMESPACE = 'openshift';

/** Roles every namespace of this name begins with. */
export function namespaceRoles(namespace: string): readonly DefaultRole[] {
  return namespace === SHARED_NAMESPACE ? [SHARED_VIEWER] : [];
}

const SHARED_VIEWER = defaultRole('shared-resource-viewer', [
  rule(READ, IMAGE, ['imagestreamimages', 'imagestreams', 'imagestreamtags', 'imagetags']),
  rule(['get'], IMAGE, ['imagestreams/layers']),
]);
