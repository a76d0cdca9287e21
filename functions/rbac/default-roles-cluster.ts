/** Roles across all namespaces, and what everybody may do: those of Kubernetes and of OpenShift's bootstrap policy. */
import { aggregatedRole, type DefaultRole, defaultRole } from './default-policy.ts';
import {
  AUTHENTICATION,
  AUTHORIZATION,
  IMAGE,
  OAUTH,
  OPENSHIFT_AUTHORIZATION,
  pathRule,
  PROJECT,
  RBAC,
  READ,
  rule,
  USER,
} from './rule-builder.ts';

const TO_CLUSTER_READER = 'rbac.authorization.k8s.io/aggregate-to-cluster-reader';
const TO_VIEW = 'rbac.authorization.k8s.io/aggregate-to-view';
const TO_BASIC_USER = 'authorization.openshift.io/aggregate-to-basic-user';

const EVERYTHING = [rule(['*'], ['*'], ['*']), { ...pathRule('*'), verbs: ['*'] }];

/** OpenShift's list, with paths of its first versions. */
const OPENSHIFT_DISCOVERY = pathRule(
  '/version',
  '/version/*',
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/oapi',
  '/oapi/*',
  '/openapi/v2',
  '/swaggerapi',
  '/swaggerapi/*',
  '/swagger.json',
  '/swagger-2.0.0.pb-v1',
  '/osapi',
  '/osapi/',
  '/.well-known',
  '/.well-known/oauth-authorization-server',
  '/',
);

const HEALTH = ['/livez', '/readyz', '/healthz', '/version', '/version/'] as const;

const SELF_REVIEWS = [
  rule(['create'], OPENSHIFT_AUTHORIZATION, ['selfsubjectrulesreviews']),
  rule(['create'], AUTHORIZATION, ['selfsubjectaccessreviews']),
];

export const CLUSTER_ROLES: readonly DefaultRole[] = [
  defaultRole('cluster-admin', EVERYTHING),
  defaultRole('system:master', EVERYTHING),
  aggregatedRole('cluster-reader', [TO_CLUSTER_READER, TO_VIEW]),
  defaultRole(
    'system:openshift:aggregate-to-cluster-reader',
    [
      rule(READ, RBAC, ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles']),
      rule(READ, OPENSHIFT_AUTHORIZATION, ['clusterrolebindings', 'clusterroles', 'rolebindingrestrictions', 'rolebindings', 'roles']),
      rule(READ, IMAGE, ['images', 'imagesignatures']),
      rule(['get'], IMAGE, ['imagestreams/layers']),
      rule(['list', 'watch'], PROJECT, ['projects']),
      rule(READ, PROJECT, ['projectrequests']),
      rule(READ, USER, ['groups', 'identities', 'useridentitymappings', 'users']),
      rule(['create'], OPENSHIFT_AUTHORIZATION, [
        'localresourceaccessreviews',
        'localsubjectaccessreviews',
        'resourceaccessreviews',
        'selfsubjectrulesreviews',
        'subjectaccessreviews',
        'subjectrulesreviews',
      ]),
      rule(['create'], AUTHORIZATION, [
        'localsubjectaccessreviews',
        'selfsubjectaccessreviews',
        'selfsubjectrulesreviews',
        'subjectaccessreviews',
      ]),
      rule(['create'], AUTHENTICATION, ['tokenreviews']),
      pathRule('*'),
    ],
    { lentTo: [TO_CLUSTER_READER] },
  ),
  aggregatedRole('basic-user', [TO_BASIC_USER], { description: 'Lets somebody find their projects and ask about themselves.' }),
  defaultRole(
    'system:openshift:aggregate-to-basic-user',
    [
      rule(['get'], USER, ['users'], ['~']),
      rule(['list'], PROJECT, ['projectrequests']),
      rule(['get', 'list'], OPENSHIFT_AUTHORIZATION, ['clusterroles']),
      rule(READ, RBAC, ['clusterroles']),
      rule(['list', 'watch'], PROJECT, ['projects']),
      ...SELF_REVIEWS,
    ],
    { lentTo: [TO_BASIC_USER] },
  ),
  defaultRole('system:basic-user', [
    rule(['create'], AUTHORIZATION, ['selfsubjectaccessreviews', 'selfsubjectrulesreviews']),
    rule(['create'], AUTHENTICATION, ['selfsubjectreviews']),
  ]),
  defaultRole('self-access-reviewer', SELF_REVIEWS),
  defaultRole('self-provisioner', [rule(['create'], PROJECT, ['projectrequests'])], { description: 'Lets somebody ask for projects.' }),
  defaultRole('cluster-status', [pathRule('/healthz', '/healthz/'), OPENSHIFT_DISCOVERY], { description: 'Shows how the service is.' }),
  defaultRole('system:openshift:discovery', [OPENSHIFT_DISCOVERY]),
  defaultRole('system:discovery', [pathRule(...HEALTH, '/openapi', '/openapi/*', '/api', '/api/*', '/apis', '/apis/*')]),
  defaultRole('system:public-info-viewer', [pathRule(...HEALTH)]),
  defaultRole('system:oauth-token-deleter', [rule(['delete'], OAUTH, ['oauthaccesstokens', 'oauthauthorizetokens'])]),
];
