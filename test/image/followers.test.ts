import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { followedTag, followTags } from '../../functions/image/followers.ts';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { TagEvent } from '../../functions/image/types.ts';
import { alias, digest, failure, NOW, specTag, stream, tagEvent, tagState, withTags } from './builders.ts';

const OLD = tagEvent();
const NEW = tagEvent({ created: NOW, dockerImageReference: `quay.io/team/app@${digest('b')}`, image: digest('b'), generation: 5 });

function newestOf(state: StreamState): Record<string, TagEvent | undefined> {
  return Object.fromEntries([...state.tags].map(([name, { items }]) => [name, items[0]]));
}

describe('followedTag', () => {
  const app = { namespace: 'team', name: 'app' };
  test.each<[string | null, string, Parameters<typeof alias>[2]]>([
    ['v1', 'v1', {}],
    ['v1', 'app:v1', {}],
    ['latest', 'app:', {}],
    ['v1', 'v1', { from: { kind: 'ImageStreamTag', name: 'v1', namespace: 'team' } }],
    ['v1', 'v1', { reference: true }],
    [null, 'v1', { from: { kind: 'ImageStreamTag', name: 'v1', namespace: 'other' } }],
    [null, 'other:v1', {}],
    [null, 'app:a:b', {}],
    [null, ':v1', {}],
    [null, 'mine', {}],
    [null, 'app:mine', {}],
    [null, 'v1', { from: { kind: 'DockerImage', name: 'v1' } }],
    [null, 'v1', { from: { kind: 'ImageStreamImage', name: 'v1' } }],
    [null, 'v1', { from: undefined }],
  ])('%s: %s %j', (wanted, from, fields) => {
    expect(followedTag(app, alias('mine', from, fields))).toBe(wanted);
  });
});

