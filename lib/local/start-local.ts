/** Hosts a synthesized stack on this machine (design.md §5). */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAsyncInvocations } from './async-invocations.ts';
import { type AwsEndpoint, listenAwsEndpoint } from './aws-endpoint.ts';
import { loadStack, type Stack } from './cloudformation.ts';
import { loadCertificate, loadTokens, writeKubeconfig } from './cluster-access.ts';
import { createDynamoDbCall } from './dynamodb-api.ts';
import { startDynamoDb } from './dynamodb-process.ts';
import { createDynamoDbProxy, type DynamoDbProxy } from './dynamodb-proxy.ts';
import { hostEventBuses } from './event-bus.ts';
import { startEventSources } from './event-sources.ts';
import { createFaults } from './faults.ts';
import { type Functions, hostFunctions } from './functions.ts';
import { startGateway } from './gateway.ts';
import { readRoutes } from './gateway-routes.ts';
import { type AccessControl, createAccessControl } from './iam/access-control.ts';
import { checkWiring } from './iam/check-wiring.ts';
import { localKeys } from './local-keys.ts';
import { stateTableOf, storeTokens } from './local-users.ts';
import type { LocalOptions, LocalRuntime } from './local-runtime.ts';
import { functionFromArn, tableFromStreamArn } from './physical-names.ts';
import { hostQueues, type QueueSnapshot } from './queues.ts';
import { createRemoteServices } from './remote-services.ts';
import { hostSchedules } from './schedules.ts';
import { createSqsApi } from './sqs-api.ts';
import { StartError } from './start-error.ts';
import { openStateDirectory, type StateDirectory } from './state-directory.ts';
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

/** What ends what was started, in the order of starting. */
type Cleanups = (() => unknown)[];

const PLACE = { region: 'us-east-1', accountId: '000000000000' };
const SNAPSHOT_FILE = 'state.json';
const SAVE_AFTER_MS = 200;

