import { describe, expect, it, test } from 'vitest';
import { movedProtectedTags, protectedTags, PROTECTED_TAGS_ANNOTATION, validateNewPatterns } from '../../functions/image/protected-tags.ts';
import type { PendingImage, StreamState, TagState } from '../../functions/image/stream-state.ts';
import { alias, digest, EARLIER, failure, specTag, stream, tagEvent, tagState, withTags } from './builders.ts';

const OLD = tagEvent();
const NEW = tagEvent({ dockerImageReference: `quay.io/team/app@${digest('b')}`, image: digest('b'), generation: 5 });
const PROD = tagState('prod-1', { spec: specTag('prod-1'), items: [OLD] });
const waiting = (reason: PendingImage['reason'], over: Partial<PendingImage> = {}): PendingImage => ({
  image: NEW.image,
  dockerImageReference: NEW.dockerImageReference,
  firstSeen: EARLIER,
  reason,
  generation: 1,
  ...over,
});
const PENDING = (reason: PendingImage['reason']) => ({ ...PROD, pending: waiting(reason) });
const before = (tag: TagState = PROD, over: Partial<StreamState> = {}) =>
  stream([tag, tagState('dev', { spec: alias('dev', 'app:prod-1') })], { protectedTags: ['prod-*', 'stable'], ...over });

test.each<[string, string | undefined, readonly string[]]>([
  ['nothing', undefined, []],
  ['commas and white space', ' prod-*,stable\n v?  ', ['prod-*', 'stable', 'v?']],
  ['the same twice', 'a,a', ['a']],
])('reads %s', (_what, text, patterns) => {
  expect(protectedTags(text === undefined ? null : { [PROTECTED_TAGS_ANNOTATION]: text })).toEqual(patterns);
});

describe('what moves', () => {
  test.each<[string, StreamState, StreamState | null, readonly string[]]>([
    ['nothing', before(), before(), []],
    ['a new event', before(), withTags(before(), { ...PROD, items: [NEW, OLD], total: 2 }), ['prod-1']],
    ['the history behind', before(), withTags(before(), { ...PROD, total: 5 }), ['prod-1']],
    [
      'another source',
      before(),
      withTags(before(), { ...PROD, spec: specTag('prod-1', { from: { kind: 'DockerImage', name: 'x' } }) }),
      ['prod-1'],
    ],
    ['an import asked for again', before(), withTags(before(), { ...PROD, spec: specTag('prod-1', { generation: 5 }) }), ['prod-1']],
    ['a new tag', before(), withTags(before(), tagState('stable', { items: [NEW] })), ['stable']],
    ['a tag nobody protects', before(), withTags(before(), tagState('dev', { items: [NEW] })), []],
    ['an image that will wait', before(), withTags(before(), PENDING('Held')), ['prod-1']],
    ['a tag that goes', before(), stream([tagState('dev')], { protectedTags: ['prod-*', 'stable'] }), ['prod-1']],
    ['the stream', before(), null, ['prod-*', 'stable']],
    ['a pattern taken away', before(), { ...before(), protectedTags: ['prod-*'] }, ['stable']],
    ['a pattern more', before(), { ...before(), protectedTags: ['*', 'prod-*', 'stable'] }, []],
    ['all of them', before(), { ...before(), protectedTags: undefined }, ['prod-*', 'stable']],
    ['a repository', before(), { ...before(), dockerImageRepository: 'quay.io/a/b' }, ['prod-*', 'stable']],
    [
      'a repository asked for again',
      before(PROD, { dockerImageRepository: 'quay.io/a/b', repositoryCheck: EARLIER }),
      before(PROD, { dockerImageRepository: 'quay.io/a/b' }),
      ['prod-*', 'stable'],
    ],
    ['no repository any more', before(PROD, { dockerImageRepository: 'quay.io/a/b' }), before(), []],
    ['the number of an event', before(), withTags(before(), { ...PROD, items: [{ ...OLD, generation: 9 }] }), []],
    ['an owner', before(), withTags(before(), { ...PROD, owners: [] }), []],
    ['a failed import', before(), withTags(before(), { ...PROD, conditions: [failure()] }), []],
    ['a failed import of a tag that is not there', before(), withTags(before(), tagState('prod-7', { conditions: [failure()] })), []],
    ['a hold that ended while the age lacks', before(PENDING('Held')), withTags(before(), PENDING('MinimumAge')), []],
    ['an image whose wait ended', before(PENDING('Held')), withTags(before(), { ...PROD, items: [NEW, OLD], total: 2 }), []],
    ['an image let through', before(PENDING('Denied')), withTags(before(), { ...PROD, items: [NEW, OLD], total: 2 }), ['prod-1']],
    ['an image that may wait', before(PENDING('Denied')), withTags(before(), PENDING('MinimumAge')), ['prod-1']],
    [
      'another image than the one that waited',
      before(PENDING('Held')),
      withTags(before(), { ...PROD, items: [tagEvent({ image: digest('c'), dockerImageReference: 'q/c' }), OLD], total: 2 }),
      ['prod-1'],
    ],
    ['a stream nobody protected', { ...before(), protectedTags: undefined }, null, []],
  ])('%s', (_what, from, to, names) => {
    expect(movedProtectedTags(from, to)).toEqual(names);
  });

  it('is nothing of a new stream', () => {
    expect(movedProtectedTags(null, before())).toEqual([]);
  });
});

describe('limits', () => {
  const patterns = (text: string) => ({ [PROTECTED_TAGS_ANNOTATION]: text });
  const many = Array.from({ length: 21 }, (_, index) => `t${index}`).join();
  test.each<[string, Record<string, string> | null | undefined, Record<string, string>, string | undefined]>([
    ['a few', undefined, patterns('prod-*'), undefined],
    ['too many', undefined, patterns(many), 'must have at most 20 patterns'],
    ['too long', {}, patterns('x'.repeat(513)), 'must have at most 512 characters'],
    ['what is stored', patterns(many), patterns(many), undefined],
    ['what was not loaded', null, patterns(many), undefined],
  ])('%s', (_what, from, to, detail) => {
    expect(validateNewPatterns(from, to)[0]).toEqual(
      detail === undefined ? undefined : expect.objectContaining({ field: `metadata.annotations[${PROTECTED_TAGS_ANNOTATION}]`, detail }),
    );
  });
});
