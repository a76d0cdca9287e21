import { describe, expect, it, test } from 'vitest';
import { followTags } from '../../functions/image/followers.ts';
import { applyGenerations } from '../../functions/image/generations.ts';
import type { PendingImage, StreamState, TagState } from '../../functions/image/stream-state.ts';
import { judge, offerEvent, settlePending } from '../../functions/image/tag-gate.ts';
import { alias, digest, EARLIER, NOW, specTag, stream, tagEvent, tagState, withTags } from './builders.ts';

const HELD = { 'image-streams.io/hold': 'freeze' };
const WEEK = { 'image-streams.io/minimum-age': '7d' };
const OLD = tagEvent();
const NEW = tagEvent({ dockerImageReference: `quay.io/team/app@${digest('b')}`, image: digest('b'), generation: 5 });
const INDEX = { index: digest('1'), child: NEW.image, platform: 'linux/amd64' };

const tagWith = (annotations: Record<string, string> | null, fields: Partial<TagState> = {}) =>
  tagState('latest', { spec: specTag('latest', { annotations }), items: [OLD], ...fields });
const pendingOf = (fields: Partial<PendingImage> = {}): PendingImage => ({
  image: NEW.image,
  dockerImageReference: NEW.dockerImageReference,
  firstSeen: EARLIER,
  reason: 'Held',
  generation: 1,
  ...fields,
});
const SIX_DAYS_AGO = '2026-08-17T10:00:00Z';
const SEVEN_DAYS_AGO = '2026-08-16T10:00:00Z';

describe('judge', () => {
  const options = { now: NOW, denied: [] };

  test.each<[string, TagState, object | null]>([
    ['nothing is said', tagWith(null), null],
    ['a hold', tagWith(HELD), { reason: 'Held', firstSeen: NOW }],
    ['a hold that ended', tagWith({ ...HELD, 'image-streams.io/hold-until': NOW }), null],
    ['a hold of a tag without image', tagWith(HELD, { items: [] }), null],
    ['a hold and the image that is there', tagWith(HELD, { items: [NEW] }), null],
    ['an age, unseen', tagWith(WEEK), { reason: 'MinimumAge', firstSeen: NOW }],
    [
      'an age, too young',
      tagWith(WEEK, { pending: pendingOf({ firstSeen: SIX_DAYS_AGO }) }),
      { reason: 'MinimumAge', firstSeen: SIX_DAYS_AGO },
    ],
    ['an age, reached', tagWith(WEEK, { pending: pendingOf({ firstSeen: SEVEN_DAYS_AGO }) }), null],
    [
      'an age, but another image waited',
      tagWith(WEEK, { pending: pendingOf({ image: digest('c'), firstSeen: EARLIER }) }),
      { firstSeen: NOW },
    ],
    ['an age of a tag without image', tagWith(WEEK, { items: [] }), null],
    ['hold and age', tagWith({ ...HELD, ...WEEK }, { pending: pendingOf() }), { reason: 'Held', firstSeen: EARLIER }],
  ])('of %s', (_, tag, wanted) => {
    const verdict = judge(tag, NEW, options);
    if (wanted === null) expect(verdict).toBeNull();
    else expect(verdict).toMatchObject({ image: NEW.image, ...wanted });
  });

  test.each([
    ['the image', [NEW.image], {}],
    ['its index', [INDEX.index], { chosenFrom: INDEX }],
    ['its child', [digest('2')], { children: [digest('2')] }],
  ])('denies for %s, also a first image and what a person asked for', (_, denied, more) => {
    const wanted = { reason: 'Denied', denied: denied[0] };
    for (const items of [[], [OLD]])
      expect(judge(tagWith(null, { items }), { ...NEW, ...more }, { now: NOW, denied, isRetag: true })).toMatchObject(wanted);
  });

  it('lets a person move a held tag', () => {
    expect(judge(tagWith({ ...HELD, ...WEEK }), NEW, { ...options, isRetag: true })).toBeNull();
  });

  it('answers what the tag tells already as the same object', () => {
    const pending = pendingOf();
    expect(judge(tagWith(HELD, { pending }), NEW, options)).toBe(pending);
    expect(judge(tagWith(HELD, { pending }), { ...NEW, chosenFrom: INDEX }, options)).toMatchObject({
      firstSeen: EARLIER,
      chosenFrom: INDEX,
    });
  });
});

