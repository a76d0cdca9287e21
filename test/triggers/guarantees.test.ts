/**
 * What a trigger promises whatever goes wrong: it ends at its tags' newest images, no target is called with an older image than one it got, and the
 * same delivery has the same id. The targets that fail are played here, too; guarantees-of-targets.test.ts has real ones.
 * `TRIGGER_CHANGES=1000 TRIGGER_COUNT=200` plays it in full.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deliver } from '../../functions/triggers/targets/registry.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { storedTrigger } from './fixtures.ts';
import { type Chance, numberOf, playChanges } from './played-changes.ts';

const CHANGES = Number(process.env['TRIGGER_CHANGES'] ?? 80);
const TRIGGERS = Number(process.env['TRIGGER_COUNT'] ?? 30);

let database: TestTable;

beforeAll(async () => {
  database = await startTestTable({ stream: true });
});
afterAll(() => database.stop());

async function play(seed: number) {
  /** What each trigger's target got: digests by place, ids, and what went with them. */
  const got = new Map<string, Map<string, number>>();
  const contents = new Map<string, string>();
  const errors: string[] = [];
  let calls = 0;

  const createDeliver =
    ({ random, killer }: Chance): Deliver =>
    (_, { trigger, id, images }) =>
      killer.around(async () => {
        calls += 1;
        const failing = random();
        if (failing < 0.15) return { kind: 'retry', reason: 'Unreachable', message: 'no answer' };
        const before = got.get(trigger.name) ?? new Map<string, number>();
        for (const { stream, tag, image } of images) {
          const place = `${stream}:${tag}`;
          if (numberOf(image) < (before.get(place) ?? 0)) errors.push(`${trigger.name} got ${place} back at ${numberOf(image)}`);
          before.set(place, numberOf(image));
        }
        got.set(trigger.name, before);
        const content = JSON.stringify(images.map(({ stream, tag, image }) => [stream, tag, image]));
        if ((contents.get(id) ?? content) !== content) errors.push(`${id} names two deliveries`);
        contents.set(id, content);
        // It took it, but its answer was lost.
        return failing < 0.3 ? { kind: 'retry', reason: 'Timeout', message: 'no answer in time' } : { kind: 'delivered' };
      });

  const { triggers, newest, kills, parked } = await playChanges(database, {
    seed,
    changes: CHANGES,
    triggers: TRIGGERS,
    specOf: (_, images) => ({ ...storedTrigger().spec, images }),
    // Every tenth acts on the same thing as the one before it.
    targetKeyOf: (_, index) => `target-${index % 10 === 9 ? index - 1 : index}`,
    createDeliver,
  });
  const behind = triggers.flatMap(({ name, follows }) =>
    follows.flatMap(({ stream, tag }) => {
      const place = `${stream}:${tag}`;
      const has = got.get(name)?.get(place);
      return has === newest.get(place) ? [] : [`${name} has ${place} at ${has}, not ${newest.get(place)}`];
    }),
  );
  return { errors, behind, calls, kills, parked };
}

describe('many triggers, failing targets, a function that is killed', () => {
  it.each([1, 2])(
    'ends at the newest images without ever going back (seed %i)',
    async (seed) => {
      const { errors, behind, calls, kills, parked } = await play(seed);
      expect(errors).toEqual([]);
      expect(behind).toEqual([]);
      expect(parked).toEqual([]);
      expect(kills).toBe(2);
      expect(calls).toBeGreaterThan(TRIGGERS);
    },
    1_200_000,
  );
});
