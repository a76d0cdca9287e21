import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { applyGenerations, isTagChanged } from '../../functions/image/generations.ts';
import type { StreamState } from '../../functions/image/stream-state.ts';
import type { TagReference } from '../../functions/image/types.ts';
import { alias, specTag, stream, tagEvent, tagState, withTags } from './builders.ts';

const STORED = specTag('v1', { generation: 3 });

function generationOf(state: StreamState, tag: string): number | null | undefined {
  return state.tags.get(tag)?.spec?.generation;
}

describe('isTagChanged, row by row of §2.3', () => {
  test.each<[string, boolean, Partial<TagReference>, Partial<TagReference>]>([
    ['the same', false, {}, {}],
    ['from.name', true, {}, { from: { kind: 'DockerImage', name: 'quay.io/team/app:v2' } }],
    ['from.namespace', true, {}, { from: { ...STORED.from, namespace: 'other' } }],
    ['from.namespace that is the stream’s own', false, {}, { from: { ...STORED.from, namespace: 'team' } }],
    ['from.namespace dropped, that was the stream’s own', false, { from: { ...STORED.from, namespace: 'team' } }, {}],
    ['reference', true, {}, { reference: true }],
    ['reference false for absent', false, {}, { reference: false }],
    ['importMode', true, {}, { importPolicy: { importMode: 'PreserveOriginal' } }],
    ['importMode Legacy for absent', false, { importPolicy: {} }, {}],
    ['generation set to 0', true, {}, { generation: 0 }],
    ['generation 0 that was 0', false, { generation: 0 }, { generation: 0 }],
    ['generation 0 that was null', false, { generation: null }, { generation: 0 }],
    ['generation set to anything else', false, {}, { generation: 9 }],
    ['generation dropped', false, {}, { generation: null }],
    ['from.kind', false, {}, { from: { kind: 'ImageStreamTag', name: 'quay.io/team/app:v1' } }],
    ['scheduled', false, {}, { importPolicy: { scheduled: true } }],
    ['insecure', false, {}, { importPolicy: { insecure: true } }],
    ['referencePolicy', false, {}, { referencePolicy: { type: 'Local' } }],
    ['annotations', false, {}, { annotations: { a: 'b' } }],
    ['from dropped', false, {}, { from: undefined, reference: true }],
    ['from emptied', false, {}, { from: {}, reference: true }],
    ['from added', true, { from: undefined }, {}],
  ])('%s: %s', (_what, wanted, before, after) => {
    expect(isTagChanged({ ...STORED, ...before }, { ...STORED, ...after }, 'team')).toBe(wanted);
  });

  it('is true of a new tag, source or not', () => {
    expect(isTagChanged(null, STORED, 'team')).toBe(true);
    expect(isTagChanged(null, { ...STORED, from: undefined }, 'team')).toBe(true);
  });
});