describe('followTags', () => {
  const before = stream([
    tagState('v1', { spec: specTag('v1'), items: [OLD] }),
    tagState('latest', { spec: alias('latest', 'v1'), items: [OLD], conditions: [failure()] }),
    tagState('stable', { spec: alias('stable', 'app:latest'), items: [OLD] }),
    tagState('pinned', { spec: specTag('pinned'), items: [OLD] }),
  ]);
  const moved = withTags(before, tagState('v1', { spec: specTag('v1'), items: [NEW, OLD] }));

  it('gives followers and their followers the event as it is, created and generation included', () => {
    const after = followTags(before, moved, NOW);
    expect(newestOf(after)).toEqual({ v1: NEW, latest: NEW, stable: NEW, pinned: OLD });
    expect(after.tags.get('latest')).toMatchObject({ items: [NEW, OLD], total: 2, conditions: [] });
    expect(after.tags.get('pinned')).toBe(before.tags.get('pinned'));
  });

  it('does so for a stream that is created', () => {
    const created = withTags(
      moved,
      tagState('latest', { spec: alias('latest', 'v1') }),
      tagState('stable', { spec: alias('stable', 'latest') }),
    );
    expect(newestOf(followTags(null, created, NOW))).toMatchObject({ latest: NEW, stable: NEW });
  });

  test.each<[string, Partial<TagEvent>]>([
    ['created', { created: NOW }],
    ['reference', { dockerImageReference: 'x@1' }],
    ['image', { image: digest('c') }],
    ['generation', { generation: 9 }],
  ])('sees a newest event that differs in %s only', (_field, fields) => {
    const changed = withTags(before, tagState('v1', { spec: specTag('v1'), items: [{ ...OLD, ...fields }] }));
    const { created: _kept, ...wanted } = { ...OLD, ...fields };
    expect(newestOf(followTags(before, changed, NOW)).latest).toMatchObject(wanted);
  });

  it('leaves a follower alone that moved by itself: it follows what happens next', () => {
    const pushed = withTags(before, tagState('latest', { spec: alias('latest', 'v1'), items: [NEW, OLD] }));
    expect(newestOf(followTags(before, pushed, NOW))).toMatchObject({ v1: OLD, latest: NEW, stable: NEW });
  });

  it('does not follow into emptiness, nor tags that are not loaded', () => {
    const emptied = withTags(before, tagState('v1', { spec: specTag('v1') }));
    expect(followTags(before, emptied, NOW)).toBe(emptied);
    const partial = stream([tagState('latest', { spec: alias('latest', 'v1'), items: [OLD] })], { annotations: null });
    expect(followTags(partial, partial, NOW)).toBe(partial);
  });

  it('answers the same object when no tag moved', () => {
    expect(followTags(before, before, NOW)).toBe(before);
    const spec = withTags(before, tagState('pinned', { spec: specTag('pinned', { generation: 9 }), items: [OLD] }));
    expect(followTags(before, spec, NOW)).toBe(spec);
  });

  test.each(['a', 'b', 'c'])('a cycle takes the event of %s all the way round', (start) => {
    const cycle = stream([
      tagState('a', { spec: alias('a', 'c'), items: [OLD] }),
      tagState('b', { spec: alias('b', 'a'), items: [OLD] }),
      tagState('c', { spec: alias('c', 'b'), items: [OLD] }),
    ]);
    const tag = cycle.tags.get(start);
    const after = followTags(cycle, withTags(cycle, { ...tagState(start), ...tag, items: [NEW, OLD], total: 2 }), NOW);
    expect(newestOf(after)).toEqual({ a: NEW, b: NEW, c: NEW });
    expect([...after.tags.values()].map(({ total }) => total)).toEqual([2, 2, 2]);
  });

  it('resolves a chain and a fan of 10,000 tags', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `t${index}`);
    for (const parent of [(index: number) => index + 1, () => 9_999]) {
      const chained = stream(names.map((name, index) => tagState(name, { spec: alias(name, `t${parent(index)}`), items: [OLD] })));
      const after = followTags(chained, withTags(chained, tagState('t9999', { spec: specTag('t9999'), items: [NEW, OLD] })), NOW);
      expect([...after.tags.values()].every(({ items }) => items[0] === NEW || items[0]?.image === NEW.image)).toBe(true);
    }
  });

  it('without cycles, leaves no follower of a moved tag behind, and is done after once', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const image = fc.constantFrom(digest('a'), digest('b'), digest('c'));
    const graph = fc.tuple(...names.map((_, index) => fc.record({ parent: fc.option(fc.nat(Math.max(0, index - 1))), image })));
    fc.assert(
      fc.property(graph, fc.array(fc.record({ tag: fc.constantFrom(...names), image }), { maxLength: 4 }), (tags, moves) => {
        const event = (digestOf: string) => tagEvent({ dockerImageReference: `quay.io/x@${digestOf}`, image: digestOf });
        const spec = (name: string, index: number, parent: number | null) =>
          parent === null || index === 0 ? specTag(name) : alias(name, names[parent] ?? '');
        const stored = stream(
          tags.map((tag, index) =>
            tagState(names[index] ?? '', { spec: spec(names[index] ?? '', index, tag.parent), items: [event(tag.image)] }),
          ),
        );
        const wanted = withTags(
          stored,
          ...moves.map((move) => ({ ...tagState(move.tag), ...stored.tags.get(move.tag), items: [event(move.image)] })),
        );
        const after = followTags(stored, wanted, NOW);
        for (const [name, tag] of after.tags) {
          const source = tag.spec === null ? null : followedTag(after, tag.spec);
          if (source === null) expect(tag).toBe(wanted.tags.get(name));
          else if (after.tags.get(source)?.items[0]?.image !== stored.tags.get(source)?.items[0]?.image) {
            expect(tag.items[0]?.image).toBe(after.tags.get(source)?.items[0]?.image);
          }
        }
        expect(followTags(stored, after, NOW)).toBe(after);
      }),
    );
  });

  it('ends on any graph', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const parents = fc.tuple(...names.map(() => fc.constantFrom(...names)));
    fc.assert(
      fc.property(parents, fc.subarray(names), (follows, moves) => {
        const stored = stream(names.map((name, index) => tagState(name, { spec: alias(name, follows[index] ?? ''), items: [OLD] })));
        const wanted = withTags(
          stored,
          ...moves.map((name, index) => {
            const image = digest(String(index));
            return { ...tagState(name), ...stored.tags.get(name), items: [tagEvent({ dockerImageReference: `x@${image}`, image }), OLD] };
          }),
        );
        expect(followTags(stored, wanted, NOW).tags.size).toBe(names.length);
      }),
    );
  });
});