/** Starts the stack of `options.template`. Rejects with StartError, having ended whatever was started. */
export async function startLocal(options: LocalOptions): Promise<LocalRuntime> {
  const cleanups: Cleanups = [];
  async function stop(): Promise<void> {
    // Last started, first ended: nothing loses what it still calls.
    for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup();
  }
  try {
    const state = openStateDirectory(options.directory);
    cleanups.push(() => state.close());
    const endpoint = await listenAwsEndpoint();
    cleanups.push(() => endpoint.stop());
    const stack = loadStack(options.template, { ...PLACE, awsEndpoint: endpoint.url });
    return { ...(await start(options, state, endpoint, stack, cleanups)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the embedded DynamoDB, made ready for streams that grow. */
async function startDatabase(state: StateDirectory, positions: Snapshot['positions'], cleanups: Cleanups): Promise<DynamoDbProxy> {
  const directory = state.kept ? join(state.path, 'dynamodb') : undefined;
  if (directory) compactStreams(directory, readPositions(positions));
  const database = await startDynamoDb({ directory }).catch((error: Error) => {
    throw new StartError(error.message, { cause: error });
  });
  cleanups.push(() => database.stop());
  if (directory) compactStreams(directory, new Map()); // a new file has its indexes only now
  const proxy = createDynamoDbProxy(database.endpoint);
  cleanups.push(() => proxy.close());
  return proxy;
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

function hostCode(stack: Stack, state: StateDirectory, options: LocalOptions): Functions {
  return hostFunctions(stack, {
    project: options.project ?? join(import.meta.dirname, '../..'),
    bundles: options.bundles,
    workspace: state.path,
    environment: { ...localKeys(state.path), ...options.environment },
    workersPerFunction: options.workersPerFunction ?? 4,
    log: options.log ?? (() => undefined),
  });
}

/** Who may do what; throws StartError for a stack that could not be created or would not run for want of a permission. */
function createCheckedAccess(stack: Stack): AccessControl {
  const control = createAccessControl(stack);
  checkWiring(stack, control);
  return control;
}

/** One after the other: a start is for the person who waits, not for the machine to be busy. */
async function warm(functions: Functions, names: readonly (string | undefined)[]): Promise<void> {
  for (const name of new Set(names)) if (name) await functions.require(name).warm();
}

async function start(
  options: LocalOptions,
  state: StateDirectory,
  endpoint: AwsEndpoint,
  stack: Stack,
  cleanups: Cleanups,
): Promise<Omit<LocalRuntime, 'stop'>> {
  const { host = '127.0.0.1', port = 0, workersPerFunction = 4, redeliverAfterMs, log } = options;
  const snapshot = state.readJson<Snapshot>(SNAPSHOT_FILE) ?? { positions: {}, queues: {}, invocations: {} };
  const stats = createStats();
  const faults = createFaults();
  const functions = hostCode(stack, state, options);
  const { authorize, report } = createCheckedAccess(stack);
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

  let saving: NodeJS.Timeout | undefined;
  const changed = () => void (saving ??= setTimeout(save, SAVE_AFTER_MS).unref());
  const queues = hostQueues(stack, snapshot.queues, changed);
  const invocations = startAsyncInvocations({
    stack,
    queues,
    invoke,
    stored: snapshot.invocations,
    changed,
    concurrency: workersPerFunction,
  });
  function save(): void {
    clearTimeout(saving);
    saving = undefined;
    const current: Snapshot = { positions: snapshot.positions, queues: queues.snapshot(), invocations: invocations.snapshot() };
    if (state.kept) state.write(SNAPSHOT_FILE, JSON.stringify(current));
  }
  function deliver(arn: string, event: unknown, groupId?: string): void {
    if (functionFromArn(arn)) invocations.invoke(arn, event);
    else queues.require(arn).send({ body: JSON.stringify(event), groupId });
  }
  const buses = hostEventBuses(stack, { deliver, chaos: options.chaos ?? false });
  const startSchedules = hostSchedules(stack, deliver);
  const routes = readRoutes(stack);

  const [dynamoDb, certificate] = await Promise.all([startDatabase(state, snapshot.positions, cleanups), loadCertificate(state, host)]);
  const call = createDynamoDbCall(dynamoDb);
  const tables = await hostTables(stack, call);
  const { positions } = snapshot;
  const sourceLog = (line: string) => log?.('local', line);
  const sources = startEventSources({
    stack,
    tables,
    queues,
    call,
    invoke,
    positions,
    changed,
    workersPerFunction,
    redeliverAfterMs,
    log: sourceLog,
  });
  cleanups.push(async () => {
    await Promise.race([Promise.all([invocations.stop(), sources.stop()]), sleep(1000, undefined, { ref: false })]);
    // Saved for the last time before the sandboxes die: what still runs is unfinished work for the next start, not failed work.
    save();
    saving = setTimeout(() => undefined); // taken: no change schedules another
    clearTimeout(saving);
    await Promise.all(functions.pools.map((pool) => pool.kill()));
  });
  const remote = createRemoteServices(options.awsServices);
  cleanups.push(() => remote.close());
  const { findCaller } = functions;
  const { onEvent, putEvents, putServiceEvent } = buses;
  endpoint.serve({
    stats,
    faults,
    onEvent,
    putServiceEvent,
    dynamoDb,
    written: sources.written,
    authorize,
    findCaller,
    sqs: createSqsApi(queues),
    putEvents,
    remote,
  });

  const tokens = loadTokens(state);
  await storeTokens(stack, endpoint.url, tokens);
  const gateway = await startGateway({ routes, place: stack.place, invoke, certificate, host, port });
  cleanups.push(() => gateway.stop());
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${gateway.port}`;
  writeKubeconfig(state, url, certificate.ca, tokens);
  state.announce({ pid: process.pid, awsEndpoint: endpoint.url, url, stateTable: stateTableOf(stack) });
  if (options.schedules ?? true) cleanups.push(startSchedules());
  if (options.prewarm)
    void warm(
      functions,
      routes.flatMap((route) => [route.authorizer?.functionName, route.functionName]),
    );

  const isIdle = () => sources.isIdle() && invocations.isIdle() && buses.pending() === 0 && functions.pools.every((pool) => pool.isIdle());
  return {
    url,
    ca: certificate.ca,
    kubeconfig: join(state.path, 'kubeconfig'),
    token: tokens.admin,
    awsEndpoint: endpoint.url,
    stats,
    faults,
    permissions: report,
    invoke,
    kill: (functionName) => functions.require(functionName).kill(),
    onEvent,
    onMessage: (listener) => queues.all.forEach((queue) => queue.onSend(listener)),
    async settled(timeoutMs = 10_000) {
      const deadline = Date.now() + timeoutMs;
      for (let calm = 0; calm < 3; calm = isIdle() ? calm + 1 : 0) {
        if (Date.now() > deadline) throw new Error(`the local runtime is still busy after ${timeoutMs} ms`);
        await sleep(10);
      }
    },
  };
}
