import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { followTags } from '../../functions/image/followers.ts';
import { applyGenerations } from '../../functions/image/generations.ts';
import type { StreamState, TagState } from '../../functions/image/stream-state.ts';
import { newStream, removeTag, replaceSpec, replaceStatus, setSpecTag } from '../../functions/image/stream-update.ts';
import { viewStream } from '../../functions/image/stream-view.ts';
import { listTagSources, resolveTags } from '../../functions/image/tag-sources.ts';
import type { ImageStream, NamedTagEventList, TagEvent } from '../../functions/image/types.ts';
import { validateStream } from '../../functions/image/validation.ts';
import { alias, digest, EARLIER, failure, NOW, specTag, stream, tagEvent, tagState } from './builders.ts';

const CHECK = 'openshift.io/image.dockerRepositoryCheck';
const OLDER = 'image-streams.io/older-history';

const E1 = tagEvent({ generation: 3 });
const E2 = tagEvent({ image: digest('b'), dockerImageReference: 'quay.io/x:b', generation: 2 });
const E3 = tagEvent({ image: digest('c'), dockerImageReference: 'quay.io/x:c', generation: 1 });

const before = stream(
  [
    tagState('v1', {
      spec: specTag('v1', { generation: 3 }),
      items: [E1, E2, E3],
      total: 90,
      chosenFrom: { index: 'i', child: 'c', platform: 'p' },
    }),
    tagState('failed', { spec: specTag('failed'), conditions: [failure()] }),
    tagState('wanted', { spec: specTag('wanted') }),
    tagState('pushed', { items: [E2] }),
  ],
  { labels: { l: '1' }, annotations: { a: '1' }, repositoryCheck: EARLIER, dockerImageRepository: 'quay.io/team/app' },
);

function edited(change: (wire: ImageStream) => Partial<ImageStream>): ImageStream {
  const wire = viewStream(before, {});
  return { ...wire, ...change(wire) };
}

describe('newStream', () => {
  const wire: ImageStream = {
    metadata: {
      name: 'app',
      namespace: 'team',
      uid: 'theirs',
      generation: 9,
      labels: { l: '1' },
      annotations: { a: '1', [OLDER]: '{}', [CHECK]: NOW },
    },
    spec: { lookupPolicy: { local: true }, dockerImageRepository: 'quay.io/x', tags: [specTag('b', { generation: 7 }), specTag('a')] },
    status: { dockerImageRepository: 'theirs', tags: [{ tag: 'a', items: [E1] }] },
  };

  it('takes spec, labels and annotations; the status is discarded', () => {
    const created = newStream(wire, { uid: 'ours', now: NOW });
    expect(created).toEqual({
      namespace: 'team',
      name: 'app',
      uid: 'ours',
      incarnation: '',
      revision: 0,
      creationTimestamp: NOW,
      generation: 1,
      labels: { l: '1' },
      annotations: { a: '1' },
      managers: [],
      repositoryCheck: NOW,
      lookupPolicy: { local: true },
      dockerImageRepository: 'quay.io/x',
      tags: new Map([
        ['b', tagState('b', { spec: specTag('b', { generation: 7 }) })],
        ['a', tagState('a', { spec: specTag('a') })],
      ]),
    });
  });

  it('takes a body with hardly anything in it', () => {
    const created = newStream({ metadata: { name: 'app', labels: null, annotations: null } } as ImageStream, { uid: 'u', now: NOW });
    expect(created).toMatchObject({
      namespace: '',
      labels: {},
      annotations: {},
      lookupPolicy: { local: false },
      dockerImageRepository: '',
    });
    expect(created.tags.size).toBe(0);
  });
});

