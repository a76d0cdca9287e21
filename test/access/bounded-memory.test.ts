import { expect, it } from 'vitest';
import { createBoundedMemory } from '../../functions/access/bounded-memory.ts';

it('forgets what is too old', () => {
  const memory = createBoundedMemory<string>({ most: 10, keepMs: 100 });
  memory.remember('a', 'x', 0);
  expect([memory.recall('a', 99), memory.recall('a', 100), memory.recall('b', 0)]).toEqual(['x', undefined, undefined]);
});

it('lets the oldest make room, counting what is remembered again as new', () => {
  const memory = createBoundedMemory<number>({ most: 2, keepMs: 100 });
  memory.remember('a', 1, 0);
  memory.remember('b', 2, 0);
  memory.remember('a', 3, 0);
  memory.remember('c', 4, 0);
  expect([memory.recall('a', 1), memory.recall('b', 1), memory.recall('c', 1)]).toEqual([3, undefined, 4]);
});
