/** How long the reading half of a 15-tag import takes when every answer of the registry takes 20 ms, against bare node:http doing the same rounds. */
import { runProbe } from '../import-probe.ts';
import { type RegistryThread, startRegistryThread } from '../registry-thread.ts';
import { median } from '../samples.ts';
import type { SectionResult } from '../section.ts';

const TAGS = 15;
const LATENCY = 20;
const TIMES = 12;
/** Processes of each kind, in turn. */
const PROCESSES = 5;
/** As functions/resources/imagestreamimports/handlers.ts opens its session. */
const PARALLEL = 16;

type Kind = 'ours' | 'bare';

const CASES = [
  { name: 'images: 2 dependent rounds', repository: 'team/app', indexes: 0, rounds: 2 },
  { name: 'every fifth tag an index: 3 dependent rounds', repository: 'team/multi', indexes: 3, rounds: 3 },
] as const;

interface Latency {
  readonly cold: number;
  readonly warm: number;
}

function summarize(runs: readonly (readonly number[])[]): Latency {
  return { cold: median(runs.map(([first = Number.NaN]) => first)), warm: median(runs.flatMap((run) => run.slice(2))) };
}

async function measure({ host }: RegistryThread, repository: string): Promise<Record<Kind, Latency>> {
  const runs: Record<Kind, (readonly number[])[]> = { bare: [], ours: [] };
  const options = { host, repositories: [repository], tags: TAGS, parallel: PARALLEL, times: TIMES };
  for (let index = 0; index < PROCESSES; index++) {
    for (const kind of ['bare', 'ours'] as const) runs[kind].push(await runProbe({ kind, ...options }));
  }
  return { bare: summarize(runs.bare), ours: summarize(runs.ours) };
}

export async function run(): Promise<SectionResult> {
  const measured = [];
  for (const { name, repository, indexes, rounds } of CASES) {
    await using registry = await startRegistryThread({ latency: LATENCY, images: [{ name: repository, tags: TAGS, indexes }] });
    measured.push({ name, floor: rounds * LATENCY, ...(await measure(registry, repository)) });
  }
  const time = { limit: 120, unit: 'ms', bound: 'at most', kind: 'time' } as const;
  return {
    tables: [
      {
        title: `Import of ${TAGS} tags, registry at +${LATENCY} ms, ms`,
        header: ['', 'round trips alone', 'bare, warm', 'ours, warm', 'bare, cold', 'ours, cold'],
        rows: measured.map(({ name, floor, bare, ours }) => [name, floor, bare.warm, ours.warm, bare.cold, ours.cold]),
      },
    ],
    budgets: measured.map(({ name, ours }) => ({ ...time, metric: `import of 15 tags, warm (${name})`, measured: ours.warm })),
    notes: [
      `Medians over ${PROCESSES} processes of each kind, in turn; cold is the first import of a process. Storing is not part of it.`,
      'Our cold import has an attempt at https before it, as the registry is an insecure one, and lets the first request go alone.',
      'Anchor: OpenShift takes 6.0 s as shipped, 0.87 s without its limiter.',
    ],
  };
}
