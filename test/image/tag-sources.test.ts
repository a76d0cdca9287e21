import { describe, expect, it, test } from 'vitest';
import { applyGenerations } from '../../functions/image/generations.ts';
import { followTags } from '../../functions/image/followers.ts';
import type { StreamState } from '../../functions/image/stream-state.ts';
import {
  listTagSources,
  parseTagSource,
  resolveTags,
  type ResolvedTags,
  type SourceFound,
  sourceKey,
  type TagSource,
} from '../../functions/image/tag-sources.ts';
import type { TagReference } from '../../functions/image/types.ts';
import type { ObjectReference } from '../../functions/kubernetes/types.ts';
import { alias, digest, NOW, specTag, stream, tagEvent, tagState, withTags } from './builders.ts';

const A = digest('a');
const EVENT = tagEvent({ generation: 2 });
const HOSTS = { internal: 'registry.local:5000' };
const MALFORMED = 'must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>';

const before = stream([
  tagState('v1', { spec: specTag('v1', { generation: 2 }), items: [EVENT, tagEvent({ image: digest('0'), dockerImageReference: 'x@0' })] }),
  tagState('empty', { spec: specTag('empty') }),
]);

/** The stream after a write of spec tag `new`, numbered: its generation is 5. */
function wanted(spec: Partial<TagReference>, base: StreamState = before): StreamState {
  const item = base.tags.get('new') ?? tagState('new');
  return applyGenerations(base, withTags(base, { ...item, spec: specTag('new', spec) }));
}

function resolve(spec: Partial<TagReference>, answers: Readonly<Record<string, SourceFound>> = {}): ResolvedTags {
  const after = wanted(spec);
  const found = new Map(
    listTagSources(before, after).map((source) => [
      sourceKey(source),
      answers[`${source.namespace}/${source.stream}`] ?? { kind: 'no-stream' },
    ]),
  );
  return resolveTags(before, after, found as ReadonlyMap<string, SourceFound>, { now: NOW, hosts: HOSTS });
}

function from(kind: string, name: string, namespace?: string): { readonly from: ObjectReference } {
  return { from: { kind, name, ...(namespace === undefined ? {} : { namespace }) } };
}

function itemsOf(state: StreamState, tag = 'new') {
  return state.tags.get(tag)?.items;
}

describe('parseTagSource: the grammar of from.name', () => {
  const tag = (key: string, name = 'app', namespace = 'team'): TagSource => ({ namespace, stream: name, kind: 'ImageStreamTag', key });
  const image = (key: string, name = 'app'): TagSource => ({ namespace: 'team', stream: name, kind: 'ImageStreamImage', key });

  test.each<[string, ObjectReference, TagSource | null]>([
    ['tag', { kind: 'ImageStreamTag', name: 'v1' }, tag('v1')],
    ['stream:tag', { kind: 'ImageStreamTag', name: 'other:v1' }, tag('v1', 'other')],
    ['of another namespace', { kind: 'ImageStreamTag', name: 'other:v1', namespace: 'ns' }, tag('v1', 'other', 'ns')],
    ['of another namespace, one part', { kind: 'ImageStreamTag', name: 'v1', namespace: 'ns' }, tag('v1', 'app', 'ns')],
    ['no tag after the colon', { kind: 'ImageStreamTag', name: 'other:' }, tag('latest', 'other')],
    ['no stream before it', { kind: 'ImageStreamTag', name: ':v1' }, null],
    ['three parts', { kind: 'ImageStreamTag', name: 'a:b:c' }, null],
    ['id', { kind: 'ImageStreamImage', name: A }, image(A)],
    ['stream@id', { kind: 'ImageStreamImage', name: `other@${A}` }, image(A, 'other')],
    ['stream@id@more', { kind: 'ImageStreamImage', name: 'a@b@c' }, null],
    ['another kind', { kind: 'DockerImage', name: 'x' }, null],
    ['no kind', { name: 'x' }, null],
  ])('%s', (_what, reference, source) => {
    expect(parseTagSource(before, reference)).toEqual(source);
  });

  it('keys sources apart whatever their names hold', () => {
    const sources = [tag('b', 'a'), tag('a:b'), tag('b', 'a', 'a'), image('b', 'a')];
    expect(new Set(sources.map(sourceKey)).size).toBe(sources.length);
    expect(sourceKey(tag('v1'))).toBe(sourceKey({ key: 'v1', kind: 'ImageStreamTag', stream: 'app', namespace: 'team' }));
  });
});

