/**
 * What a pass over scheduled tags that did not move asks of the registry and writes to the table: the real scheduler, importer and stores, over
 * HTTP to a registry that counts.
 */
import type { SQSEvent } from 'aws-lambda';
import { DEFAULT_PLATFORM } from '../../../functions/image/platform.ts';
import { groupTargets } from '../../../functions/importing/group-targets.ts';
import { createImportWorker } from '../../../functions/importing/import-worker.ts';
import { checkSpecWrite } from '../../../functions/resources/imagestreams/check-stream.ts';
import type { MessageQueue } from '../../../functions/importing/message-queue.ts';
import { scheduleImports } from '../../../functions/importing/schedule-imports.ts';
import { createRegistryClient } from '../../../functions/registry/client.ts';
import { createHostBackoffStore } from '../../../functions/store/host-backoff-store.ts';
import { SCHEDULE_SHARDS } from '../../../functions/store/import-schedule.ts';
import { createScheduleStore } from '../../../functions/store/schedule-store.ts';
import { CONTEXT, specTag, stream, tag } from '../../store/streams.ts';
import { meterCapacity } from '../../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { type FakeRegistry, type FakeRegistryOptions, startFakeRegistry } from '../../support/fake-registry.ts';
import { createImageApi } from '../../support/image-api.ts';
import { fillRegistry } from '../registry-thread.ts';
import type { SectionResult } from '../section.ts';

const TAGS_PER_STREAM = 15;
/** One tag in five is an index of three architectures, as in performance.md §2. */
const INDEXES_PER_STREAM = 3;
const INTERVAL = '15m';
/** Messages per invocation, as the event source mapping delivers them at most. */
const BATCH = 10;

interface Case {
  readonly name: string;
  readonly streams: number;
  /** Streams follow the repositories in turn. */
  readonly repositories: number;
  readonly registry?: FakeRegistryOptions;
}

const CASES: readonly Case[] = [
  { name: 'each tag its own source', streams: 20, repositories: 20 },
  { name: 'four streams follow the same sources', streams: 20, repositories: 5 },
  { name: 'four of 80 streams follow the same sources', streams: 80, repositories: 20 },
  { name: 'own sources, bearer tokens', streams: 20, repositories: 20, registry: { auth: { kind: 'bearer' } } },
];

async function createStreams(dynamoDb: TestTable, table: string, host: string, { streams, repositories }: Case) {
  const api = createImageApi({ ...dynamoDb, table });
  const names = Array.from({ length: streams }, (_, index) => ({
    name: `s${index}`,
    repository: `${host}/team${index % repositories}/app`,
  }));
  const created = await Promise.all(
    names.map(({ name, repository }) => {
      const tags = Array.from({ length: TAGS_PER_STREAM }, (_, index) => {
        const spec = specTag(`v${index}`, { kind: 'DockerImage', name: `${repository}:v${index}` });
        return tag(spec.name, [], { ...spec, importPolicy: { ...spec.importPolicy, scheduled: true, insecure: true } });
      });
      return api.streams.commit({ ...CONTEXT, now: Date.now(), before: null, after: stream(tags, { name, uid: name }) });
    }),
  );
  return created.flatMap(({ namespace, name, incarnation, tags }) =>
    [...tags.values()].map(({ name: tagName, spec }) => ({
      namespace,
      stream: name,
      incarnation,
      tag: tagName,
      source: spec?.from?.name ?? '',
    })),
  );
}

/** An importer in a process that just started: it knows no host and has no token. Throws when a message is not done at once. */
async function consume(dynamoDb: TestTable, table: string, bodies: readonly string[]): Promise<void> {
  const client = createRegistryClient({ allowPrivateAddresses: true });
  const api = createImageApi({ ...dynamoDb, table });
  const work = createImportWorker({
    ...api,
    refuse: async (before, after) => (await checkSpecWrite(api, before, after)).refusal,
    connect: (signal) => client.forCaller({ signal }),
    backoffs: createHostBackoffStore({ client: dynamoDb.client, table }),
    clock: Date.now,
    platform: DEFAULT_PLATFORM,
    timeLimit: 30_000,
    report: (error) => console.error(error),
  });
  for (let start = 0; start < bodies.length; start += BATCH) {
    const Records = bodies.slice(start, start + BATCH).map((body, index) => ({
      messageId: String(index),
      body,
      attributes: { ApproximateReceiveCount: '1' },
    })) as unknown as SQSEvent['Records'];
    const { batchItemFailures } = await work({ Records });
    if (batchItemFailures.length > 0) throw new Error('a message was not done at once');
  }
  client.close();
}

