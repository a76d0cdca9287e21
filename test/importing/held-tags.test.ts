/** Whatever happens to a stream, no automatic path moves a held tag, takes a denied image or a new one before its time. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { followTags } from '../../functions/image/followers.ts';
import { applyGenerations } from '../../functions/image/generations.ts';
import { needsImport } from '../../functions/image/import-due.ts';
import { EMPTY_TAG, type StreamState, type TagState } from '../../functions/image/stream-state.ts';
import { setSpecTag } from '../../functions/image/stream-update.ts';
import { offerEvent, settlePending } from '../../functions/image/tag-gate.ts';
import { activeHold, minimumAge } from '../../functions/image/tag-policy.ts';
import { resolveTags } from '../../functions/image/tag-sources.ts';
import type { TagReference } from '../../functions/image/types.ts';
import { mergeImport, type TagOutcome } from '../../functions/importing/merge-import.ts';
import { alias, digest, specTag, stream, tagState } from '../image/builders.ts';

const START = Date.parse('2026-08-23T10:00:00Z');
const HOUR = 3_600_000;
const SOURCES = ['quay.io/team/app:a', 'quay.io/team/other:b'] as const;
const IMAGES = ['a', 'b', 'c'].map(digest);
const ANNOTATIONS: readonly TagReference['annotations'][] = [
  null,
  { 'image-streams.io/hold': 'x' },
  { 'image-streams.io/hold': 'x', 'image-streams.io/hold-until': new Date(START + 5 * HOUR).toISOString() },
  { 'image-streams.io/minimum-age': '3h' },
];

const image = fc.nat(2);
const source = fc.nat(1);
const tag = fc.constantFrom('a', 'f');
const automatic = fc.oneof(
  fc.record({ kind: fc.constant('success' as const), tag, source, image, follows: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('failure' as const, 'pending' as const), tag, source, image, follows: fc.boolean() }),
  fc.record({ kind: fc.constant('push' as const), tag, image }),
);
const byHand = fc.oneof(
  fc.record({ kind: fc.constant('annotate' as const), tag, choice: fc.nat(3) }),
  fc.record({ kind: fc.constant('retag' as const), source }),
  fc.record({ kind: fc.constant('deny' as const), images: fc.subarray([0, 1, 2], { maxLength: 2 }) }),
);
const operation = fc.record({ hours: fc.nat(2), act: fc.oneof({ weight: 3, arbitrary: automatic }, byHand) });
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** What `writeStream` does, without IO. */
function write(before: StreamState, wanted: StreamState, now: string): StreamState {
  const resolved = resolveTags(before, applyGenerations(before, wanted), new Map(), { now, hosts: {} }).state;
  return followTags(before, settlePending(before, resolved, now), now);
}

function run(before: StreamState, { act }: Operation, now: string): StreamState {
  const specOf = (name: string) => before.tags.get(name)?.spec ?? specTag(name);
  switch (act.kind) {
    case 'annotate':
      return write(before, setSpecTag(before, { ...specOf(act.tag), annotations: ANNOTATIONS[act.choice] ?? null }, []), now);
    case 'retag':
      return write(
        before,
        setSpecTag(before, { ...specOf('a'), from: { kind: 'DockerImage', name: SOURCES[act.source] }, generation: 0 }, []),
        now,
      );
    case 'deny':
      return write(before, { ...before, deniedImages: act.images.map((index) => IMAGES[index] ?? '') }, now);
    case 'push': {
      const event = {
        created: now,
        dockerImageReference: `quay.io/pushed@${IMAGES[act.image]}`,
        image: IMAGES[act.image] ?? '',
        generation: before.generation,
      };
      const { tag: pushed } = offerEvent(before.tags.get(act.tag) ?? { name: act.tag, ...EMPTY_TAG }, event, {
        now,
        denied: before.deniedImages ?? [],
      });
      return followTags(before, { ...before, tags: new Map(before.tags).set(act.tag, pushed) }, now);
    }
    default:
      return mergeImport(before, before, [outcomeOf(before, act)], { now, coversRepository: false });
  }
}

type Import = Extract<Operation['act'], { readonly follows: boolean }>;

function fromOf(before: StreamState, act: Import): string {
  const { from } = before.tags.get(act.tag)?.spec ?? {};
  return act.follows && from?.kind === 'DockerImage' ? (from.name ?? '') : (SOURCES[act.source] ?? '');
}

