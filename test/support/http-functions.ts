/** Every HTTP function as it is deployed, in this process, over a DynamoDB of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { vi } from 'vitest';
import type { HttpFunctionName } from '../../functions/resources/table/entry.ts';
import { ENV } from '../../functions/runtime/environment.ts';
import type { HttpHandler } from '../../functions/runtime/http-function.ts';
import { startTestTable, type TestTable } from './dynamodb.ts';
import { openHttpApi, ROOT, type Send } from './http-chain.ts';
import { LAMBDA_ENVIRONMENT } from './lambda-environment.ts';

export interface HttpFunctions {
  /** As one who may do everything. */
  readonly send: Send;
  /** As somebody in these groups besides `system:authenticated`. */
  as(user: string, ...groups: readonly string[]): Send;
  readonly dynamoDb: TestTable;
  stop(): Promise<void>;
}

export async function loadHttpFunctions(): Promise<HttpFunctions> {
  const dynamoDb = await startTestTable();
  const directory = mkdtempSync(join(tmpdir(), 'http-functions-'));
  const key = join(directory, 'secrets.key');
  writeFileSync(key, randomBytes(32));
  const environment = {
    ...LAMBDA_ENVIRONMENT,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    POWERTOOLS_METRICS_DISABLED: 'true',
    [ENV.stateTable]: dynamoDb.table,
    [ENV.secretsTable]: await dynamoDb.addTable(),
    [ENV.secretsKey]: pathToFileURL(key).href,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  // Entry files read the environment when they load, and files of tests share what is loaded.
  vi.resetModules();
  const functions = await loadHandlers();
  return {
    send: openHttpApi((name) => functions[name], ROOT.user, ROOT.groups),
    as: (user, ...groups) => openHttpApi((name) => functions[name], user, ['system:authenticated', ...groups]),
    dynamoDb,
    async stop() {
      await dynamoDb.stop();
      rmSync(directory, { recursive: true });
      vi.unstubAllEnvs();
      vi.resetModules();
    },
  };
}

async function loadHandlers(): Promise<Readonly<Record<HttpFunctionName, HttpHandler>>> {
  const [discovery, streams, tags, mappings, imports, access, triggers, admission] = await Promise.all([
    import('../../functions/discovery.ts'),
    import('../../functions/streams.ts'),
    import('../../functions/tags.ts'),
    import('../../functions/mappings.ts'),
    import('../../functions/imports.ts'),
    import('../../functions/access.ts'),
    import('../../functions/triggers.ts'),
    import('../../functions/admission.ts'),
  ]);
  return {
    discovery: discovery.handler,
    streams: streams.handler,
    tags: tags.handler,
    mappings: mappings.handler,
    imports: imports.handler,
    access: access.handler,
    triggers: triggers.handler,
    admission: admission.handler,
  };
}
