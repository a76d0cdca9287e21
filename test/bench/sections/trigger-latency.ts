/** From a moved tag to the call of the target that follows it, over the local runtime: stream, bus, queue and four functions in between. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IMAGE_API, startLocalStack } from '../../support/local-stack.ts';
import { median, quantile } from '../samples.ts';
import type { SectionResult } from '../section.ts';

const MOVES = 60;
/** Moves before it is measured: workers start with their first work. */
const WARM_UP = 10;

interface Move {
  /** ms; from the request being sent, which is before the table is written, and from its answer, which is after. */
  readonly sinceSent: number;
  readonly sinceAnswered: number;
}

async function measure(): Promise<readonly Move[]> {
  const called = Promise.withResolvers<number>();
  let waiting = called;
  const receiver = createServer((request, response) => {
    request.resume().on('end', () => {
      waiting.resolve(performance.now());
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const stack = await startLocalStack({}, { prewarm: true });
  try {
    const move = (version: number) =>
      stack.request('PUT', `${IMAGE_API}/namespaces/default/imagestreamtags/app:live`, {
        kind: 'ImageStreamTag',
        metadata: { name: 'app:live' },
        tag: { reference: true, from: { kind: 'DockerImage', name: `quay.io/shop/app:${version}` } },
      });
    await move(0);
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const spec = { images: [{ from: { name: 'app:live' } }], target: { webhook: { url } } };
    const trigger = { kind: 'ImageTrigger', metadata: { name: 'deploy' }, spec };
    await stack.request('POST', '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers', trigger);
    await waiting.promise;
    const moves: Move[] = [];
    for (let version = 1; version <= WARM_UP + MOVES; version++) {
      await stack.runtime.settled();
      waiting = Promise.withResolvers<number>();
      const sent = performance.now();
      const { code } = await move(version);
      const answered = performance.now();
      if (code !== 200) throw new Error(`the tag was not moved: ${code}`);
      const at = await waiting.promise;
      moves.push({ sinceSent: at - sent, sinceAnswered: at - answered });
    }
    return moves.slice(WARM_UP);
  } finally {
    await stack.stop();
    receiver.close();
  }
}

export async function run(): Promise<SectionResult> {
  const moves = await measure();
  const [sent, answered] = [moves.map(({ sinceSent }) => sinceSent), moves.map(({ sinceAnswered }) => sinceAnswered)];
  const row = (name: string, samples: readonly number[]) => [name, median(samples), quantile(samples, 0.9), Math.max(...samples)];
  const budget = { limit: 300, unit: 'ms', bound: 'at most', kind: 'time' } as const;
  return {
    tables: [
      {
        title: 'From a moved tag to the call of a webhook, ms',
        header: ['', 'p50', 'p90', 'max'],
        rows: [row('since the request was sent', sent), row('since it was answered', answered)],
      },
    ],
    budgets: [{ ...budget, metric: 'change to target call, p50, since the request was sent', measured: median(sent) }],
    notes: [
      `${MOVES} moves, one after the other, after ${WARM_UP}. The write of the table lies between the two: it is part of the request.`,
    ],
  };
}
