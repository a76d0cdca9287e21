/** Composition of ECR by IAM, from the environment of a deployed function. */
import type { EcrAccount } from '../access/pulling/ecr-access.ts';
import { type ChooseEcr, createEcrChoice, NO_ECR } from '../access/pulling/ecr-credentials.ts';
import { createEcrTokens, type FetchEcrToken } from '../access/pulling/ecr-tokens.ts';
import { partitionOf } from '../registry/ecr-host.ts';
import { optionalEnv, requireEnv } from './config.ts';
import { ENV } from './environment.ts';

/** Reads the environment once; call at module scope of an entry file, so that tokens outlive an invocation. Throws naming the variable that is missing. */
export function composeEcr(env: NodeJS.ProcessEnv = process.env): ChooseEcr {
  const namespaces = optionalEnv(ENV.ecrNamespaces, env);
  if (namespaces === undefined) return NO_ECR;
  const settings = {
    namespaces: namespaces.split(','),
    account: requireEnv(ENV.ecrAccount, env),
    partition: partitionOf(env['AWS_REGION'] ?? ''),
    accounts: JSON.parse(optionalEnv(ENV.ecrAccounts, env) ?? '{}') as Readonly<Record<string, EcrAccount>>,
  };
  return createEcrChoice(settings, createEcrTokens(openFetch(), Date.now));
}

/** The clients of ECR and STS are loaded with the first token, from a file of their own in the bundle. */
function openFetch(): FetchEcrToken {
  let opening: Promise<FetchEcrToken> | undefined;
  const open = () => (opening ??= import('#ecr-client').then(({ createEcrFetch }) => createEcrFetch()));
  return async (identity) => (await open())(identity);
}
