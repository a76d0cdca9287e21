/** Every resource behind the one HTTP function chain, over an embedded DynamoDB: what the deployed functions serve together. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPullCredentials } from '../../functions/access/pulling/pull-credentials.ts';
import type { SecretCipher, SecretStore } from '../../functions/access/ports.ts';
import { createSecretCipher } from '../../functions/access/secrets/secret-cipher.ts';
import { createSecretStore } from '../../functions/access/secrets/secret-store.ts';

import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import { createRegistryClient } from '../../functions/registry/client.ts';
import type { ImageApi } from '../../functions/resources/image-api.ts';
import { createImageHandlers } from '../../functions/resources/images/handlers.ts';
import { createSignatureHandlers } from '../../functions/resources/imagesignatures/handlers.ts';
import { createStreamImageHandlers } from '../../functions/resources/imagestreamimages/handlers.ts';
import { createImportHandlers } from '../../functions/resources/imagestreamimports/handlers.ts';
import { createMappingHandlers } from '../../functions/resources/imagestreammappings/handlers.ts';
import {
  createStreamHandlers,
  createStreamLayersHandlers,
  createStreamStatusHandlers,
} from '../../functions/resources/imagestreams/handlers.ts';
import { watchedStreams } from '../../functions/resources/imagestreams/watched-streams.ts';
import { createWatch } from '../../functions/resources/watching/watch-collection.ts';
import { composeWatching } from '../../functions/runtime/watching.ts';
import { createTagHandlers } from '../../functions/resources/imagestreamtags/handlers.ts';
import { createImageTagHandlers } from '../../functions/resources/imagetags/handlers.ts';
import { createNamespaceHandlers } from '../../functions/resources/namespaces/handlers.ts';
import type { Authorizer } from '../../functions/resources/ports.ts';
import { createSecretHandlers, createStreamSecretsHandlers } from '../../functions/resources/secrets/handlers.ts';
import { createHttpFunction, type HttpHandler } from '../../functions/runtime/http-function.ts';
import { createStreamHeadReader } from '../../functions/store/stream-heads.ts';
import { logged } from '../runtime/logged.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { type HttpAnswer, openHttpApi } from '../support/http-chain.ts';
import { createImageApi } from '../support/image-api.ts';

export interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed when it is JSON. */
  readonly body: unknown;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly user: string;
}

export interface ConformanceServer {
  /** A server of its own, with nothing stored. */
  open(hosts: ImageApi['hosts']): Promise<(request: Request) => Promise<Answer>>;
  stop(): Promise<void>;
}

export async function startConformanceServer(): Promise<ConformanceServer> {
  const database = await startTestTable();
  const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
  const keyFile = join(directory, 'secrets.key');
  writeFileSync(keyFile, randomBytes(32));
  const cipher = createSecretCipher(pathToFileURL(keyFile).href);
  return {
    async open(hosts) {
      const [table, secretsTable] = await Promise.all([database.addTable(), database.addTable()]);
      const handler = compose({ ...database, table }, createSecrets(database, secretsTable, cipher), hosts);
      return (request) => send(handler, request);
    },
    async stop() {
      await database.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Everything is allowed, but bob may not pull from the namespace `secretive`. */
const authorizer: Authorizer = {
  authorize: async ({ user }, { namespace, subresource }) => ({
    allowed: user !== 'bob' || namespace !== 'secretive' || subresource !== 'layers',
    reason: '',
  }),
};

function createSecrets({ client }: TestTable, table: string, cipher: SecretCipher): SecretStore {
  return createSecretStore({ client, table, cipher, namespaceNames: async (from) => ['default'].filter((name) => name >= from) });
}

function compose(database: TestTable, secrets: SecretStore, hosts: ImageApi['hosts']): HttpHandler {
  const api = { ...createImageApi(database, { authorizer, hosts, newUid: randomUUID }), heads: createStreamHeadReader(database) };
  const registry = createRegistryClient({ allowPrivateAddresses: true });
  const imports = {
    ...api,
    connect: (...[signal, credentialsFor]: Parameters<Parameters<typeof createImportHandlers>[0]['connect']>) =>
      registry.forCaller({ signal, credentialsFor }),
    openCredentials: () => openPullCredentials(secrets),
    platform: DEFAULT_PLATFORM,
    timeLimit: 20_000,
  };
  return createHttpFunction(authorizer, {
    '/v1/namespaces': createNamespaceHandlers(api),
    '/v1/secrets': createSecretHandlers({ objects: secrets, namespaces: api.namespaces, retry: api.retry }),
    'image.openshift.io/v1/images': createImageHandlers(api),
    'image.openshift.io/v1/imagesignatures': createSignatureHandlers(api),
    'image.openshift.io/v1/imagestreams': { ...createStreamHandlers(api), watch: createWatch(watchedStreams(api), composeWatching()) },
    'image.openshift.io/v1/imagestreams/status': createStreamStatusHandlers(api),
    'image.openshift.io/v1/imagestreams/layers': createStreamLayersHandlers(api),
    'image.openshift.io/v1/imagestreams/secrets': createStreamSecretsHandlers(secrets),
    'image.openshift.io/v1/imagestreamimages': createStreamImageHandlers(api),
    'image.openshift.io/v1/imagestreamtags': createTagHandlers(api),
    'image.openshift.io/v1/imagetags': createImageTagHandlers(api),
    'image.openshift.io/v1/imagestreammappings': createMappingHandlers(api),
    'image.openshift.io/v1/imagestreamimports': createImportHandlers(imports),
  });
}

/** What a request logs is not what the case is about. */
async function send(handler: HttpHandler, { method, path, headers, body, user }: Request): Promise<Answer> {
  let answer: HttpAnswer | undefined;
  await logged(async () => (answer = await openHttpApi(() => handler, user)(method, path, { headers, body })));
  if (answer === undefined) throw new Error(`${path} was not answered`);
  return answer;
}
