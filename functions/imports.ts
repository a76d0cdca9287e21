/** HTTP: imagestreamimports, imagestreams/diagnose. */
import { explainCredentials } from './access/pulling/explain-credentials.ts';
import { openPullCredentials } from './access/pulling/pull-credentials.ts';
import { parsePlatform } from './image/platform.ts';
import { createDiagnosis } from './registry/diagnose.ts';
import { createImportHandlers } from './resources/imagestreamimports/handlers.ts';
import { createDiagnoseHandlers } from './resources/imagestreams/diagnose.ts';
import { requireEnv } from './runtime/config.ts';
import { composeEcr } from './runtime/ecr.ts';
import { ENV } from './runtime/environment.ts';
import { createHttpFunction } from './runtime/http-function.ts';
import { composeImageApi } from './runtime/image-api.ts';
import { composeImportBudget } from './runtime/import-budget.ts';
import { composeImportPolicy } from './runtime/import-policy.ts';
import { composeRegistryClient } from './runtime/registry.ts';
import { composeSecretStore } from './runtime/secrets.ts';

/** Of the gateway's 30 s, the rest is for storing what arrived (openshift-semantics.md §12). */
const TIME_LIMIT = 22_000;

const api = composeImageApi();
const policy = composeImportPolicy();
const registry = composeRegistryClient();
const secrets = composeSecretStore(api.namespaces);
const budget = composeImportBudget();
const chooseEcr = composeEcr();
const imports = createImportHandlers({
  ...api,
  policy,
  budget,
  connect: (signal, credentialsFor) => registry.forCaller({ signal, credentialsFor }),
  openCredentials: () => openPullCredentials(secrets, chooseEcr),
  platform: parsePlatform(requireEnv(ENV.importPlatform)),
  timeLimit: TIME_LIMIT,
});

const diagnose = createDiagnosis(registry, explainCredentials(secrets, chooseEcr), { now: Date.now });

export const handler = createHttpFunction(api.authorizer, {
  'image.openshift.io/v1/imagestreamimports': imports,
  'image.openshift.io/v1/imagestreams/diagnose': createDiagnoseHandlers({ ...api, policy, budget, diagnose }),
});
