/**
 * Scheduled tags at scale, over registries of which some are ill: the real scheduler, importers, stores and HTTP; the queue is a list, worked off
 * by several importers at once as Lambda would. Minutes pass on the clock only, waits for silent hosts are real.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { DEFAULT_PLATFORM } from '../../../functions/image/platform.ts';
import { IMPORT_INTERVALS } from '../../../functions/image/import-interval.ts';
import { createImportWorker } from '../../../functions/importing/import-worker.ts';
import { scheduleImports } from '../../../functions/importing/schedule-imports.ts';
import { createRegistryClient } from '../../../functions/registry/client.ts';
import { createHostBackoffStore } from '../../../functions/store/host-backoff-store.ts';
import { SCHEDULE_SHARDS } from '../../../functions/store/import-schedule.ts';
import { createScheduleStore } from '../../../functions/store/schedule-store.ts';
import { CONTEXT, specTag, stream } from '../../store/streams.ts';
import { meterCapacity } from '../../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi } from '../../support/image-api.ts';
import { type Asked, type Behaviour, digestAt, type FleetHost, RETRY_AFTER_SECONDS } from '../fleet-registries.ts';
import type { SectionResult } from '../section.ts';

const HOSTS: readonly Behaviour[] = [
  ...Array<Behaviour>(38).fill('good'),
  ...Array<Behaviour>(5).fill('hanging'),
  ...Array<Behaviour>(5).fill('throttling'),
  ...Array<Behaviour>(2).fill('corrupt'),
];
const STREAMS_PER_HOST = 10;
const TAGS_PER_STREAM = 20;
const TAGS_PER_HOST = STREAMS_PER_HOST * TAGS_PER_STREAM;
const INTERVAL = '1m';
const INTERVAL_MS = 60_000;
/** Importers at once; a deployment has 20. */
const WORKERS = 4;
/** Messages per invocation. */
const BATCH = 10;
const PASSES = 3;

interface Pass {
  readonly seconds: number;
  readonly messages: number;
  readonly writes: number;
  readonly asked: readonly Asked[];
}

async function createStreams(dynamoDb: TestTable, hosts: readonly FleetHost[]): Promise<void> {
  const { streams } = createImageApi(dynamoDb);
  for (const [index, { host }] of hosts.entries()) {
    const create = async (number: number): Promise<void> => {
      const repository = `team${number}/app`;
      const tags = Array.from({ length: TAGS_PER_STREAM }, (_, position) => {
        const name = `v${position}`;
        const spec = specTag(name, { kind: 'DockerImage', name: `${host}/${repository}:${name}` });
        const image = digestAt(host, repository, name, 'good');
        const event = { created: '2026-11-21T00:00:00Z', dockerImageReference: `${host}/${repository}@${image}`, image, generation: 1 };
        const scheduled = {
          ...spec,
          annotations: { 'image-streams.io/import-interval': INTERVAL },
          importPolicy: { ...spec.importPolicy, scheduled: true, insecure: true },
        };
        return { name, spec: scheduled, items: [event], total: 1, conditions: [] };
      });
      const name = `h${index}-${number}`;
      await streams.commit({ ...CONTEXT, now: Date.now(), before: null, after: stream(tags, { name, uid: name }) });
    };
    await Promise.all(Array.from({ length: STREAMS_PER_HOST }, (_, number) => create(number)));
  }
}

/** Works the queue off; answers how many messages are to come again. */
async function drain(dynamoDb: TestTable, bodies: string[], clock: () => number): Promise<void> {
  const consume = async (): Promise<void> => {
    const client = createRegistryClient({ allowPrivateAddresses: true, now: clock });
    const work = createImportWorker({
      ...createImageApi(dynamoDb),
      backoffs: createHostBackoffStore(dynamoDb),
      refuse: async () => null,
      connect: (signal) => client.forCaller({ signal }),
      clock,
      platform: DEFAULT_PLATFORM,
      timeLimit: 80_000,
      report: (error) => console.error(error),
    });
    while (bodies.length > 0) {
      const Records = bodies.splice(0, BATCH).map((body, index) => ({
        messageId: String(index),
        body,
        attributes: { ApproximateReceiveCount: '1' },
      })) as unknown as SQSEvent['Records'];
      await work({ Records });
    }
    client.close();
  };
  await Promise.all(Array.from({ length: WORKERS }, consume));
}