describe('offerEvent', () => {
  it('notes an event of a held tag once, forgets it when the tag is offered what it has', () => {
    const { tag, changed } = offerEvent(tagWith(HELD), NEW, { now: NOW, denied: [] });
    expect([changed, tag.items]).toEqual([true, [OLD]]);
    expect(offerEvent(tag, NEW, { now: NOW, denied: [] })).toEqual({ tag, changed: false });
    const back = offerEvent(tag, OLD, { now: NOW, denied: [] });
    expect([back.changed, back.tag.pending, back.tag.items]).toEqual([true, undefined, [OLD]]);
  });
});

describe('settlePending', () => {
  const held = stream([tagWith(HELD, { pending: pendingOf({ chosenFrom: INDEX }) })]);
  const write = (before: StreamState, wanted: StreamState) => settlePending(before, applyGenerations(before, wanted), NOW);

  it('moves a tag whose hold was taken away, and its followers', () => {
    const before = withTags(held, tagState('stable', { spec: alias('stable', 'latest'), items: [OLD] }));
    const after = followTags(before, write(before, withTags(before, { ...tagWith(null), pending: pendingOf({ chosenFrom: INDEX }) })), NOW);
    const event = { ...NEW, created: NOW, generation: 5 };
    expect(after.tags.get('latest')).toMatchObject({ items: [event, OLD], total: 2, chosenFrom: INDEX });
    expect(after.tags.get('latest')).not.toHaveProperty('pending');
    expect(after.tags.get('stable')?.items).toEqual([event, OLD]);
  });

  it('leaves a tag to the import a person asked for meanwhile', () => {
    const spec = specTag('latest', { generation: 4 });
    const before = stream([tagWith(HELD, { spec: { ...spec, annotations: HELD }, pending: pendingOf() })]);
    const after = withTags(before, tagState('latest', { spec, items: [OLD], pending: pendingOf() }));
    expect(settlePending(before, after, NOW)).toBe(after);
  });

  it('leaves alone what still waits', () => {
    expect(settlePending(held, held, NOW)).toBe(held);
  });

  test.each<[string, TagState]>([
    ['source', tagWith(HELD, { spec: specTag('latest', { annotations: HELD, from: { kind: 'DockerImage', name: 'quay.io/other:1' } }) })],
    ['spec', tagWith(null, { spec: null })],
  ])('forgets the image of a tag that got another %s', (_, tag) => {
    const after = write(held, withTags(held, { ...tag, pending: pendingOf() }));
    expect(after.tags.get('latest')).not.toHaveProperty('pending');
    expect(after.tags.get('latest')?.items).toEqual([OLD]);
  });

  it('tells another reason, since when is kept', () => {
    const after = write(held, withTags(held, tagWith({ 'image-streams.io/minimum-age': '999d' }, { pending: pendingOf() })));
    expect(after.tags.get('latest')?.pending).toMatchObject({ reason: 'MinimumAge', firstSeen: EARLIER });
  });
});

test('a held follower notes where it would follow to, and catches up with the write that lets it go', () => {
  const before = stream([
    tagState('v1', { spec: specTag('v1'), items: [OLD] }),
    tagState('latest', { spec: alias('latest', 'v1', { annotations: HELD }), items: [OLD] }),
    tagState('last', { spec: alias('last', 'latest'), items: [OLD] }),
  ]);
  const moved = followTags(before, withTags(before, tagState('v1', { spec: specTag('v1'), items: [NEW, OLD] })), NOW);
  expect(moved.tags.get('latest')).toMatchObject({ items: [OLD], pending: { image: NEW.image, reason: 'Held' } });
  expect(moved.tags.get('last')).toBe(before.tags.get('last'));
  const { pending } = moved.tags.get('latest') ?? {};
  const released = withTags(moved, tagState('latest', { spec: alias('latest', 'v1'), items: [OLD], pending }));
  const after = followTags(moved, settlePending(moved, released, NOW), NOW);
  expect(after.tags.get('latest')?.items.map(({ image }) => image)).toEqual([NEW.image, OLD.image]);
  expect(after.tags.get('last')?.items[0]?.image).toBe(NEW.image);
});