describe('replaceSpec', () => {
  it('of what was shown changes nothing: every tag is the same object', () => {
    const after = replaceSpec(before, viewStream(before, { internal: 'reg' }));
    expect(after).toEqual(before);
    for (const [name, tag] of before.tags) expect(after.tags.get(name)).toBe(tag);
  });

  it('of what was shown changes nothing of owners either, though a manager is shown with one time for all it owns', () => {
    const owned = (name: string, time: string) =>
      tagState(name, {
        spec: specTag(name),
        owners: [{ manager: 'oc', operation: 'Update', subresource: '', time, fields: { 'f:from': {} } }],
      });
    const written = stream([owned('a', EARLIER), owned('b', NOW)], {
      labels: { a: '1' },
      managers: [
        {
          manager: 'oc',
          operation: 'Update',
          apiVersion: 'image.openshift.io/v1',
          time: EARLIER,
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:metadata': { 'f:labels': { 'f:a': {} } } },
        },
      ],
    });
    const shown = viewStream(written, {});
    expect(shown.metadata.managedFields?.map(({ time }) => time)).toEqual([NOW]);
    expect(replaceSpec(written, shown)).toEqual(written);
    expect(replaceStatus(written, shown)).toEqual(written);
    const moved = replaceSpec(written, {
      ...shown,
      spec: { ...shown.spec, tags: [specTag('a', { from: { kind: 'DockerImage', name: 'quay.io/x:2' } }), specTag('b')] },
    });
    expect(moved.tags.get('a')?.owners?.[0]?.time).toBe(NOW);
    expect(moved.tags.get('b')).toBe(written.tags.get('b'));
  });

  it('ignores the status, uid and generation a client sends', () => {
    const after = replaceSpec(
      before,
      edited(({ metadata }) => ({ metadata: { ...metadata, uid: 'x', generation: 99 }, status: { dockerImageRepository: '', tags: [] } })),
    );
    expect(after).toEqual(before);
  });

  it('keeps the history and failure of a tag dropped from the spec, and drops it when there is neither', () => {
    const after = replaceSpec(
      before,
      edited(({ spec }) => ({ spec: { ...spec, tags: undefined } })),
    );
    expect([...after.tags.keys()]).toEqual(['v1', 'failed', 'pushed']);
    expect(after.tags.get('v1')).toEqual({ ...before.tags.get('v1'), spec: null });
    expect(after.tags.get('failed')).toEqual({ ...before.tags.get('failed'), spec: null });
    expect(after.tags.get('pushed')).toBe(before.tags.get('pushed'));
  });

  it('adds, replaces and gives a pushed tag its spec', () => {
    const tags = [specTag('v1', { reference: true, generation: 3 }), specTag('new'), specTag('pushed')];
    const after = replaceSpec(
      before,
      edited(({ spec }) => ({ spec: { ...spec, tags } })),
    );
    expect(after.tags.get('v1')).toEqual({ ...before.tags.get('v1'), spec: tags[0] });
    expect(after.tags.get('new')).toEqual(tagState('new', { spec: tags[1] }));
    expect(after.tags.get('pushed')).toEqual({ ...before.tags.get('pushed'), spec: tags[2] });
    expect(after.tags.has('wanted')).toBe(false);
  });

  it('replaces labels and annotations, the time of the last import among them', () => {
    const wire = edited(({ metadata }) => ({
      metadata: { ...metadata, labels: { m: '2' }, annotations: { b: '2', [OLDER]: '{"v1":1}' } },
    }));
    expect(replaceSpec(before, wire)).toMatchObject({ labels: { m: '2' }, annotations: { b: '2' }, repositoryCheck: undefined });
  });

  it('replaces lookupPolicy and dockerImageRepository', () => {
    const after = replaceSpec(
      before,
      edited(() => ({ spec: { lookupPolicy: { local: true } } })),
    );
    expect(after).toMatchObject({ lookupPolicy: { local: true }, dockerImageRepository: '', revision: 7, uid: 'uid-1' });
  });
});