async function pass(dynamoDb: TestTable, clock: () => number, ask: () => Promise<readonly Asked[]>): Promise<Pass> {
  const client = dynamoDb.connect();
  const { writes } = meterCapacity(client);
  const metered = { ...dynamoDb, client };
  const bodies: string[] = [];
  const start = performance.now();
  await scheduleImports({
    schedule: createScheduleStore(metered),
    backoffs: createHostBackoffStore(metered),
    queue: { send: async (sent) => (bodies.push(...sent), []) },
    clock,
    intervals: IMPORT_INTERVALS,
    shards: SCHEDULE_SHARDS,
  });
  const messages = bodies.length;
  await drain(metered, bodies, clock);
  return { seconds: (performance.now() - start) / 1000, messages, writes: writes.calls.length, asked: await ask() };
}

function asked(found: Pass, behaviour: Behaviour): { readonly requests: number; readonly manifests: number } {
  const hosts = found.asked.filter((host) => host.behaviour === behaviour);
  const sum = (count: (host: Asked) => number) => hosts.reduce((total, host) => total + count(host), 0);
  return { requests: sum((host) => host.requests), manifests: sum((host) => host.manifests) };
}

async function countImported(dynamoDb: TestTable, hosts: readonly FleetHost[]): Promise<number> {
  const { streams } = createImageApi(dynamoDb);
  let imported = 0;
  for (const [index, { behaviour }] of hosts.entries()) {
    if (behaviour !== 'corrupt') continue;
    for (let number = 0; number < STREAMS_PER_HOST; number++) {
      const read = await streams.readStream('team', `h${index}-${number}`);
      for (const tag of read?.tags.values() ?? []) imported += tag.total - 1;
    }
  }
  return imported;
}

export async function run(): Promise<SectionResult> {
  const dynamoDb = await startTestTable();
  const registries = fork(join(import.meta.dirname, '../fleet-registries.ts'), [HOSTS.join(',')]);
  try {
    const [hosts] = (await once(registries, 'message')) as [readonly FleetHost[]];
    const ask = async () => {
      registries.send('asked?');
      return ((await once(registries, 'message')) as [readonly Asked[]])[0];
    };
    await createStreams(dynamoDb, hosts);
    let offset = 0;
    const clock = () => Date.now() + offset;
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
    const passes: Pass[] = [];
    for (let number = 0; number < PASSES; number++) {
      const began = clock();
      passes.push(await pass(dynamoDb, clock, ask));
      offset += Math.max(0, began + INTERVAL_MS - clock());
    }
    clearInterval(timer);
    const imported = await countImported(dynamoDb, hosts);

    const tags = HOSTS.length * TAGS_PER_HOST;
    const goodTags = HOSTS.filter((behaviour) => behaviour === 'good').length * TAGS_PER_HOST;
    const count = { unit: '', kind: 'count' } as const;
    return {
      tables: [
        {
          title: `${tags} scheduled tags over ${HOSTS.length} hosts, every minute, ${WORKERS} importers`,
          header: ['pass', 'messages', 's', 'of 38 good: tags asked', '5 hanging: requests', '5 throttling', '2 corrupt', 'writes'],
          rows: passes.map((each, index) => [
            String(index + 1),
            each.messages,
            each.seconds,
            asked(each, 'good').manifests,
            asked(each, 'hanging').requests,
            asked(each, 'throttling').requests,
            asked(each, 'corrupt').requests,
            each.writes,
          ]),
        },
      ],
      budgets: [
        {
          ...count,
          bound: 'at least',
          metric: 'tags of good hosts asked for in every pass',
          measured: Math.min(...passes.map((each) => asked(each, 'good').manifests)),
          limit: goodTags,
        },
        {
          ...count,
          bound: 'at most',
          metric: 'requests per tag of good hosts and pass',
          measured: Math.max(...passes.map((each) => asked(each, 'good').requests)) / goodTags,
          limit: 1.02,
        },
        {
          ...count,
          bound: 'at most',
          metric: `requests to throttling hosts before their Retry-After (${RETRY_AFTER_SECONDS} s) is over`,
          measured: asked(passes[1] as Pass, 'throttling').requests,
          limit: 0,
        },
        { ...count, bound: 'at most', metric: 'images imported from corrupt hosts', measured: imported, limit: 0 },
        {
          unit: 's',
          kind: 'time',
          bound: 'at most',
          metric: 'longest pass',
          measured: Math.max(...passes.map(({ seconds }) => seconds)),
          limit: INTERVAL_MS / 1000,
        },
        {
          unit: 'MB',
          kind: 'time',
          bound: 'at most',
          metric: `peak memory of a process with ${WORKERS} importers`,
          measured: peak / 2 ** 20,
          limit: 1024,
        },
      ],
      notes: ['The clock is put forward to the next minute after each pass; Retry-After ends between the second and the third.'],
    };
  } finally {
    registries.disconnect();
    await dynamoDb.stop();
  }
}