describe('listTagSources', () => {
  const listed = (old: StreamState | null, spec: Partial<TagReference>) =>
    listTagSources(old, wanted(spec)).map(({ stream: name, key }) => [name, key]);

  it('names the sources of new tags, this stream’s included', () => {
    expect(listed(before, from('ImageStreamTag', 'v1'))).toEqual([['app', 'v1']]);
    expect(listed(before, from('ImageStreamImage', `other@${A}`))).toEqual([['other', A]]);
  });

  test.each([
    ['pull specs', from('DockerImage', 'x')],
    ['no source', { from: undefined }],
    ['malformed names', from('ImageStreamTag', 'a:b:c')],
    ['empty names', from('ImageStreamTag', '')],
    ['unknown kinds', from('Pod', 'x')],
  ])('leaves out %s', (_what, spec) => {
    expect(listed(before, spec)).toEqual([]);
  });

  it('leaves out tags that did not change', () => {
    const stored = withTags(before, tagState('new', { spec: alias('new', 'other:v1', { generation: 3 }) }));
    expect(listTagSources(stored, wanted({ ...from('ImageStreamTag', 'other:v1'), annotations: { a: 'b' } }, stored))).toEqual([]);
    expect(listTagSources(stored, wanted(from('ImageStreamTag', 'other:v2'), stored))).toHaveLength(1);
  });
});

