/** Hosts a synthesized stack on this machine (design.md §5). */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { grantAdmin } from './admin-token.ts';
import { startAsyncInvocations } from './async-invocations.ts';
import { listenAwsEndpoint } from './aws-endpoint.ts';
import { loadStack } from './cloudformation.ts';
import { loadAdminToken, loadCertificate, writeKubeconfig } from './cluster-access.ts';
import { createDynamoDbCall } from './dynamodb-api.ts';
import { startDynamoDb } from './dynamodb-process.ts';
import { createDynamoDbProxy } from './dynamodb-proxy.ts';
import { hostEventBuses } from './event-bus.ts';
import { startEventSources } from './event-sources.ts';
import { createFaults } from './faults.ts';
import { hostFunctions } from './functions.ts';
import { startGateway } from './gateway.ts';
import { readRoutes } from './gateway-routes.ts';
import type { LocalOptions, LocalRuntime } from './local-runtime.ts';
import { functionFromArn, tableFromStreamArn } from './physical-names.ts';
import { hostQueues, type QueueSnapshot } from './queues.ts';
import { hostSchedules } from './schedules.ts';
import { createSqsApi } from './sqs-api.ts';
import { StartError } from './start-error.ts';
import { openStateDirectory } from './state-directory.ts';
import { createStats } from './stats.ts';
import { compactStreams } from './stream-compaction.ts';
import type { ShardPositions } from './stream-reader.ts';
import { hostTables } from './tables.ts';

/** Everything that outlives the process besides the database; file `state.json`. */
interface Snapshot {
  readonly positions: Record<string, ShardPositions>;
  readonly queues: QueueSnapshot;
  readonly invocations: QueueSnapshot;
}

const REGION = 'us-east-1';
const ACCOUNT_ID = '000000000000';

