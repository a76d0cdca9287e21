/**
 * What a trigger promises (guarantees.test.ts), by the targets that really act: each ends at its tags' newest images, is never set to an older one
 * than it had, and nothing is made that no delivery needs. `TRIGGER_CHANGES=1000 TRIGGER_COUNT=200` plays it in full.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { targetKeyOf } from '../../functions/triggers/kinds/registry.ts';
import type { StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import type { Deliver } from '../../functions/triggers/targets/registry.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { type Chance, numberOf, playChanges } from './played-changes.ts';
import { REPOSITORY, startPlayedTargets } from './played-targets.ts';

const CHANGES = Number(process.env['TRIGGER_CHANGES'] ?? 40);
const TRIGGERS = Number(process.env['TRIGGER_COUNT'] ?? 20);

interface Payload {
  readonly data: { readonly trigger: { readonly name: string }; readonly images: readonly Record<'stream' | 'tag' | 'image', string>[] };
}

let database: TestTable;
let played: Awaited<ReturnType<typeof startPlayedTargets>>;

beforeAll(async () => {
  [database, played] = await Promise.all([startTestTable({ stream: true }), startPlayedTargets()]);
});
afterAll(() => Promise.all([database.stop(), played.close()]));

/** Ids of deliveries by what they acted on; what went with an id. */
function remembering(deliver: Deliver, ids: Map<string, Set<string>>, contents: Map<string, Set<string>>): Deliver {
  return (target, delivery) => {
    const key = targetKeyOf(target, delivery.trigger);
    ids.set(key, (ids.get(key) ?? new Set()).add(delivery.id));
    const content = JSON.stringify(delivery.images.map(({ stream, tag, image }) => [stream, tag, image]));
    contents.set(delivery.id, (contents.get(delivery.id) ?? new Set()).add(content));
    return deliver(target, delivery);
  };
}

/** What the trigger's target has of each of its tags, in the order of the spec. */
function has({ name, spec: { images, target } }: StoredTrigger): readonly (number | undefined)[] {
  const newest = (place: string) => played.history.get(place)?.at(-1);
  const { ecs } = target;
  if (ecs !== undefined) return images.map(({ container }) => newest(`${ecs.serviceArn} ${container}`));
  if (target.lambda !== undefined) return [newest(target.lambda.functionArn)];
  if (target.ssm !== undefined) return [newest(target.ssm.parameterArn.split(':parameter')[1] ?? '')];
  const last = webhookCalls().findLast(({ data }) => data.trigger.name === name);
  return (last?.data.images ?? []).map(({ image }) => numberOf(image));
}

const webhookCalls = () => played.received.map(({ body }) => JSON.parse(body) as Payload);

/** Places that were set to an older image than they had. */
function goneBack(): readonly string[] {
  const histories = new Map(played.history);
  for (const { data } of webhookCalls()) {
    for (const { stream, tag, image } of data.images) {
      const place = `${data.trigger.name} ${stream}:${tag}`;
      histories.set(place, [...(histories.get(place) ?? []), numberOf(image)]);
    }
  }
  const isBack = (numbers: readonly number[]) => numbers.some((number, index) => number < (numbers[index - 1] ?? 0));
  return [...histories].filter(([, numbers]) => isBack(numbers)).map(([place, numbers]) => `${place}: ${numbers.join(' ')}`);
}

/** Revisions, versions of functions and writes of parameters that were made of the target. */
function madeOf({ spec: { target } }: StoredTrigger): readonly string[] {
  if (target.ecs !== undefined) {
    const revisions = played.services.revisions(target.ecs.serviceArn.split('/').at(-1) ?? '').slice(1);
    return revisions.map(({ containerDefinitions = [] }) => JSON.stringify(containerDefinitions.map(({ image }) => image)));
  }
  if (target.lambda !== undefined)
    return (played.functions.get(target.lambda.functionArn)?.versions ?? []).slice(1).map(({ imageUri }) => imageUri);
  if (target.ssm !== undefined) return (played.history.get(target.ssm.parameterArn.split(':parameter')[1] ?? '') ?? []).map(String);
  return [];
}

it('services, functions, parameters and webhooks end at the newest images without ever going back, and without more than it takes', async () => {
  const ids = new Map<string, Set<string>>();
  const contents = new Map<string, Set<string>>();
  const { triggers, newest, kills, parked } = await playChanges(database, {
    seed: 3,
    changes: CHANGES,
    triggers: TRIGGERS,
    specOf: played.specOf,
    targetKeyOf: ({ spec, ...trigger }) => targetKeyOf(spec.target, trigger),
    createDeliver: (chance: Chance) => remembering(played.createDeliver(chance), ids, contents),
    repository: REPOSITORY,
    settled: played.settled,
    maxReceives: 500,
  });
  for (const trigger of triggers) {
    const wanted = trigger.spec.images.map(({ from }) => newest.get(from.name));
    expect([trigger.name, has(trigger)]).toEqual([trigger.name, wanted]);
    const made = madeOf(trigger);
    expect(made.filter((each, index) => each === made[index - 1])).toEqual([]);
    expect(made.length).toBeLessThanOrEqual(ids.get(targetKeyOf(trigger.spec.target, trigger))?.size ?? 0);
  }
  expect(goneBack()).toEqual([]);
  expect([...contents.values()].filter((each) => each.size > 1)).toEqual([]);
  expect(played.received.filter(({ headers }) => !contents.has(headers['webhook-id'] ?? ''))).toEqual([]);
  expect(triggers).toHaveLength(TRIGGERS);
  expect([kills, parked, played.problems]).toEqual([2, [], []]);
}, 1_200_000);
