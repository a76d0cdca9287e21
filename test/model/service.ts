/** The service under test: two clients whose DynamoDB can be made to fail, one to look with, and a registry to import from. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DEFAULT_PLATFORM } from '../../functions/image/platform.ts';
import type { ImageStream, ImageStreamTag } from '../../functions/image/types.ts';
import type { ConnectedRegistryClient } from '../../functions/registry/client.ts';
import { createImportHandlers } from '../../functions/resources/imagestreamimports/handlers.ts';
import { createMappingHandlers } from '../../functions/resources/imagestreammappings/handlers.ts';
import { createStreamHandlers, createStreamStatusHandlers } from '../../functions/resources/imagestreams/handlers.ts';
import { createTagHandlers } from '../../functions/resources/imagestreamtags/handlers.ts';
import type { TagItem } from '../../functions/store/items.ts';
import { createSweeper } from '../../functions/store/sweep.ts';
import { allItems } from '../store/stored-stream.ts';
import type { TestTable } from '../support/dynamodb.ts';
import { type Send, serveResources } from '../support/http-chain.ts';
import { createImageApi } from '../support/image-api.ts';
import type { Event, Spec, Status, Stream, World } from './stream.ts';

/** Of the next write: its answer is lost (the SDK sends it again), another transaction is in its way once, or the table throttles it. */
export type Fault = 'none' | 'lost-answer' | 'conflict' | 'throttled';

export interface FaultyClient {
  readonly send: Send;
  fault: Fault;
}

export interface Service {
  readonly clients: readonly [FaultyClient, FaultyClient];
  /** What clients see of all streams. */
  look(): Promise<{ readonly world: World; readonly revisions: Readonly<Record<string, string>>; readonly listed: readonly string[] }>;
  /** What the background does after a write. */
  sweep(): Promise<void>;
}

const API = '/apis/image.openshift.io/v1/namespaces/default';

export async function openService(dynamoDb: TestTable, registry: ConnectedRegistryClient): Promise<Service> {
  const table = await dynamoDb.addTable();
  const serve = (client: DynamoDBClient): Send => {
    // Retries of lost races wait milliseconds here.
    const api = createImageApi({ ...dynamoDb, client, table });
    return serveResources({
      'image.openshift.io/v1/imagestreams': createStreamHandlers(api),
      'image.openshift.io/v1/imagestreams/status': createStreamStatusHandlers(api),
      'image.openshift.io/v1/imagestreamtags': createTagHandlers(api),
      'image.openshift.io/v1/imagestreammappings': createMappingHandlers(api),
      'image.openshift.io/v1/imagestreamimports': createImportHandlers({
        ...api,
        connect: () => registry,
        platform: DEFAULT_PLATFORM,
        timeLimit: 10_000,
      }),
    });
  };
  const look = serve(dynamoDb.client);
  const sweeper = createSweeper({ client: dynamoDb.client, table, budgetMs: 60_000 });
  return {
    clients: [faulty(dynamoDb.connect(), serve), faulty(dynamoDb.connect(), serve)],
    async look() {
      const streams = (await look('GET', `${API}/imagestreams?limit=500`)).body.items as readonly ImageStream[];
      const tags = (await look('GET', `${API}/imagestreamtags?limit=500`)).body.items as readonly ImageStreamTag[];
      return {
        world: Object.fromEntries(streams.map((stream) => [stream.metadata.name ?? '', readStream(stream)])),
        revisions: Object.fromEntries(streams.map(({ metadata }) => [metadata.name ?? '', metadata.resourceVersion ?? ''])),
        listed: tags.map(({ metadata }) => metadata.name ?? ''),
      };
    },
    async sweep() {
      const tags = (await allItems(dynamoDb.client, table)).filter(
        (item): item is TagItem => item.entity === 'tag' && (item as TagItem).base > 0,
      );
      for (const { namespace, stream, incarnation, tag, base } of tags)
        await sweeper.sweepTag({ namespace, stream, incarnation, tag, base });
    },
  };
}

function faulty(client: DynamoDBClient, serve: (client: DynamoDBClient) => Send): FaultyClient {
  const state: FaultyClient = { send: serve(client), fault: 'none' };
  const take = (command: unknown, fault: Fault): boolean => {
    if (command !== 'TransactWriteItemsCommand' || state.fault !== fault) return false;
    state.fault = 'none';
    return true;
  };
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (take(commandName, 'throttled')) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
        if (take(commandName, 'conflict')) {
          throw new TransactionCanceledException({ message: '', $metadata: {}, CancellationReasons: [{ Code: 'TransactionConflict' }] });
        }
        return next(args);
      },
    { step: 'initialize', name: 'refused' },
  );
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        if (take(commandName, 'lost-answer')) throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
        return answer;
      },
    { step: 'finalizeRequest', priority: 'low', name: 'lost' },
  );
  return state;
}

/** An image stream in the form of the model. */
function readStream({ metadata, spec, status }: ImageStream): Stream {
  const specs = (spec.tags ?? []).map((tag): [string, Spec] => [
    tag.name,
    {
      from: { kind: tag.from?.kind ?? '', name: tag.from?.name ?? '' },
      reference: tag.reference ?? false,
      importMode: tag.importPolicy.importMode ?? '',
      scheduled: tag.importPolicy.scheduled ?? false,
      insecure: tag.importPolicy.insecure ?? false,
      referencePolicy: tag.referencePolicy.type,
      generation: tag.generation ?? -1,
    },
  ]);
  const statuses = (status.tags ?? []).map(({ tag, items, conditions }): [string, Status] => [
    tag,
    {
      items: (items ?? []).map((item): Event => ({ ...item })),
      conditions: (conditions ?? []).map(({ reason = '', message = '', generation, lastTransitionTime }) => ({
        reason,
        message,
        generation,
        lastTransitionTime: lastTransitionTime ?? '',
      })),
    },
  ]);
  return {
    generation: metadata.generation ?? 0,
    checked: metadata.annotations?.['openshift.io/image.dockerRepositoryCheck'] ?? '',
    spec: Object.fromEntries(specs),
    status: Object.fromEntries(statuses),
  };
}
