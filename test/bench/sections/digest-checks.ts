/** Digest checks per second of one process, against the least Node can do: bare node:http. The registry has a thread of its own. */
import http from 'node:http';
import { createRegistryClient } from '../../../functions/registry/client.ts';
import { ACCEPT_MANIFESTS } from '../../../functions/registry/manifest-types.ts';
import { startRegistryThread } from '../registry-thread.ts';
import { inParallel, median, timed } from '../samples.ts';
import type { SectionResult } from '../section.ts';

const PARALLEL = 32;
const TAGS = 300;
const HEADS = 3_000;
/** One after the other in turn, so that both meet the same machine; the first of each is warm-up. */
const ROUNDS = 16;

type Check = (tag: string) => Promise<string>;

interface Rate {
  readonly perSecond: number;
  /** Per HEAD, of this thread. */
  readonly cpuMicroseconds: number;
}

async function rateOf(check: Check): Promise<Rate> {
  const before = process.threadCpuUsage();
  const { ms } = await timed(() => inParallel(HEADS, PARALLEL, (index) => check(`v${index % TAGS}`)));
  const { user, system } = process.threadCpuUsage(before);
  return { perSecond: (HEADS / ms) * 1000, cpuMicroseconds: (user + system) / HEADS };
}

/** What the check cannot do without: the same request, and the digest out of the answer. */
function bareCheck(host: string, name: string, agent: http.Agent): Check {
  const [hostname, port] = host.split(':');
  const headers = { accept: ACCEPT_MANIFESTS, 'accept-encoding': 'identity', 'user-agent': 'image-streams' };
  return (tag) =>
    new Promise((resolve, reject) => {
      const path = `/v2/${name}/manifests/${tag}`;
      const request = http.request({ method: 'HEAD', hostname, port, path, agent, headers }, (response) => {
        response.resume();
        resolve(String(response.headers['docker-content-digest']));
      });
      request.on('error', reject).end();
    });
}

export async function run(): Promise<SectionResult> {
  const name = 'team/app';
  await using registry = await startRegistryThread({ images: [{ name, tags: TAGS }] });
  const agent = new http.Agent({ keepAlive: true, maxSockets: PARALLEL });
  const client = createRegistryClient({ allowPrivateAddresses: true });
  const repository = { host: registry.host, name, insecure: true };
  const ours: Check = async (tag) => (await client.headManifest(repository, tag)).digest;
  const bare = bareCheck(registry.host, name, agent);
  if ((await ours('v1')) !== (await bare('v1'))) throw new Error('both must find the same digest');

  const rounds: { readonly ours: Rate; readonly bare: Rate }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ bare: await rateOf(bare), ours: await rateOf(ours) });
  client.close();
  agent.destroy();
  const warm = rounds.slice(1);
  const ratio = median(warm.map((round) => round.ours.perSecond / round.bare.perSecond));
  const row = (title: string, rates: readonly Rate[]) => [
    title,
    Math.round(median(rates.map(({ perSecond }) => perSecond))),
    median(rates.map(({ cpuMicroseconds }) => cpuMicroseconds)),
  ];
  return {
    tables: [
      {
        title: `Digest checks, ${PARALLEL} at a time, no latency`,
        header: ['client', 'HEAD/s', 'CPU µs per HEAD'],
        rows: [
          row(
            'bare node:http (control)',
            warm.map((round) => round.bare),
          ),
          row(
            'our client',
            warm.map((round) => round.ours),
          ),
        ],
      },
    ],
    budgets: [{ metric: 'digest checks, share of bare node:http', measured: ratio, limit: 0.8, unit: '', bound: 'at least', kind: 'time' }],
    notes: [`Medians of ${ROUNDS - 1} rounds of ${HEADS} each, in turn; the share is the median of the rounds' own.`],
  };
}
