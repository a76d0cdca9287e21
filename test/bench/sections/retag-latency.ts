/** A retag over HTTPS through the hosted stack: gateway, worker, store, embedded DynamoDB with its stream on; flat in the number of tags. */
import { DynamoDBClient, ListTablesCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { StreamState } from '../../../functions/image/stream-state.ts';
import { createStreamStore } from '../../../functions/store/stream-store.ts';
import { CONTEXT, digestOf, stream, tag } from '../../store/streams.ts';
import { IMAGE_API, type LocalStack, startLocalStack } from '../../support/local-stack.ts';
import { inParallel, median, quantile, timed } from '../samples.ts';
import type { SectionResult } from '../section.ts';

const SIZES = [10, 1_000, 10_000];
/** Items written to each stack before it is measured, give or take the last stream. */
const ITEMS = 10_009;
/** Retags per stack, after those that warm it up. */
const SAMPLES = 60;
const WARM_UP = 20;
const IMAGES = 8;
const SETTLE_MS = 180_000;

interface Cell {
  readonly size: number;
  readonly stack: LocalStack;
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly retags: number[];
  /** The smallest transaction, straight into the same database. */
  readonly writes: number[];
}

/** Tags as registries push them: with an image, and with nothing to import. */
function streamOf(name: string, size: number): StreamState {
  const tags = Array.from({ length: size }, (_, index) => tag(`v${index}`, [(index % IMAGES) + 1]));
  return stream(tags, { namespace: 'default', name, uid: name });
}

/** Head, tags and members. */
function itemsOf(size: number): number {
  return 1 + size + Math.min(size, IMAGES);
}

/**
 * Every stack holds the same number of items, in streams of `size`: the embedded database slows down as its stream of changes grows (performance.md
 * §0), and that is not to be taken for the effect of large streams.
 */
async function openCell(size: number): Promise<Cell> {
  const stack = await startLocalStack({}, { schedules: false });
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = new DynamoDBClient({ endpoint: stack.runtime.awsEndpoint, region: 'us-east-1', credentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const table = TableNames.find((name) => /state/i.test(name)) ?? '';
  const store = createStreamStore({ client, table, settings: { importInterval: '15m' } });
  await inParallel(Math.round(ITEMS / itemsOf(size)), 8, (index) =>
    store.commit({ ...CONTEXT, now: Date.now(), before: null, after: streamOf(index === 0 ? 'app' : `other${index}`, size) }),
  );
  await stack.runtime.settled(SETTLE_MS);
  return { size, stack, client, table, retags: [], writes: [] };
}

/** Each round another tag and another image, so that every request moves its tag. */
async function retag({ stack }: Cell, round: number): Promise<void> {
  const name = `v${round % 10}`;
  const image = digestOf((((round % 10) + Math.floor(round / 10) + 1) % IMAGES) + 1);
  const { code, body } = await stack.request('PUT', `${IMAGE_API}/namespaces/default/imagestreamtags/app:${name}`, {
    kind: 'ImageStreamTag',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name: `app:${name}`, namespace: 'default' },
    tag: { name, from: { kind: 'ImageStreamImage', name: `app@${image}` }, generation: null },
  });
  if (code !== 200 && code !== 201) throw new Error(`retag answered ${code}: ${JSON.stringify(body)}`);
}

async function writeItem({ client, table }: Cell, round: number): Promise<void> {
  const Item = { pk: { S: 'BENCH' }, sk: { S: String(round % 10) }, round: { N: String(round) } };
  await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: table, Item } }] }));
}

async function measureRound(cells: readonly Cell[], round: number): Promise<void> {
  // Another cell begins each time; none is measured while another one publishes what it changed.
  for (const cell of [...cells.slice(round % cells.length), ...cells.slice(0, round % cells.length)]) {
    const write = await timed(() => writeItem(cell, round));
    const request = await timed(() => retag(cell, round));
    await cell.stack.runtime.settled(SETTLE_MS);
    if (round < WARM_UP) continue;
    cell.writes.push(write.ms);
    cell.retags.push(request.ms);
  }
}

export async function run(): Promise<SectionResult> {
  const cells: Cell[] = [];
  try {
    for (const size of SIZES) cells.push(await openCell(size));
    for (let round = 0; round < WARM_UP + SAMPLES; round++) await measureRound(cells, round);
    const [smallest, , largest] = cells.map(({ retags }) => median(retags));
    const ratio = (largest ?? Number.NaN) / (smallest ?? Number.NaN);
    return {
      tables: [
        {
          title: 'Retag over HTTPS, ms',
          header: ['tags of the stream', 'median', 'p90', 'bare transaction (control), median'],
          rows: cells.map(({ size, retags, writes }) => [
            size.toLocaleString('en-US'),
            median(retags),
            quantile(retags, 0.9),
            median(writes),
          ]),
        },
      ],
      budgets: [{ metric: 'retag at 10,000 tags over retag at 10', measured: ratio, limit: 1.5, unit: '', bound: 'at most', kind: 'time' }],
      notes: [
        `${SAMPLES} retags per stack, in turn; each stack holds ${ITEMS.toLocaleString('en-US')} items, in streams of the size given.`,
        'Anchor: OpenShift takes 2.2 ms + 0.02 ms per tag, and ends at 4,000 tags.',
      ],
    };
  } finally {
    for (const { stack, client } of cells) {
      client.destroy();
      await stack.stop();
    }
  }
}