/** Starts the stack of `options.template`. Rejects with StartError, having ended whatever was started. */
export async function startLocal(options: LocalOptions): Promise<LocalRuntime> {
  const cleanups: (() => unknown)[] = [];
  async function stop(): Promise<void> {
    // Last started, first ended: nothing loses what it still calls.
    for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup();
  }
  try {
    return await start(options, cleanups, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: LocalOptions, cleanups: (() => unknown)[], stop: () => Promise<void>): Promise<LocalRuntime> {
  const { host = '127.0.0.1', port = 0, workersPerFunction = 4, log = () => undefined } = options;
  const state = openStateDirectory(options.directory);
  cleanups.push(() => state.close());
  const snapshot = state.readJson<Snapshot>('state.json') ?? { positions: {}, queues: {}, invocations: {} };
  const endpoint = await listenAwsEndpoint();
  cleanups.push(() => endpoint.stop());
  const stack = loadStack(options.template, { region: REGION, accountId: ACCOUNT_ID, awsEndpoint: endpoint.url });

  const stats = createStats();
  const faults = createFaults();
  const functions = hostFunctions(stack, {
    project: options.project ?? join(import.meta.dirname, '../..'),
    bundles: options.bundles,
    workspace: state.path,
    environment: options.environment ?? {},
    workersPerFunction,
    log,
  });
  async function invoke(functionName: string, event: unknown): Promise<unknown> {
    const pool = functions.require(functionName);
    let failed = true;
    try {
      const answer = await pool.invoke(event);
      failed = false;
      return answer;
    } finally {
      stats.countInvocation(pool.settings.label, failed);
    }
  }

  let dirty: NodeJS.Timeout | undefined;
  let ended = false;
  const changed = () => (dirty ??= setTimeout(save, 200).unref());
  const queues = hostQueues(stack, snapshot.queues, changed);
  const invocations = startAsyncInvocations({
    stack,
    functions,
    queues,
    invoke,
    stored: snapshot.invocations,
    changed,
    concurrency: workersPerFunction,
  });
  function save(): void {
    clearTimeout(dirty);
    dirty = undefined;
    if (!state.kept || ended) return;
    const current: Snapshot = { positions: snapshot.positions, queues: queues.snapshot(), invocations: invocations.snapshot() };
    state.write('state.json', JSON.stringify(current));
  }
  function deliver(arn: string, event: unknown, groupId?: string): void {
    if (functionFromArn(arn)) invocations.invoke(arn, event);
    else queues.require(arn).send({ body: JSON.stringify(event), groupId });
  }
  const buses = hostEventBuses(stack, { deliver, chaos: options.chaos ?? false });
  const startSchedules = hostSchedules(stack, deliver);
  const routes = readRoutes(stack);

  const databaseDirectory = state.kept ? join(state.path, 'dynamodb') : undefined;
  if (databaseDirectory) compactStreams(databaseDirectory, readPositions(snapshot.positions));
  const [database, certificate] = await Promise.all([
    startDynamoDb({ directory: databaseDirectory }).catch(asStartError),
    loadCertificate(state, host),
  ]);
  cleanups.push(() => database.stop());
  if (databaseDirectory) compactStreams(databaseDirectory, new Map());
  const proxy = createDynamoDbProxy(database.endpoint);
  cleanups.push(() => proxy.close());
  const call = createDynamoDbCall(proxy);
  const tables = await hostTables(stack, call);
  const sources = startEventSources({
    stack,
    tables,
    queues,
    call,
    invoke,
    positions: snapshot.positions,
    changed,
    workersPerFunction,
    redeliverAfterMs: options.redeliverAfterMs,
    log: (line) => log('local', line),
  });
  endpoint.serve({
    stats,
    faults,
    onEvent: buses.onEvent,
    dynamoDb: proxy,
    written: sources.written,
    findCaller: functions.findCaller,
    sqs: createSqsApi(queues, (name) => `${endpoint.url}/${ACCOUNT_ID}/${name}`),
    putEvents: buses.putEvents,
  });
  cleanups.push(async () => {
    await Promise.race([Promise.all([invocations.stop(), sources.stop()]), sleep(1000, undefined, { ref: false })]);
    save(); // before the sandboxes die: what still runs is unfinished work for the next start, not failed work
    ended = true;
    await Promise.all(functions.pools.map((pool) => pool.kill()));
  });

  const token = loadAdminToken(state);
  await grantAdmin(stack, endpoint.url, token);
  const gateway = await startGateway({ routes, place: stack.place, invoke, certificate, host, port });
  cleanups.push(() => gateway.stop());
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${gateway.port}`;
  writeKubeconfig(state, url, certificate.ca, token);
  state.announce({ pid: process.pid, awsEndpoint: endpoint.url, url });
  if (options.schedules ?? true) cleanups.push(startSchedules());
  if (options.prewarm)
    void warm(
      functions,
      routes.flatMap(({ functionName, authorizer }) => [authorizer?.functionName ?? functionName, functionName]),
    );

  return {
    url,
    ca: certificate.ca,
    kubeconfig: join(state.path, 'kubeconfig'),
    token,
    awsEndpoint: endpoint.url,
    stats,
    faults,
    invoke,
    kill: (functionName) => functions.require(functionName).kill(),
    onEvent: buses.onEvent,
    async settled(timeoutMs = 10_000) {
      const isIdle = () =>
        sources.isIdle() && invocations.isIdle() && buses.pending() === 0 && functions.pools.every((pool) => pool.isIdle());
      for (let left = timeoutMs, calm = 0; calm < 3; left -= 10) {
        if (left <= 0) throw new Error(`the local runtime is still busy after ${timeoutMs} ms`);
        await sleep(10);
        calm = isIdle() ? calm + 1 : 0;
      }
    },
    stop,
  };
}

/** One after the other: a start is for the person who waits, not for the machine to be busy. */
async function warm(functions: ReturnType<typeof hostFunctions>, names: readonly string[]): Promise<void> {
  for (const name of new Set(names)) await functions.require(name).warm();
}

/** By table, the last sequence number that every reader of its stream has passed. */
function readPositions(positions: Snapshot['positions']): Map<string, number> {
  const lowest = new Map<string, number>();
  for (const [key, shards] of Object.entries(positions)) {
    const table = tableFromStreamArn(key) ?? '';
    const passed = Object.values(shards).map((position) => (position === 'closed' ? Infinity : Number(position)));
    lowest.set(table, Math.min(lowest.get(table) ?? Infinity, ...(passed.length > 0 ? passed : [0])));
  }
  return lowest;
}

function asStartError(error: unknown): never {
  throw new StartError((error as Error).message, { cause: error });
}
