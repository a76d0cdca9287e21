/** HTTP: namespaces and projects, secrets, service accounts and their tokens, roles and bindings, who am I and what may I. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createIamMappingStore } from './access/logins/iam-mapping-store.ts';
import { createBindingStore } from './access/policy/binding-store.ts';
import { createIssueToken } from './access/logins/issue-token.ts';
import { createPolicyReader } from './access/policy/policy-reader.ts';
import { createRoleStore } from './access/policy/role-store.ts';
import { createServiceAccountStore } from './access/accounts/service-account-store.ts';
import { createTokenSigner } from './access/logins/token-signer.ts';
import { createIamMappingHandlers, iamMappingKind } from './resources/iamidentitymappings/handlers.ts';
import { createEscalationGuard } from './resources/escalation.ts';
import { createLimitRangeHandlers, limitRangeKind } from './resources/limitranges/handlers.ts';
import { createResourceQuotaHandlers, watchedQuotas } from './resources/resourcequotas/handlers.ts';
import { createNamespaceHandlers } from './resources/namespaces/handlers.ts';
import { watchedNamespaces } from './resources/namespaces/watched-namespaces.ts';
import { watchedObjects } from './resources/plain-objects.ts';
import { createProjectHandlers, watchedProjects } from './resources/projects/handlers.ts';
import { createProjectRequestHandlers } from './resources/projects/request-project.ts';
import {
  createAccessReviewHandlers,
  createLocalAccessReviewHandlers,
  createSubjectAccessReviewHandlers,
} from './resources/reviews/access-reviews.ts';
import { createLocalResourceReviewHandlers, createResourceReviewHandlers } from './resources/reviews/resource-access-review.ts';
import { createRulesReviewHandlers } from './resources/reviews/rules-review.ts';
import { SELF_REVIEW_BETA } from './resources/reviews/schema.ts';
import { selfSubjectReviewHandlers, userHandlers } from './resources/reviews/self-subject-review.ts';
import { createLocalSubjectReviewHandlers, createSubjectReviewHandlers } from './resources/reviews/subject-access-review.ts';
import {
  clusterRoleBindingKind,
  createClusterRoleBindingHandlers,
  createRoleBindingHandlers,
  roleBindingKind,
} from './resources/rolebindings/handlers.ts';
import { clusterRoleKind, createClusterRoleHandlers, createRoleHandlers, roleKind } from './resources/roles/handlers.ts';
import { createSecretHandlers, createStreamSecretsHandlers, secretKind } from './resources/secrets/handlers.ts';
import { createServiceAccountHandlers, serviceAccountKind } from './resources/serviceaccounts/handlers.ts';
import { createTokenRequestHandlers } from './resources/serviceaccounts/token-request.ts';
import { watchedBy } from './resources/watching/watch-collection.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { composeSecretStore } from './runtime/secrets.ts';
import { composeWatching } from './runtime/watching.ts';
import { createNamespaceHeadReader } from './store/namespace-heads.ts';
import { createVerificationKeyStore } from './store/verification-key-store.ts';

const { authorizer, heads: streamHeads, limitRanges, resourceQuotas, namespaces, retry, newUid } = composeImageApi();
const options = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) };
const accounts = createServiceAccountStore({ ...options, namespaces });
const iamMappings = createIamMappingStore(options);
const heads = createNamespaceHeadReader(options);
const namespaceNamesEver = async () => (await heads.readHeads('')).heads.map(({ name }) => name);
const secrets = composeSecretStore(namespaces, { namespaceNamesEver });
const watched = watchedBy(composeWatching());
const shared = { namespaces, retry };
const projects = { ...shared, authorizer, newUid };
const guard = createEscalationGuard({ authorizer, resolver: authorizer, policy: createPolicyReader(options) });
const roles = { ...shared, objects: createRoleStore({ ...options, namespaces }), admit: guard.admitRole };
const bindings = { ...shared, objects: createBindingStore({ ...options, namespaces }), admit: guard.admitBinding };
const quotas = { objects: resourceQuotas, streams: streamHeads, ...shared };
const issueToken = createIssueToken({ signer: createTokenSigner(requireEnv(ENV.tokenKey)), keys: createVerificationKeyStore(options) });

export const handler = createHttpFunction(authorizer, {
  '/v1/namespaces': watched(createNamespaceHandlers(projects), watchedNamespaces({ namespaces, heads })),
  '/v1/secrets': watched(createSecretHandlers({ objects: secrets, ...shared }), watchedObjects(secretKind, secrets)),
  '/v1/serviceaccounts': watched(
    createServiceAccountHandlers({ objects: accounts, ...shared }),
    watchedObjects(serviceAccountKind, accounts),
  ),
  '/v1/serviceaccounts/token': createTokenRequestHandlers({ accounts, issueToken }),
  '/v1/limitranges': watched(createLimitRangeHandlers({ objects: limitRanges, ...shared }), watchedObjects(limitRangeKind, limitRanges)),
  '/v1/resourcequotas': watched(createResourceQuotaHandlers(quotas), watchedQuotas(quotas)),
  'project.openshift.io/v1/projects': watched(createProjectHandlers(projects), watchedProjects({ namespaces, heads, authorizer })),
  'project.openshift.io/v1/projectrequests': createProjectRequestHandlers(projects),
  'rbac.authorization.k8s.io/v1/roles': watched(createRoleHandlers(roles), watchedObjects(roleKind, roles.objects)),
  'rbac.authorization.k8s.io/v1/clusterroles': watched(createClusterRoleHandlers(roles), watchedObjects(clusterRoleKind, roles.objects)),
  'rbac.authorization.k8s.io/v1/rolebindings': watched(
    createRoleBindingHandlers(bindings),
    watchedObjects(roleBindingKind, bindings.objects),
  ),
  'rbac.authorization.k8s.io/v1/clusterrolebindings': watched(
    createClusterRoleBindingHandlers(bindings),
    watchedObjects(clusterRoleBindingKind, bindings.objects),
  ),
  'user.openshift.io/v1/users': userHandlers,
  'authentication.k8s.io/v1/selfsubjectreviews': selfSubjectReviewHandlers,
  'authentication.k8s.io/v1beta1/selfsubjectreviews': { ...selfSubjectReviewHandlers, schema: SELF_REVIEW_BETA },
  'authorization.k8s.io/v1/selfsubjectaccessreviews': createAccessReviewHandlers(authorizer),
  'authorization.k8s.io/v1/selfsubjectrulesreviews': createRulesReviewHandlers(authorizer),
  'authorization.k8s.io/v1/subjectaccessreviews': createSubjectAccessReviewHandlers(authorizer),
  'authorization.k8s.io/v1/localsubjectaccessreviews': createLocalAccessReviewHandlers(authorizer),
  'authorization.openshift.io/v1/subjectaccessreviews': createSubjectReviewHandlers(authorizer),
  'access.image-streams.io/v1/iamidentitymappings': watched(
    createIamMappingHandlers({ objects: iamMappings, ...shared }),
    watchedObjects(iamMappingKind, iamMappings),
  ),
  'authorization.openshift.io/v1/localsubjectaccessreviews': createLocalSubjectReviewHandlers(authorizer),
  'authorization.openshift.io/v1/resourceaccessreviews': createResourceReviewHandlers(authorizer),
  'authorization.openshift.io/v1/localresourceaccessreviews': createLocalResourceReviewHandlers(authorizer),
  'image.openshift.io/v1/imagestreams/secrets': createStreamSecretsHandlers(secrets),
});