describe('applyGenerations', () => {
  const before = stream([
    tagState('v1', { spec: STORED, items: [tagEvent({ generation: 3 })] }),
    tagState('v2', { spec: specTag('v2', { generation: 2 }) }),
    tagState('pushed', { items: [tagEvent()] }),
  ]);
  const edit = (fields: Partial<TagReference>) => withTags(before, tagState('v1', { spec: { ...STORED, ...fields } }));

  it('makes everything 1 on creation, whatever the client sent', () => {
    const created = applyGenerations(null, { ...before, generation: 9 });
    expect([created.generation, generationOf(created, 'v1'), generationOf(created, 'v2')]).toEqual([1, 1, 1]);
  });

  test.each<[string, Partial<TagReference>, number, number]>([
    ['nothing', {}, 4, 3],
    ['a client generation', { generation: 77 }, 4, 3],
    ['a dropped generation', { generation: null }, 4, 3],
    ['generation 0', { generation: 0 }, 5, 5],
    ['another source', { from: { kind: 'DockerImage', name: 'x' } }, 5, 5],
    ['another source with a client generation', { from: { kind: 'DockerImage', name: 'x' }, generation: 1 }, 5, 5],
    ['import mode', { importPolicy: { importMode: 'PreserveOriginal' } }, 5, 5],
    ['reference', { reference: true }, 5, 5],
    ['scheduled: the stream only', { importPolicy: { scheduled: true } }, 5, 3],
    ['insecure: the stream only', { importPolicy: { insecure: true } }, 5, 3],
    ['reference policy: the stream only', { referencePolicy: { type: 'Local' } }, 5, 3],
    ['annotations: the stream only', { annotations: { a: 'b' } }, 5, 3],
    ['kind: the stream only', { from: { ...STORED.from, kind: 'ImageStreamTag' } }, 5, 3],
    ['no source: the stream only', { from: undefined }, 5, 3],
    ['absent for empty: nothing', { annotations: {}, reference: false, importPolicy: { scheduled: false } }, 4, 3],
  ])('%s', (_what, fields, ofStream, ofTag) => {
    const numbered = applyGenerations(before, edit(fields));
    expect([numbered.generation, generationOf(numbered, 'v1'), generationOf(numbered, 'v2')]).toEqual([ofStream, ofTag, 2]);
  });

  it('gives a new tag the stream’s new generation', () => {
    const numbered = applyGenerations(before, withTags(before, tagState('v3', { spec: specTag('v3', { generation: 1 }) })));
    expect([numbered.generation, generationOf(numbered, 'v3'), generationOf(numbered, 'v1')]).toEqual([5, 5, 3]);
  });

  it('numbers a stored tag that has no generation, without raising the stream', () => {
    const unnumbered = withTags(before, tagState('v2', { spec: specTag('v2', { generation: null }) }));
    const numbered = applyGenerations(unnumbered, unnumbered);
    expect([numbered.generation, generationOf(numbered, 'v2')]).toEqual([4, 4]);
  });

  test.each<[string, (state: StreamState) => StreamState]>([
    ['lookupPolicy', (state) => ({ ...state, lookupPolicy: { local: true } })],
    ['dockerImageRepository', (state) => ({ ...state, dockerImageRepository: 'quay.io/x' })],
    ['a tag removed', (state) => ({ ...state, tags: new Map([...state.tags].filter(([name]) => name !== 'v2')) })],
    ['a spec removed', (state) => withTags(state, tagState('v1', { items: [tagEvent()] }))],
    ['a stored generation of 0', (state) => state],
  ])('raises the stream: %s', (what, change) => {
    const old = what.startsWith('a stored') ? { ...before, generation: 0 } : before;
    expect(applyGenerations(old, change(old)).generation).toBe(old.generation + 1);
  });

  test.each<[string, (state: StreamState) => StreamState]>([
    ['labels and annotations', (state) => ({ ...state, labels: { a: 'b' }, annotations: { c: 'd' } })],
    ['a pushed tag removed', (state) => ({ ...state, tags: new Map([...state.tags].filter(([name]) => name !== 'pushed')) })],
    ['a tag pushed', (state) => withTags(state, tagState('new', { items: [tagEvent()] }))],
  ])('does not raise the stream: %s', (_what, change) => {
    expect(applyGenerations(before, change(before)).generation).toBe(4);
  });

  it('ignores the generation a client sends for the stream', () => {
    expect(applyGenerations(before, { ...before, generation: 99 }).generation).toBe(4);
  });

  it('answers the same object when nothing is to be numbered', () => {
    expect(applyGenerations(before, before)).toBe(before);
  });

  it('looks at loaded tags only', () => {
    const partial = { ...before, annotations: null, tags: new Map([...before.tags].filter(([name]) => name === 'v1')) };
    const numbered = applyGenerations(partial, withTags(partial, tagState('v1', { spec: alias('v1', 'v2') })));
    expect([numbered.generation, generationOf(numbered, 'v1'), numbered.tags.size]).toEqual([5, 5, 1]);
  });

  it('never lowers the stream, raises it by one at most, and keeps tags at or below it', () => {
    const specs = fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c'),
        generation: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
        from: fc.constantFrom({ kind: 'DockerImage', name: 'x' }, { kind: 'DockerImage', name: 'y' }, undefined),
        scheduled: fc.boolean(),
      }),
      { maxLength: 4 },
    );
    const toStream = (tags: readonly { name: string; generation: number | null; from: TagReference['from']; scheduled: boolean }[]) =>
      stream(tags.map(({ scheduled, ...tag }) => tagState(tag.name, { spec: specTag(tag.name, { ...tag, importPolicy: { scheduled } }) })));
    fc.assert(
      fc.property(specs, fc.array(specs, { maxLength: 6 }), (first, edits) => {
        let stored = applyGenerations(null, toStream(first));
        for (const edited of edits) {
          const next = applyGenerations(stored, { ...toStream(edited), generation: 50 });
          expect(next.generation - stored.generation === 0 || next.generation - stored.generation === 1).toBe(true);
          for (const { spec } of next.tags.values()) {
            expect(spec?.generation).toBeGreaterThan(0);
            expect(spec?.generation).toBeLessThanOrEqual(next.generation);
          }
          expect(applyGenerations(next, next)).toBe(next);
          stored = next;
        }
      }),
    );
  });
});
