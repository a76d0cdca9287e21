/** Custom resource of CloudFormation, in stacks of those who use a deployment: applies and deletes objects there (lib/consumers/declared-object.ts). */
import { setTimeout as sleep } from 'node:timers/promises';
import { createAnswer } from './declaring/answer.ts';
import { createApiClient } from './declaring/api-client.ts';
import { createHandleRequest } from './declaring/handle-request.ts';
import { createHttpsTransport } from './declaring/https-transport.ts';
import { createSignIn } from './declaring/sign-in.ts';
import { requireEnv } from './runtime/config.ts';
import { ENV } from './runtime/environment.ts';
import { withChain } from './runtime/handler-chain.ts';
import { logger } from './runtime/logger.ts';

const signIn = createSignIn({
  // Set by Lambda, those of the function's role.
  credentials: () => ({
    accessKeyId: process.env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
    sessionToken: process.env['AWS_SESSION_TOKEN'],
  }),
  region: process.env['AWS_REGION'] ?? '',
  stsHost: requireEnv(ENV.stsHost),
  clusterName: requireEnv(ENV.clusterName),
  clock: Date.now,
});

export const handler = withChain(
  createHandleRequest({
    ask: createApiClient({ transport: createHttpsTransport(requireEnv(ENV.apiUrl)), signIn, sleep, clock: Date.now }),
    answer: createAnswer(),
    sleep,
    clock: Date.now,
    log: (message, keys) => logger.info(message, keys),
  }),
);
