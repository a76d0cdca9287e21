/** Tags per second when 300 tags of one registry are imported from nothing at +20 ms, against bare node:http doing the same rounds as wide. */
import { runProbe } from '../import-probe.ts';
import { startRegistryThread } from '../registry-thread.ts';
import { median } from '../samples.ts';
import type { SectionResult } from '../section.ts';

const LATENCY = 20;
const PARALLEL = 32;
const TAGS = 15;
/** Every fifth tag an index. */
const REPOSITORIES = Array.from({ length: 20 }, (_, index) => ({ name: `team/app${index}`, tags: TAGS, indexes: TAGS / 5 }));
const ALL = TAGS * REPOSITORIES.length;
const TIMES = 5;
/** Processes of each kind, in turn. */
const PROCESSES = 5;

export async function run(): Promise<SectionResult> {
  await using registry = await startRegistryThread({ latency: LATENCY, images: REPOSITORIES });
  const options = { host: registry.host, repositories: REPOSITORIES.map(({ name }) => name), tags: TAGS, parallel: PARALLEL, times: TIMES };
  const runs = { bare: [] as (readonly number[])[], ours: [] as (readonly number[])[] };
  for (let index = 0; index < PROCESSES; index++) {
    for (const kind of ['bare', 'ours'] as const) runs[kind].push(await runProbe({ kind, ...options }));
  }
  const warm = (kind: keyof typeof runs) => median(runs[kind].flatMap((run) => run.slice(1)));
  const cold = (kind: keyof typeof runs) => median(runs[kind].map(([first = Number.NaN]) => first));
  const perSecond = (ms: number) => Math.round((ALL / ms) * 1000);
  const row = (title: string, kind: keyof typeof runs) => [title, perSecond(warm(kind)), perSecond(cold(kind))];
  const share = warm('bare') / warm('ours');
  return {
    tables: [
      {
        title: `Full import of ${ALL} tags of ${REPOSITORIES.length} repositories, registry at +${LATENCY} ms, ${PARALLEL} requests at a time`,
        header: ['client', 'tags/s, warm', 'tags/s, first'],
        rows: [row('bare node:http (control)', 'bare'), row('our import', 'ours')],
      },
    ],
    budgets: [
      { metric: `import of ${ALL} tags, share of bare node:http`, measured: share, limit: 0.9, unit: '', bound: 'at least', kind: 'time' },
    ],
    notes: [
      `Medians over ${PROCESSES} processes of each kind, in turn. Every fifth tag is an index; nothing of an earlier import is remembered. Storing is not part of it.`,
    ],
  };
}
