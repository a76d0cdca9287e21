/** The handlers of all functions a recorded client talks to, over a real store and a registry in memory, fed with events as the gateway makes them. */
import { gunzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import { groupTargets, type SourcedTarget } from '../../functions/importing/group-targets.ts';
import type { ImportMessage, RegistryClient, RegistryRepository, RepositoryMessage } from '../../functions/importing/ports.ts';
import { openSession } from '../../functions/importing/registry-session.ts';
import { runImports, type RunImportsDependencies } from '../../functions/importing/run-imports.ts';
import { runRepositoryImport } from '../../functions/importing/run-repository-import.ts';
import { createDiscoveryApi } from '../../functions/kubernetes/discovery.ts';
import { createOpenApiV2 } from '../../functions/kubernetes/openapi-v2.ts';
import { createOpenApi } from '../../functions/kubernetes/openapi.ts';
import { RegistryError } from '../../functions/registry/errors.ts';
import { checkSpecWrite } from '../../functions/resources/imagestreams/check-stream.ts';
import { createImageHandlers } from '../../functions/resources/images/handlers.ts';
import { createStreamImageHandlers } from '../../functions/resources/imagestreamimages/handlers.ts';
import { createImportHandlers } from '../../functions/resources/imagestreamimports/handlers.ts';
import { createStreamHandlers } from '../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../functions/resources/imagestreamtags/handlers.ts';
import { createImageTagHandlers } from '../../functions/resources/imagetags/handlers.ts';
import { KIND_SCHEMAS } from '../../functions/resources/kind-schemas.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import { createHttpFunction, createHttpHandler, type HttpHandler } from '../../functions/runtime/http-function.ts';
import type { HttpEvent } from '../../functions/runtime/http-request.ts';
import { SERVER_VERSION } from '../../functions/runtime/server-version.ts';
import { createScheduleStore } from '../../functions/store/schedule-store.ts';
import { createEvent, encodeBody, readRequest } from '../../lib/local/gateway-event.ts';
import type { MemoryRegistry } from '../importing/fakes/memory-registry.ts';
import { accessResources } from './access-resources.ts';
import type { TestTable } from './dynamodb.ts';
import { createImageApi } from './image-api.ts';
import type { RecordedRequest } from './oc-recording.ts';
import { logged } from '../runtime/logged.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

export interface RecordingServer {
  /** Sends a request as the recorded client did. */
  send(request: Pick<RecordedRequest, 'method' | 'path' | 'accept' | 'contentType' | 'body'>): Promise<Answered>;
  /** Does what the stream readers and queues of a deployment do by themselves: imports what waits for it. */
  importDue(): Promise<void>;
  /** `metadata.resourceVersion` of a stream, '' when there is none. */
  resourceVersion(namespace: string, stream: string): Promise<string>;
}

const ADMIN = { user: 'admin', groups: ['system:masters'] };
const TIME_LIMIT = 5_000;
/** What the API is, and paths of which there is nothing. */
const DISCOVERY = /^\/(version|openapi\/.*|api(\/v1)?|apis(\/[^/]+){0,2}|apis\/config.openshift.io\/.*)?(\?|$)/;
const place = { accountId: '000000000000', region: 'us-east-1', awsEndpoint: '' };

export function startRecordingServer(table: TestTable, name: string, registry: MemoryRegistry): RecordingServer {
  const api = createImageApi({ ...table, table: name });
  const connect = () => plainHttpOnly(registry);
  const schedule = createScheduleStore({ client: table.client, table: name });
  const resources = createHttpFunction(api.authorizer, {
    ...accessResources(api, { client: table.client, table: name }),
    'image.openshift.io/v1/images': createImageHandlers(api),
    'image.openshift.io/v1/imagestreams': createStreamHandlers(api),
    'image.openshift.io/v1/imagestreamimages': createStreamImageHandlers(api),
    'image.openshift.io/v1/imagestreamimports': createImportHandlers({
      ...api,
      connect,
      platform: DEFAULT_PLATFORM,
      timeLimit: TIME_LIMIT,
    }),
    'image.openshift.io/v1/imagestreamtags': createTagHandlers(api),
    'image.openshift.io/v1/imagetags': createImageTagHandlers(api),
  });
  const v3 = createOpenApi({ entries: RESOURCE_TABLE, kinds: KIND_SCHEMAS, clock: Date.now });
  const v2 = createOpenApiV2(RESOURCE_TABLE, KIND_SCHEMAS);
  const discovery = createHttpHandler(
    createDiscoveryApi({ entries: RESOURCE_TABLE, version: SERVER_VERSION, documents: (request) => v3(request) ?? v2(request) }),
  );

  async function consume(messages: readonly ImportMessage[]): Promise<void> {
    const deps: RunImportsDependencies = {
      ...api,
      clock: Date.now,
      platform: DEFAULT_PLATFORM,
      refuse: async (before, after) => (await checkSpecWrite(api, before, after)).refusal,
    };
    const session = openSession(connect, { parallel: 16, timeLimit: TIME_LIMIT });
    for (const message of messages) {
      if (message.reason === 'repository') await runRepositoryImport(deps, session, message, true);
      else await runImports(deps, session, message, true);
    }
    session.close();
  }

  return {
    async send(request) {
      return answeredBy(DISCOVERY.test(request.path) ? discovery : resources, eventOf(request));
    },
    async importDue() {
      const tags: SourcedTarget[] = [];
      const repositories: RepositoryMessage[] = [];
      for await (const target of schedule.listImportDue(Date.now() + 1)) {
        if ('tag' in target) tags.push({ ...target, source: '' });
        else repositories.push({ reason: 'repository', target });
      }
      await consume([...groupTargets('spec', tags), ...repositories]);
    },
    async resourceVersion(namespace, stream) {
      const found = await api.streams.readTags(namespace, stream, []);
      return found === null ? '' : String(found.revision);
    },
  };
}

/** The registry of the recordings speaks plain HTTP: whoever insists on TLS does not reach it. */
function plainHttpOnly(registry: MemoryRegistry): RegistryClient {
  const reach = async ({ insecure }: RegistryRepository): Promise<void> => {
    if (!insecure) throw new RegistryError('ERR_REGISTRY_UNREACHABLE', 'no TLS');
  };
  return {
    headManifest: (repository, reference) => reach(repository).then(() => registry.headManifest(repository, reference)),
    getManifest: (repository, reference) => reach(repository).then(() => registry.getManifest(repository, reference)),
    getBlob: (repository, digest, most) => reach(repository).then(() => registry.getBlob(repository, digest, most)),
    listTags: (repository) => reach(repository).then(() => registry.listTags(repository)),
  };
}

function eventOf({ method, path, accept, contentType, body }: Parameters<RecordingServer['send']>[0]): HttpEvent {
  const headers = { accept, 'content-type': contentType, 'accept-encoding': 'gzip' };
  const raw = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  const request = readRequest(method, path, raw, 'HTTP/2', '127.0.0.1');
  if (request === undefined) throw new Error(`the gateway refuses ${path}`);
  const event = createEvent(request, '$default', {}, place);
  const content = encodeBody(Buffer.from(body === undefined ? '' : JSON.stringify(body)), request.headers);
  return { ...event, ...content, requestContext: { ...event.requestContext, authorizer: { lambda: ADMIN } } } as unknown as HttpEvent;
}

async function answeredBy(handler: HttpHandler, event: HttpEvent): Promise<Answered> {
  let answer: Awaited<ReturnType<HttpHandler>> = {};
  const context = { getRemainingTimeInMillis: () => 30_000, functionName: 'f', awsRequestId: 'a' } as unknown as Context;
  await logged(async () => (answer = await handler(event, context)));
  const { statusCode = 0, headers = {}, body = '', isBase64Encoded } = answer;
  const bytes = Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
  return { status: statusCode, headers, body: headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes };
}
