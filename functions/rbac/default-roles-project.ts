/** admin, edit and view: gathered from parts of Kubernetes, of OpenShift and of ours. Kinds that cannot exist here are left out (decision 0052). */
import { aggregatedRole, type DefaultRole, defaultRole } from './default-policy.ts';
import { TO_ADMIN, TO_EDIT, TO_VIEW } from './default-roles-image.ts';
import { ALL, AUTHORIZATION, CORE, DELIVERY, IMAGE, OPENSHIFT_AUTHORIZATION, PROJECT, RBAC, READ, rule, WRITE } from './rule-builder.ts';

const STREAM_KINDS = ['imagestreamimages', 'imagestreammappings', 'imagestreams', 'imagestreamtags', 'imagetags'] as const;

/** OpenShift's part of edit, and of admin. */
const EDIT_IMAGES = [
  rule(ALL, IMAGE, [...STREAM_KINDS, 'imagestreams/secrets']),
  rule(READ, IMAGE, ['imagestreams/status']),
  rule(['get', 'update'], IMAGE, ['imagestreams/layers']),
  rule(['create'], IMAGE, ['imagestreamimports']),
];

export const PROJECT_ROLES: readonly DefaultRole[] = [
  aggregatedRole('admin', [TO_ADMIN]),
  aggregatedRole('edit', [TO_EDIT], { lentTo: [TO_ADMIN] }),
  aggregatedRole('view', [TO_VIEW], { lentTo: [TO_EDIT] }),
  defaultRole(
    'system:aggregate-to-admin',
    [rule(['create'], AUTHORIZATION, ['localsubjectaccessreviews']), rule(ALL, RBAC, ['rolebindings', 'roles'])],
    { lentTo: [TO_ADMIN] },
  ),
  defaultRole(
    'system:aggregate-to-edit',
    [
      rule(READ, CORE, ['secrets']),
      rule(['impersonate'], CORE, ['serviceaccounts']),
      rule(WRITE, CORE, ['secrets', 'serviceaccounts']),
      rule(['create'], CORE, ['serviceaccounts/token']),
    ],
    { lentTo: [TO_EDIT] },
  ),
  defaultRole(
    'system:aggregate-to-view',
    [
      rule(READ, CORE, ['serviceaccounts']),
      rule(READ, CORE, ['limitranges', 'namespaces/status', 'resourcequotas', 'resourcequotas/status']),
      rule(READ, CORE, ['namespaces']),
    ],
    { lentTo: [TO_VIEW] },
  ),
  defaultRole(
    'system:openshift:aggregate-to-admin',
    [
      rule(ALL, OPENSHIFT_AUTHORIZATION, ['rolebindings', 'roles']),
      rule(['create'], OPENSHIFT_AUTHORIZATION, ['localresourceaccessreviews', 'localsubjectaccessreviews', 'subjectrulesreviews']),
      rule(READ, OPENSHIFT_AUTHORIZATION, ['rolebindingrestrictions']),
      ...EDIT_IMAGES,
      rule(['delete', 'get', 'patch', 'update'], PROJECT, ['projects']),
      rule(['create'], OPENSHIFT_AUTHORIZATION, ['resourceaccessreviews', 'subjectaccessreviews']),
    ],
    { lentTo: [TO_ADMIN] },
  ),
  defaultRole('system:openshift:aggregate-to-edit', [...EDIT_IMAGES, rule(['get'], PROJECT, ['projects'])], { lentTo: [TO_EDIT] }),
  defaultRole(
    'system:openshift:aggregate-to-view',
    [rule(READ, IMAGE, STREAM_KINDS), rule(READ, IMAGE, ['imagestreams/status']), rule(['get'], PROJECT, ['projects'])],
    { lentTo: [TO_VIEW] },
  ),
  defaultRole(
    'system:image-streams:aggregate-to-edit',
    [rule(ALL, DELIVERY, ['imagetriggers']), rule(['create'], DELIVERY, ['imagetriggers/redeliver'])],
    { lentTo: [TO_EDIT] },
  ),
  defaultRole(
    'system:image-streams:aggregate-to-view',
    [rule(READ, DELIVERY, ['imagetriggers']), rule(['get'], DELIVERY, ['imagetriggers/deliveries'])],
    { lentTo: [TO_VIEW] },
  ),
];
