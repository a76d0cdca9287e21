/** Roles around images: OpenShift's, and our own views in those that may pull or read a stream. */
import { type DefaultRole, defaultRole } from './default-policy.ts';
import { ALL, AUTHORIZATION, CORE, IMAGE, OPENSHIFT_AUTHORIZATION, OWN_IMAGE, PROJECT, RBAC, READ, rule } from './rule-builder.ts';

export const TO_ADMIN = 'rbac.authorization.k8s.io/aggregate-to-admin';
export const TO_EDIT = 'rbac.authorization.k8s.io/aggregate-to-edit';
export const TO_VIEW = 'rbac.authorization.k8s.io/aggregate-to-view';

const STREAM_KINDS = ['imagestreamimages', 'imagestreammappings', 'imagestreams', 'imagestreamtags', 'imagetags'] as const;

const PULL = rule(['get'], IMAGE, ['imagestreams/layers']);
const PUSH = rule(['get', 'update'], IMAGE, ['imagestreams/layers']);
/** What a pull by tag would tell: which image it is. */
const RESOLVE = rule(['get'], OWN_IMAGE, ['imagestreams/resolve']);
/** Read with the tags of a stream. */
const READ_VIEWS = rule(['get'], OWN_IMAGE, ['imagestreams/resolve', 'imagestreams/schedule', 'imagestreamtags/history']);
/** Tries the pull secrets of the namespace. */
const DIAGNOSE = rule(['get'], OWN_IMAGE, ['imagestreams/diagnose']);

const EDIT_REGISTRY = [
  rule(ALL, CORE, ['secrets', 'serviceaccounts']),
  rule(ALL, IMAGE, [...STREAM_KINDS, 'imagestreams/secrets']),
  rule(['create'], IMAGE, ['imagestreamimports']),
  PUSH,
  READ_VIEWS,
  DIAGNOSE,
  rule(['get'], CORE, ['namespaces']),
];

export const IMAGE_ROLES: readonly DefaultRole[] = [
  defaultRole('system:image-auditor', [rule(['get', 'list', 'patch', 'update', 'watch'], IMAGE, ['images'])]),
  defaultRole('system:image-puller', [PULL, RESOLVE], { description: 'May pull the images of a project.' }),
  defaultRole('system:image-pusher', [PUSH, RESOLVE], { description: 'May pull and push images of a project.' }),
  defaultRole(
    'system:image-builder',
    [
      PUSH,
      RESOLVE,
      rule(['create'], IMAGE, ['imagestreams']),
      rule(['update'], ['', 'build.openshift.io'], ['builds/details']),
      rule(['get'], ['', 'build.openshift.io'], ['builds']),
    ],
    {
      description: 'May pull and push images of a project and begin streams by pushing. For service accounts of builds.',
      lentTo: [TO_ADMIN, TO_EDIT],
    },
  ),
  defaultRole('system:image-signer', [
    rule(['get'], IMAGE, ['images', 'imagestreams/layers']),
    rule(['create', 'delete'], IMAGE, ['imagesignatures']),
  ]),
  // Upstream's pruning account; it lists what uses images besides, of which there is nothing here.
  defaultRole('system:image-pruner', [
    rule(['get', 'list'], IMAGE, ['images', 'imagestreams']),
    rule(['delete'], IMAGE, ['images']),
    rule(['update'], IMAGE, ['imagestreams/status']),
    rule(['list'], CORE, ['limitranges']),
  ]),
  defaultRole('system:deployer', [rule(['create', 'update'], IMAGE, ['imagestreamtags', 'imagetags'])], {
    description: 'May move tags of a project. For service accounts of deployments.',
  }),
  defaultRole(
    'registry-viewer',
    [rule(READ, IMAGE, STREAM_KINDS), PULL, READ_VIEWS, rule(['get'], CORE, ['namespaces']), rule(['get'], PROJECT, ['projects'])],
    { lentTo: [TO_VIEW] },
  ),
  defaultRole('registry-editor', [...EDIT_REGISTRY, rule(['get'], PROJECT, ['projects'])], { lentTo: [TO_EDIT] }),
  defaultRole(
    'registry-admin',
    [
      ...EDIT_REGISTRY,
      rule(ALL, OPENSHIFT_AUTHORIZATION, ['rolebindings', 'roles']),
      rule(ALL, RBAC, ['rolebindings', 'roles']),
      rule(['create'], OPENSHIFT_AUTHORIZATION, ['localresourceaccessreviews', 'localsubjectaccessreviews', 'subjectrulesreviews']),
      rule(['create'], AUTHORIZATION, ['localsubjectaccessreviews']),
      rule(['delete', 'get'], PROJECT, ['projects']),
      rule(['create'], OPENSHIFT_AUTHORIZATION, ['resourceaccessreviews', 'subjectaccessreviews']),
    ],
    { lentTo: [TO_ADMIN] },
  ),
];