describe('replaceStatus', () => {
  const withHistory = (...tags: readonly NamedTagEventList[]) => edited(({ status }) => ({ status: { ...status, tags } }));
  const newer = (fields: Partial<TagEvent> = {}) =>
    tagEvent({ image: digest('9'), dockerImageReference: 'x@9', created: NOW, generation: 0, ...fields });

  it('of what was shown changes nothing: every tag is the same object', () => {
    const after = replaceStatus(before, viewStream(before, {}));
    expect(after).toEqual(before);
    for (const [name, tag] of before.tags) expect(after.tags.get(name)).toBe(tag);
  });

  it('keeps spec tags and dockerImageRepository, takes lookupPolicy, labels and annotations (§2.4)', () => {
    const wire = edited(({ metadata, status }) => ({
      metadata: { ...metadata, labels: {}, annotations: { b: '2' } },
      spec: { lookupPolicy: { local: true }, dockerImageRepository: 'other', tags: [] },
      status,
    }));
    const after = replaceStatus(before, wire);
    expect(after).toMatchObject({
      lookupPolicy: { local: true },
      dockerImageRepository: 'quay.io/team/app',
      labels: {},
      annotations: { b: '2' },
    });
    expect(after.tags).toEqual(before.tags);
    expect(after.generation).toBe(before.generation);
  });

  test.each<[string, readonly TagEvent[] | null, number]>([
    ['all that was shown is kept: so is what was not', [E1, E2, E3], 90],
    ['the oldest shown is kept: so is what was not', [E1, E3], 89],
    ['one is added', [newer({ generation: 4 }), E1, E2, E3], 91],
    ['the oldest shown goes: so does what was not shown', [E1, E2], 2],
    ['nothing is kept', [], 0],
    ['null for nothing', null, 0],
    ['something else entirely', [newer({ generation: 4 })], 1],
  ])('history: %s', (_what, items, total) => {
    const tag = replaceStatus(before, withHistory({ tag: 'v1', items })).tags.get('v1');
    expect(tag).toMatchObject({ items: items ?? [], total, spec: before.tags.get('v1')?.spec });
  });

  it('drops tags the client left out, unless the spec has them', () => {
    const after = replaceStatus(before, withHistory());
    expect([...after.tags.keys()]).toEqual(['v1', 'failed', 'wanted']);
    expect(after.tags.get('failed')?.conditions).toEqual([]);
  });

  it('replaces conditions and adds tags', () => {
    const condition = failure({ message: 'other' });
    const after = replaceStatus(before, withHistory({ tag: 'failed', items: null, conditions: [condition] }, { tag: 'new', items: [E1] }));
    expect(after.tags.get('failed')).toMatchObject({ conditions: [condition], items: [] });
    expect(after.tags.get('new')).toEqual(tagState('new', { items: [E1] }));
    const changed = replaceStatus(before, withHistory({ tag: 'v1', items: [E1, E2, E3], conditions: [condition] })).tags.get('v1');
    expect(changed).toEqual({ ...before.tags.get('v1'), conditions: [condition] });
  });

  const zero = stream([tagState('z', { spec: specTag('z', { generation: 2 }), items: [{ ...E1, generation: 0 }] })]);
  test.each<[string, StreamState, string, TagEvent, number]>([
    ['no stored item: the stream’s', before, 'wanted', newer(), 4],
    ['no tag at all: the stream’s', before, 'new', newer(), 4],
    ['moved: the spec tag’s', before, 'v1', newer(), 3],
    ['not moved, but the stored one has a generation: the spec tag’s', before, 'v1', { ...E1, generation: 0 }, 3],
    ['moved, without spec: the stream’s', before, 'pushed', newer(), 4],
    ['stored one also 0 and the same: the stream’s', zero, 'z', { ...E1, generation: 0 }, 4],
    ['stored one also 0, moved: the spec tag’s', zero, 'z', newer(), 2],
    ['a generation that is set stays', before, 'v1', newer({ generation: 77 }), 77],
  ])('generation 0 of the newest item: %s', (_what, stored, tag, item, generation) => {
    const wire = { ...viewStream(stored, {}), status: { dockerImageRepository: '', tags: [{ tag, items: [item] }] } };
    expect(replaceStatus(stored, wire).tags.get(tag)?.items[0]?.generation).toBe(generation);
  });

  it('takes items without image, generation and so on', () => {
    const wire = withHistory({ tag: 'new', items: [{ dockerImageReference: 'x' } as TagEvent] });
    expect(replaceStatus(before, wire).tags.get('new')?.items).toEqual([
      { created: '', dockerImageReference: 'x', image: '', generation: 4 },
    ]);
  });
});