function outcomeOf(before: StreamState, act: Import): TagOutcome {
  const from = fromOf(before, act);
  const wanted = { tag: act.tag, from, importPolicy: { importMode: 'Legacy' as const }, referencePolicy: { type: 'Source' as const } };
  if (act.kind === 'pending') return { kind: 'pending', source: wanted };
  if (act.kind === 'failure')
    return {
      kind: 'failure',
      tag: act.tag,
      status: { metadata: {}, status: 'Failure', reason: 'NotFound', message: from },
      source: wanted,
    };
  const name = IMAGES[act.image] ?? '';
  return {
    kind: 'success',
    source: wanted,
    fetched: { image: { metadata: { name }, dockerImageReference: `${from.split(':')[0]}@${name}` }, children: [], tag: '' },
  };
}

/** One tag before and after an operation. */
interface Step {
  readonly operation: Operation['act'];
  /** ms. */
  readonly time: number;
  readonly old: TagState | undefined;
  readonly after: TagState;
  /** The import a person asked for. */
  readonly isAnswer: boolean;
  readonly denied: readonly string[];
  /** The image that waited, and since when. */
  readonly seen: { readonly image: string; readonly since: number } | undefined;
}

function isMoved({ old, after }: Step): boolean {
  const [was, is] = [old?.items[0], after.items[0]];
  return was?.image !== is?.image || was?.dockerImageReference !== is?.dockerImageReference;
}

const isByHand = ({ kind }: Operation['act']) => kind === 'annotate' || kind === 'retag' || kind === 'deny';
const isFailure = ({ kind }: Operation['act']) => kind === 'failure' || kind === 'pending';

function checkStep(step: Step): void {
  const { operation, old, after, isAnswer, time } = step;
  const hasImage = old !== undefined && old.items.length > 0;
  if (hasImage && isFailure(operation) && !isAnswer && activeHold(old.spec, timeOf(time)) !== null) expect(after.spec).toEqual(old.spec);
  if (!isMoved(step)) return;
  expect(step.denied).not.toContain(after.items[0]?.image);
  if (!hasImage || operation.kind === 'retag' || isAnswer) return;
  // By hand a tag that was not tagged moves only when its hold is over.
  expect(activeHold(after.spec, timeOf(time))).toBeNull();
  if (!isByHand(operation) && old.items[0]?.image !== after.items[0]?.image) checkAge(step, minimumAge(old.spec));
}

function checkAge({ after, seen, time }: Step, age: number): void {
  if (age === 0) return;
  expect(seen?.image).toBe(after.items[0]?.image);
  expect(time - (seen?.since ?? time)).toBeGreaterThanOrEqual(age);
}

const timeOf = (time: number) => new Date(time).toISOString();
const shown = (state: StreamState) => [...state.tags.values()].map(({ pending, items }) => [pending, items[0]?.image]);

type Seen = Map<string, { readonly image: string; readonly since: number }>;

function noteSeen(seen: Seen, { tags }: StreamState, time: number): void {
  for (const [name, { pending }] of tags) {
    if (pending === undefined) seen.delete(name);
    else if (seen.get(name)?.image !== pending.image) seen.set(name, { image: pending.image, since: time });
  }
}

function checkAll(operations: readonly Operation[]): void {
  let time = START;
  // The source a person asked for and no import has answered.
  let asked: string | null = null;
  const seen: Seen = new Map();
  let state = stream([tagState('a', { spec: specTag('a') }), tagState('f', { spec: alias('f', 'a') })]);
  for (const operation of operations) {
    time += operation.hours * HOUR;
    const { act } = operation;
    const before = state;
    state = run(before, operation, timeOf(time));
    const isImport = !isByHand(act) && act.kind !== 'push';
    const isAnswer = isImport && (act as Import).tag === 'a' && asked === fromOf(before, act as Import);
    for (const [name, after] of state.tags) {
      const answers = name === 'a' && isAnswer;
      checkStep({
        operation: act,
        time,
        old: before.tags.get(name),
        after,
        isAnswer: answers,
        denied: state.deniedImages ?? [],
        seen: seen.get(name),
      });
    }
    noteSeen(seen, state, time);
    if (act.kind === 'retag') asked = SOURCES[act.source] ?? null;
    else if (!needsImport(state.tags.get('a') as TagState)) asked = null;
    // The same again is no news.
    if (!isByHand(act) && act.kind !== 'pending') expect(shown(run(state, operation, timeOf(time)))).toEqual(shown(state));
  }
}

test('no automatic path moves a held tag', () => {
  fc.assert(fc.property(fc.array(operation, { minLength: 1, maxLength: 30, size: 'max' }), checkAll), { numRuns: 1_000 });
});
