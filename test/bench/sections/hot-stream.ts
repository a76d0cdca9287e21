/** 32 writers on 32 different tags of one stream: its revision orders all writes, so they contend; each on a stream of its own is the control. */
import { retryOnConflict } from '../../../functions/store/retry-on-conflict.ts';
import { createStreamStore } from '../../../functions/store/stream-store.ts';
import type { StreamStore } from '../../../functions/resources/ports.ts';
import { CONTEXT, moved, stream, tag } from '../../store/streams.ts';
import { startTestTable } from '../../support/dynamodb.ts';
import { median, quantile, timed } from '../samples.ts';
import type { SectionResult } from '../section.ts';

const WRITERS = 32;
/** Each on a fresh database: the embedded one slows down as its stream grows (performance.md §0). The first is warm-up. */
const ROUNDS = 5;

interface Write {
  readonly attempts: number;
  readonly ms: number;
}

/** Reads, moves the tag and commits, as often as it takes. Throws when it gives up. */
async function write(store: StreamStore, name: string, tagName: string, image: number): Promise<Write> {
  let attempts = 0;
  const attempt = async () => {
    attempts++;
    const before = await store.readTags('team', name, [tagName]);
    if (before === null) throw new Error('the stream is missing');
    await store.commit({ ...CONTEXT, now: Date.now(), before, after: moved(before, tagName, image) });
  };
  const { ms } = await timed(() => retryOnConflict(attempt));
  return { attempts, ms };
}

async function round(): Promise<{ readonly own: readonly Write[]; readonly hot: readonly Write[] }> {
  const dynamoDb = await startTestTable({ stream: true });
  try {
    const store = createStreamStore({ client: dynamoDb.client, table: dynamoDb.table, settings: { importInterval: '15m' } });
    const tags = Array.from({ length: WRITERS }, (_, index) => `t${index}`);
    const create = (name: string) =>
      store.commit({
        ...CONTEXT,
        now: Date.now(),
        before: null,
        after: stream(
          tags.map((each) => tag(each, [1])),
          { name, uid: name },
        ),
      });
    await Promise.all(['hot', ...tags].map(create));
    const own = await Promise.all(tags.map((each, index) => write(store, each, each, index + 2)));
    const hot = await Promise.all(tags.map((each, index) => write(store, 'hot', each, index + 2)));
    const after = await store.readStream('team', 'hot');
    if (tags.some((each) => after?.tags.get(each)?.total !== 2)) throw new Error('a write was lost');
    return { own, hot };
  } finally {
    await dynamoDb.stop();
  }
}

export async function run(): Promise<SectionResult> {
  const rounds = [];
  for (let index = 0; index < ROUNDS; index++) rounds.push(await round());
  const warm = rounds.slice(1);
  const hot = warm.flatMap((each) => each.hot);
  const attempts = median(hot.map((each) => each.attempts));
  const p99 = quantile(
    hot.map(({ ms }) => ms),
    0.99,
  );
  const row = (name: string, writes: readonly Write[]) => {
    const [counts, times] = [writes.map((each) => each.attempts), writes.map(({ ms }) => ms)];
    return [
      name,
      median(counts),
      quantile(counts, 0.99),
      Math.max(...counts),
      Math.round(median(times)),
      Math.round(quantile(times, 0.99)),
    ];
  };
  return {
    tables: [
      {
        title: `${WRITERS} parallel writers on ${WRITERS} tags`,
        header: ['', 'attempts, median', 'p99', 'most', 'ms, median', 'ms, p99'],
        rows: [
          row(
            'a stream each (control)',
            warm.flatMap((each) => each.own),
          ),
          row('one stream', hot),
        ],
      },
    ],
    budgets: [
      { metric: 'hot stream, attempts per success, median', measured: attempts, limit: 4, unit: '', bound: 'at most', kind: 'time' },
      { metric: 'hot stream, p99', measured: Math.round(p99), limit: 1_000, unit: 'ms', bound: 'at most', kind: 'time' },
    ],
    notes: [
      `All ${hot.length} writes succeeded. Attempts depend on how fast the store is, so they count as a time.`,
      'Anchor: etcd with one object per stream, same machine: 22.6 conflicts per success, p99 1.0 s.',
    ],
  };
}
