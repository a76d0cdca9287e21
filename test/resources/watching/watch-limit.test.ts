import { expect, it } from 'vitest';
import { createWatchLimit } from '../../../functions/resources/watching/watch-limit.ts';

const alice = { user: 'alice', groups: [] };

it('lets each identity hold so many watches at a time, and sends the next away for a moment', async () => {
  const limit = createWatchLimit(2);
  const ends: (() => void)[] = [];
  const watch = () => new Promise<string>((resolve) => ends.push(() => resolve('told')));
  const running = [limit(alice, watch), limit(alice, watch)];
  await expect(limit(alice, watch)).rejects.toMatchObject({ status: { code: 429, details: { retryAfterSeconds: 4 } } });
  running.push(limit({ user: 'bob', groups: [] }, watch));
  ends[0]?.();
  expect(await running[0]).toBe('told');
  running.push(limit(alice, watch));
  for (const end of ends) end();
  expect(await Promise.all(running)).toEqual(['told', 'told', 'told', 'told']);
});

it('forgets watches that fail', async () => {
  const limit = createWatchLimit(1);
  const failing = () => limit(alice, () => Promise.reject(new Error('store')));
  await expect(failing()).rejects.toThrow('store');
  await expect(failing()).rejects.toThrow('store');
});