describe('resolveTags, row by row of §2.5', () => {
  it('DockerImage: nothing, the import follows', () => {
    const { state, errors } = resolve(from('DockerImage', 'quay.io/x:1'));
    expect([itemsOf(state), errors]).toEqual([[], []]);
  });

  it('DockerImage with reference: the pull spec as it stands, without image', () => {
    const { state } = resolve({ ...from('DockerImage', 'quay.io/x:1'), reference: true });
    expect(itemsOf(state)).toEqual([{ created: NOW, dockerImageReference: 'quay.io/x:1', image: '', generation: 5 }]);
  });

  it('ImageStreamTag: the newest event, created kept, with this stream’s generation', () => {
    const { state } = resolve(from('ImageStreamTag', 'other:v1'), { 'team/other': { kind: 'event', event: EVENT } });
    expect(itemsOf(state)).toEqual([{ ...EVENT, generation: 5 }]);
  });

  it('ImageStreamImage: the event of that image, created now', () => {
    const { state } = resolve(from('ImageStreamImage', `other@${A}`), { 'team/other': { kind: 'event', event: EVENT } });
    expect(itemsOf(state)).toEqual([{ ...EVENT, created: NOW, generation: 5 }]);
  });

  test.each<[string, SourceFound]>([['target tag missing', { kind: 'no-tag' }]])('%s: silently nothing', (_what, answer) => {
    const { state, errors } = resolve(from('ImageStreamTag', 'other:v1'), { 'team/other': answer });
    expect([itemsOf(state), errors]).toEqual([[], []]);
  });

  test.each<[string, Partial<TagReference>, SourceFound | undefined, object]>([
    [
      'stream missing',
      from('ImageStreamTag', 'other:v1'),
      { kind: 'no-stream' },
      { type: 'NotFound', field: 'spec.tags[new].from.name', value: 'other:v1' },
    ],
    [
      'image missing',
      from('ImageStreamImage', 'other@sha256:ffff'),
      { kind: 'no-image' },
      {
        type: 'Invalid',
        field: 'spec.tags[new].from.name',
        value: 'other@sha256:ffff',
        detail: 'error generating tag event: imagestreamimage.image.openshift.io "sha256:ffff" not found',
      },
    ],
    [
      'image id of several',
      from('ImageStreamImage', 'other@ff'),
      { kind: 'ambiguous' },
      {
        type: 'Invalid',
        field: 'spec.tags[new].from.name',
        value: 'other@ff',
        detail:
          'error generating tag event: Operation cannot be fulfilled on imagestreamimage.image.openshift.io "ff": multiple images match the prefix "ff"',
      },
    ],
    [
      'access denied (§2.6), at the real field (§12)',
      from('ImageStreamTag', 'other:v1'),
      { kind: 'forbidden', reason: 'no "pull" for you' },
      { type: 'Forbidden', field: 'spec.tags[new].from', detail: 'team/other: "no \\"pull\\" for you" ""' },
    ],
    ['unknown kind', from('Pod', 'x'), undefined, { type: 'Invalid', field: 'spec.tags[new].from.name', value: 'x', detail: MALFORMED }],
    [
      'kind and name missing',
      { from: {} },
      undefined,
      { type: 'Invalid', field: 'spec.tags[new].from.name', value: '', detail: MALFORMED },
    ],
    [
      'three parts',
      from('ImageStreamTag', 'a:b:c'),
      undefined,
      { type: 'Invalid', field: 'spec.tags[new].from.name', value: 'a:b:c', detail: MALFORMED },
    ],
    [
      'pull spec with another namespace (§11b.4)',
      from('DockerImage', 'quay.io/x', 'ns'),
      undefined,
      { type: 'Invalid', field: 'spec.tags[new].from.name', value: 'quay.io/x', detail: MALFORMED },
    ],
  ])('%s is an error', (_what, spec, answer, error) => {
    const { state, errors } = resolve(spec, answer === undefined ? {} : { 'team/other': answer });
    expect(errors).toEqual([error]);
    expect(itemsOf(state)).toEqual([]);
  });

  it('leaves an empty name to validation', () => {
    expect(resolve(from('ImageStreamTag', '')).errors).toEqual([]);
  });

  it('takes a pull spec with the stream’s own namespace', () => {
    expect(resolve(from('DockerImage', 'quay.io/x', 'team')).errors).toEqual([]);
  });

  it('reports every tag, by name, and resolves the others', () => {
    const specs = [alias('z', 'gone:v1'), alias('b', 'gone:v1'), alias('ok', 'v1')];
    const after = applyGenerations(before, withTags(before, ...specs.map((spec) => tagState(spec.name, { spec }))));
    const { state, errors } = resolveTags(before, after, new Map(), { now: NOW, hosts: {} });
    expect(errors.map(({ field }) => field)).toEqual(['spec.tags[b].from.name', 'spec.tags[z].from.name']);
    expect(itemsOf(state, 'ok')).toEqual([{ ...EVENT, generation: 5 }]);
  });

  it('puts the event on top of the history the tag has', () => {
    const old = tagEvent({ image: digest('9'), dockerImageReference: 'x@9' });
    const stored = withTags(before, tagState('new', { spec: specTag('new'), items: [old], total: 60 }));
    const after = wanted(from('ImageStreamTag', 'v1'), stored);
    const { state } = resolveTags(stored, after, new Map(), { now: NOW, hosts: {} });
    expect(state.tags.get('new')).toMatchObject({ items: [{ ...EVENT, generation: 5 }, old], total: 61 });
  });

  it('does nothing for tags that did not change', () => {
    const stored = withTags(before, tagState('new', { spec: alias('new', 'v1', { generation: 3 }) }));
    const after = wanted({ ...from('ImageStreamTag', 'v1'), annotations: { a: 'b' } }, stored);
    expect(resolveTags(stored, after, new Map(), { now: NOW, hosts: {} })).toEqual({ state: after, errors: [] });
  });
});

