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

function isSame(one: TagState | undefined, other: TagState | undefined): boolean {
  return one?.items[0]?.image === other?.items[0]?.image && one?.items[0]?.dockerImageReference === other?.items[0]?.dockerImageReference;
}

test('no automatic path moves a held tag', () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 30, size: 'max' }), (operations) => {
      let time = START;
      // What a person asked for and no import has answered.
      let asked: string | null = null;
      const seen = new Map<string, { readonly image: string; readonly since: number }>();
      let state = stream([tagState('a', { spec: specTag('a') }), tagState('f', { spec: alias('f', 'a') })]);
      for (const each of operations) {
        time += each.hours * HOUR;
        const now = new Date(time).toISOString();
        const before = state;
        state = run(before, each, now);
        const { act } = each;
        const isByHand = act.kind === 'annotate' || act.kind === 'retag' || act.kind === 'deny';
        const isAnswer = !isByHand && act.kind !== 'push' && act.tag === 'a' && asked === fromOf(before, act);
        for (const [name, after] of state.tags) {
          const old = before.tags.get(name);
          const denied = state.deniedImages ?? [];
          const fails = act.kind === 'failure' || act.kind === 'pending';
          if (fails && old !== undefined && old.items.length > 0 && activeHold(old.spec, now) !== null && !isAnswer) {
            expect(after.spec).toEqual(old.spec);
          }
          if (isSame(old, after)) continue;
          expect(denied).not.toContain(after.items[0]?.image);
          if (act.kind === 'retag' || old?.items.length === 0 || old === undefined) continue;
          if (name === 'a' && isAnswer) continue;
          // By hand a tag only moves when its own hold is over.
          expect(activeHold(after.spec, now)).toBeNull();
          const known = seen.get(name);
          const isNew = after.items[0]?.image !== old.items[0]?.image;
          if (isNew && minimumAge(old.spec) > 0 && !isByHand) {
            expect(known?.image).toBe(after.items[0]?.image);
            expect(time - (known?.since ?? time)).toBeGreaterThanOrEqual(minimumAge(old.spec));
          }
        }
        for (const [name, { pending }] of state.tags) {
          if (pending === undefined) seen.delete(name);
          else if (seen.get(name)?.image !== pending.image) seen.set(name, { image: pending.image, since: time });
        }
        if (act.kind === 'retag') asked = SOURCES[act.source] ?? null;
        else if (!isByHand && act.kind !== 'pending' && !needsImport(state.tags.get('a') as TagState)) asked = null;
        // The same again is no news.
        if (!isByHand && act.kind !== 'pending') {
          const again = run(state, each, now);
          expect([...again.tags.values()].map(({ pending, items }) => [pending, items[0]?.image])).toEqual(
            [...state.tags.values()].map(({ pending, items }) => [pending, items[0]?.image]),
          );
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