describe('setSpecTag and removeTag', () => {
  it('replace the spec tag wholesale and keep its history', () => {
    const spec = specTag('v1', { from: { kind: 'ImageStreamTag', name: 'x' } });
    const after = setSpecTag(before, spec, []);
    expect(after.tags.get('v1')).toEqual({ ...before.tags.get('v1'), spec });
    expect(after.tags.get('failed')).toBe(before.tags.get('failed'));
    expect(setSpecTag(before, specTag('new'), []).tags.get('new')).toEqual(tagState('new', { spec: specTag('new') }));
  });

  it('remove spec entry and history', () => {
    expect(removeTag(before, 'v1').tags.has('v1')).toBe(false);
    expect(removeTag(before, 'nosuch')).toBe(before);
    expect(before.tags.has('v1')).toBe(true);
  });
});

it('shows every stream so that sending it back changes nothing, whatever it holds', () => {
  const event = fc.record({
    dockerImageReference: fc.constantFrom('a', 'b'),
    image: fc.constantFrom('', digest('a')),
    generation: fc.integer({ min: 1, max: 5 }),
  });
  const tag = fc.record({
    name: fc.string({ maxLength: 3 }),
    spec: fc.option(
      fc.record({
        annotations: fc.option(fc.dictionary(fc.string(), fc.string(), { minKeys: 1 })),
        generation: fc.integer({ min: 1, max: 5 }),
      }),
    ),
    items: fc.array(
      event.map((fields) => tagEvent(fields)),
      { maxLength: 3 },
    ),
    conditions: fc.array(fc.constant(failure()), { maxLength: 1 }),
    unloaded: fc.nat(3),
  });
  const toTag = ({ name, spec, items, conditions, unloaded }: typeof tag extends fc.Arbitrary<infer T> ? T : never): TagState =>
    tagState(name, {
      spec: spec === null ? null : specTag(name, spec),
      items,
      conditions,
      total: items.length + (items.length > 0 ? unloaded : 0),
    });
  const fields = fc.record({
    labels: fc.dictionary(fc.string(), fc.string()),
    annotations: fc.dictionary(fc.string(), fc.string()),
    repositoryCheck: fc.constantFrom(undefined, NOW),
    dockerImageRepository: fc.constantFrom('', 'quay.io/x'),
  });
  fc.assert(
    fc.property(fc.array(tag, { maxLength: 5 }), fields, (tags, rest) => {
      const kept = tags.map(toTag).filter(({ spec, items, conditions }) => spec !== null || items.length + conditions.length > 0);
      const stored = stream(kept, rest);
      const wire = JSON.parse(JSON.stringify(viewStream(stored, { internal: 'reg', external: 'ext' }))) as ImageStream;
      for (const after of [applyGenerations(stored, replaceSpec(stored, wire)), replaceStatus(stored, wire)]) {
        expect(after.generation).toBe(stored.generation);
        expect(after).toMatchObject({ labels: stored.labels, dockerImageRepository: stored.dockerImageRepository });
        expect(after.annotations).toEqual(stored.annotations);
        expect(after.repositoryCheck).toBe(stored.repositoryCheck);
        expect(after.tags.size).toBe(stored.tags.size);
        for (const [name, same] of stored.tags) expect(after.tags.get(name)).toEqual(same);
      }
    }),
  );
});

it('updates a stream of 10,000 tags, every one of them an alias of the one that moves', () => {
  const names = Array.from({ length: 9_999 }, (_, index) => `t${index}`);
  const stored = stream([
    tagState('base', { spec: specTag('base'), items: [E1] }),
    ...names.map((name) => tagState(name, { spec: alias(name, 'base'), items: [E1] })),
  ]);
  const wire = viewStream(stored, {});
  const tags = wire.spec.tags?.map((tag) => (tag.name === 'base' ? alias('base', 'other:v1') : { ...tag }));
  const wanted = applyGenerations(stored, replaceSpec(stored, { ...wire, spec: { ...wire.spec, tags } }));
  const [source] = listTagSources(stored, wanted);
  const found = new Map([
    [JSON.stringify([source?.kind, source?.namespace, source?.stream, source?.key]), { kind: 'event', event: E2 } as const],
  ]);
  const after = followTags(stored, resolveTags(stored, wanted, found, { now: NOW, hosts: {} }).state, NOW);
  expect(validateStream(stored, after)).toEqual([]);
  expect([...after.tags.values()].filter(({ items }) => items[0]?.image === E2.image && items[0].generation === 5)).toHaveLength(10_000);
});
