import { it } from 'vitest';
import { startTestTable } from '../support/dynamodb.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { retryOnConflict } from '../../functions/store/retry-on-conflict.ts';
import { stream, tag, moved, CONTEXT } from './streams.ts';
it('hot', async () => {
  const t = await startTestTable({ stream: true });
  for (const [base, max] of [
    [40, 500],
    [40, 500],
  ] as [number, number][]) {
    const att: number[] = [],
      lat: number[] = [];
    const t0 = performance.now();
    for (let round = 0; round < 4; round++) {
      const table = await t.addTable();
      const store = createStreamStore({ client: t.client, table, settings: { importInterval: '15m' } });
      const names = Array.from({ length: 32 }, (_, i) => `t${i}`);
      await store.commit({ ...CONTEXT, now: Date.now(), before: null, after: stream(names.map((n) => tag(n, [1]))) });
      for (let rep = 0; rep < 3; rep++)
        await Promise.all(
          names.map(async (n) => {
            let c = 0;
            const a = performance.now();
            await retryOnConflict(
              async () => {
                c++;
                const b = (await store.readTags('team', 'app', [n]))!;
                await store.commit({ ...CONTEXT, now: Date.now(), before: b, after: moved(b, n, Math.floor(Math.random() * 1e6)) });
              },
              { maxMs: max, random: () => (Math.random() * base) / 40 },
            );
            att.push(c);
            lat.push(performance.now() - a);
          }),
        );
    }
    att.sort((a, b) => a - b);
    lat.sort((a, b) => a - b);
    const q = (x: number[], p: number) => x[Math.min(x.length - 1, Math.floor(x.length * p))];
    console.log(
      'hot',
      base,
      max,
      'attempts median',
      q(att, 0.5),
      'p99',
      q(att, 0.99),
      'mean',
      att.reduce((a, b) => a + b) / att.length,
      'lat p50',
      Math.round(q(lat, 0.5)!),
      'p99',
      Math.round(q(lat, 0.99)!),
      'max',
      Math.round(lat.at(-1)!),
    );
  }
  await t.stop();
}, 200000);