/** One scheduled pass; its queue is a list. */
async function pass(dynamoDb: TestTable, table: string): Promise<void> {
  const bodies: string[] = [];
  const queue: MessageQueue = { send: async (sent) => (bodies.push(...sent), []) };
  const state = { client: dynamoDb.client, table };
  const [schedule, backoffs] = [createScheduleStore(state), createHostBackoffStore(state)];
  await scheduleImports({ schedule, backoffs, queue, clock: Date.now, intervals: [INTERVAL], shards: SCHEDULE_SHARDS });
  await consume(dynamoDb, table, bodies);
}

async function measure(dynamoDb: TestTable, registry: FakeRegistry, each: Case) {
  for (let index = 0; index < each.repositories; index++) {
    fillRegistry(registry, { name: `team${index}/app`, tags: TAGS_PER_STREAM, indexes: INDEXES_PER_STREAM });
  }
  const table = await dynamoDb.addTable();
  const targets = await createStreams(dynamoDb, table, registry.host, each);
  await consume(
    dynamoDb,
    table,
    groupTargets('spec', targets).map((message) => JSON.stringify(message)),
  );
  const first = registry.requests.length;

  registry.clearRequests();
  const client = dynamoDb.connect();
  const { writes } = meterCapacity(client);
  await pass({ ...dynamoDb, client }, table);
  const checkpoints = (await createScheduleStore({ client: dynamoDb.client, table }).readCheckpoints()).length;
  return {
    tags: targets.length,
    first: first / targets.length,
    requests: registry.requests.length / targets.length,
    heads: registry.count({ method: 'HEAD' }) / targets.length,
    writes: writes.calls.length - checkpoints,
    checkpoints,
  };
}

export async function run(): Promise<SectionResult> {
  const dynamoDb = await startTestTable();
  try {
    const measured = [];
    for (const each of CASES) {
      await using registry = await startFakeRegistry(each.registry);
      measured.push({
        name: each.name,
        isOpen: each.registry === undefined,
        sharing: each.streams / each.repositories,
        ...(await measure(dynamoDb, registry, each)),
      });
    }
    const open = measured.filter(({ isOpen }) => isOpen);
    const count = { unit: '', bound: 'at most', kind: 'count' } as const;
    return {
      tables: [
        {
          title: 'Requests per scheduled tag, and writes per pass',
          header: ['20 streams of 15 tags, 20 % indexes', 'first import', 'unchanged', 'of these HEAD', 'writes but checkpoints'],
          rows: measured.map((each) => [each.name, each.first, each.requests, each.heads, each.writes]),
        },
      ],
      budgets: [
        {
          ...count,
          metric: 'registry requests per unchanged scheduled tag',
          measured: Math.max(...open.map(({ requests }) => requests)),
          limit: 1.02,
        },
        {
          ...count,
          metric: 'registry requests per unchanged tag, four streams per source',
          measured: Math.max(...open.filter(({ sharing }) => sharing === 4).map(({ requests }) => requests)),
          limit: 0.27,
        },
        { ...count, metric: 'writes for unchanged scheduled tags', measured: Math.max(...measured.map(({ writes }) => writes)), limit: 0 },
      ],
      notes: [
        `A pass also saves a checkpoint per shard that has tags, ${SCHEDULE_SHARDS} at most, whatever the number of tags. With tokens, a pass asks for one per repository, after one challenge per host.`,
        'Anchor: OpenShift asks 2.87 per unchanged tag on this mix.',
      ],
    };
  } finally {
    await dynamoDb.stop();
  }
}