describe('sources of the same stream', () => {
  it('are taken from the stream as it is wanted; the source’s newest event gets the new generation too (§11.7)', () => {
    const { state } = resolve(from('ImageStreamTag', 'app:v1'));
    expect(itemsOf(state)).toEqual([{ ...EVENT, generation: 5 }]);
    expect(itemsOf(state, 'v1')).toEqual([{ ...EVENT, generation: 5 }, before.tags.get('v1')?.items[1]]);
  });

  it('are taken from what was found when they are not loaded', () => {
    const partial = stream([], { annotations: null });
    const after = applyGenerations(partial, withTags(partial, tagState('new', { spec: alias('new', 'v1') })));
    const [source] = listTagSources(partial, after);
    const found = new Map<string, SourceFound>([[sourceKey(source as TagSource), { kind: 'event', event: EVENT }]]);
    const { state } = resolveTags(partial, after, found, { now: NOW, hosts: {} });
    expect([...state.tags.keys()]).toEqual(['new']);
    expect(itemsOf(state)).toEqual([{ ...EVENT, generation: 5 }]);
  });

  it('that point to nothing: nothing', () => {
    const { state, errors } = resolve(from('ImageStreamTag', 'empty'), { 'team/app': { kind: 'event', event: EVENT } });
    expect([itemsOf(state), errors]).toEqual([[], []]);
  });

  it('a tag from itself only gets a new number', () => {
    const after = applyGenerations(before, withTags(before, { ...tagState('v1'), ...before.tags.get('v1'), spec: alias('v1', 'v1') }));
    const { state } = resolveTags(before, after, new Map(), { now: NOW, hosts: {} });
    expect(itemsOf(state, 'v1')).toEqual([{ ...EVENT, generation: 5 }, before.tags.get('v1')?.items[1]]);
  });

  it('that get their own event in the same write reach their followers', () => {
    const specs = [alias('a', 'z'), alias('z', 'other:v1')];
    const created = applyGenerations(null, stream(specs.map((spec) => tagState(spec.name, { spec }))));
    const found = new Map(listTagSources(null, created).map((source) => [sourceKey(source), { kind: 'event', event: EVENT } as const]));
    const { state } = resolveTags(null, created, found, { now: NOW, hosts: {} });
    expect(itemsOf(followTags(null, state, NOW), 'a')).toEqual([{ ...EVENT, generation: 1 }]);
  });
});

describe('references into the integrated registry', () => {
  const served = (reference: string) => ({ 'ns/src': { kind: 'event', event: { ...EVENT, dockerImageReference: reference } } as const });
  const copied = (reference: string, spec: Partial<TagReference> = {}) =>
    itemsOf(resolve({ ...from('ImageStreamTag', 'src:v1', 'ns'), ...spec }, served(reference)).state)?.[0]?.dockerImageReference;

  test.each([
    [`registry.local:5000/ns/src@${A}`, `registry.local:5000/team/app@${A}`],
    [`registry.local:5000/ns/src:v1@${A}`, `registry.local:5000/team/app@${A}`],
    ['registry.local:5000/ns/src:v1', 'registry.local:5000/team/app:v1'],
    [`registry.local:5000/ns/elsewhere@${A}`, `registry.local:5000/ns/elsewhere@${A}`],
    [`registry.local:5000/other/src@${A}`, `registry.local:5000/other/src@${A}`],
    [`registry.local:5001/ns/src@${A}`, `registry.local:5001/ns/src@${A}`],
    [`quay.io/ns/src@${A}`, `quay.io/ns/src@${A}`],
    ['registry.local:5000/!', 'registry.local:5000/!'],
  ])('%s becomes %s', (reference, expected) => {
    expect(copied(reference)).toBe(expected);
  });

  it('stay when the tag is a reference', () => {
    expect(copied(`registry.local:5000/ns/src@${A}`, { reference: true })).toBe(`registry.local:5000/ns/src@${A}`);
  });

  it('stay without an integrated registry, and with policy Local, which is applied when read', () => {
    const after = wanted({ ...from('ImageStreamTag', 'src:v1', 'ns'), referencePolicy: { type: 'Local' } });
    const found = new Map(listTagSources(before, after).map((source) => [sourceKey(source), { kind: 'event', event: EVENT } as const]));
    expect(itemsOf(resolveTags(before, after, found, { now: NOW, hosts: {} }).state)?.[0]?.dockerImageReference).toBe(
      EVENT.dockerImageReference,
    );
  });
});
