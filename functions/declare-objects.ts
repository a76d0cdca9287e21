/** Custom resource of CloudFormation, in stacks of those who use a deployment: applies and deletes objects there (lib/consumers/declared-object.ts). */
import { setTimeout as sleep } from 'node:timers/promises';
import { createAnswer } from './declaring/answer.ts';
import { createApiClient } from './declaring/api-client.ts';
import { createHandleRequest } from './declaring/handle-request.ts';
import { createHttpsTransport } from './declaring/https-transport.ts';
import { requireEnv } from './runtime/config.ts';
import { createEksToken } from './runtime/eks-token.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { logger } from './runtime/logger.ts';

const region = process.env['AWS_REGION'] ?? '';
const cluster = requireEnv(ENV.clusterName);

async function signIn(): Promise<string> {
  // Set by Lambda, those of the function's role.
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '', AWS_SESSION_TOKEN: sessionToken } = process.env;
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const token = await createEksToken({ cluster, region, credentials, now: Date.now() });
  if (token === null) throw new Error(`no STS is known in ${region}`);
  return token;
}

export const handler = withChain(
  createHandleRequest({
    ask: createApiClient({ transport: createHttpsTransport(requireEnv(ENV.apiUrl)), signIn, sleep, clock: Date.now }),
    answer: createAnswer(),
    sleep,
    clock: Date.now,
    log: (message, keys) => logger.info(message, keys),
  }),
);
