/** HTTP: namespaces and projects, secrets, service accounts and their tokens, roles and bindings, who am I and what may I. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createIssueToken } from './access/logins/issue-token.ts';
import { createServiceAccountStore } from './access/accounts/service-account-store.ts';
import { createTokenSigner } from './access/logins/token-signer.ts';
import { createLimitRangeHandlers, limitRangeKind } from './resources/limitranges/handlers.ts';
import { createResourceQuotaHandlers, watchedQuotas } from './resources/resourcequotas/handlers.ts';
import { createNamespaceHandlers } from './resources/namespaces/handlers.ts';
import { watchedNamespaces } from './resources/namespaces/watched-namespaces.ts';
import { watchedObjects } from './resources/plain-objects.ts';
import { createProjectHandlers, watchedProjects } from './resources/projects/handlers.ts';
import { createProjectRequestHandlers } from './resources/projects/request-project.ts';
import { createSecretHandlers, createStreamSecretsHandlers, secretKind } from './resources/secrets/handlers.ts';
import { createServiceAccountHandlers, serviceAccountKind } from './resources/serviceaccounts/handlers.ts';
import { createTokenRequestHandlers } from './resources/serviceaccounts/token-request.ts';
import { watchedBy } from './resources/watching/watch-collection.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { composePolicyResources } from './runtime/policy-resources.ts';
import { composeReviewResources } from './runtime/review-resources.ts';
import { composeSecretStore } from './runtime/secrets.ts';
import { composeWatching } from './runtime/watching.ts';
import { createNamespaceHeadReader } from './store/namespace-heads.ts';
import { createVerificationKeyStore } from './store/verification-key-store.ts';

const { authorizer, heads: streamHeads, limitRanges, resourceQuotas, namespaces, retry, newUid } = composeImageApi();
const options = { client: new DynamoDBClient({}), table: requireEnv(ENV.stateTable) };
const accounts = createServiceAccountStore({ ...options, namespaces });
const heads = createNamespaceHeadReader(options);
const namespaceNamesEver = async () => (await heads.readHeads('')).heads.map(({ name }) => name);
const secrets = composeSecretStore(namespaces, { namespaceNamesEver });
const watched = watchedBy(composeWatching());
const shared = { namespaces, retry };
const projects = { ...shared, authorizer, newUid };
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
  ...composePolicyResources({ options, namespaces, retry, authorizer, watched }),
  ...composeReviewResources(authorizer),
  'image.openshift.io/v1/imagestreams/secrets': createStreamSecretsHandlers(secrets),
});
