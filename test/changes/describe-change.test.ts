import { describe, expect, it } from 'vitest';
import { describeChange } from '../../functions/changes/describe-change.ts';
import { DETAIL_TYPE, type TagChangeEvent } from '../../functions/changes/tag-change-event.ts';
import type { TagItem } from '../../functions/store/items.ts';
import { DIGEST_A, DIGEST_B, importFailed, specTag, tagEvent, tagItem, TIME } from './tag-items.ts';

const REPOSITORY = 'registry.internal:5000/shop/web';

const onA = tagItem({ newest: tagEvent(DIGEST_A), spec: specTag('Source') });
const onB = tagItem({ newest: tagEvent(DIGEST_B), spec: specTag('Source'), revision: 2000, sequence: 2 });
const pending = tagItem({ spec: specTag('Source'), sequence: 0 });
const tombstone = tagItem({ deleted: true, revision: 3000, actor: 'bob', time: TIME + 5000, ttl: 1 });
const failed = tagItem({ ...onA, conditions: [importFailed()], revision: 2000, cause: 'scheduled-import' });

function change(before: TagItem | null, after: TagItem | null, repository = REPOSITORY): TagChangeEvent | null {
  return describeChange({ before, after }, repository);
}

describe('describeChange', () => {
  it.each<[string, TagItem | null, TagItem | null]>([
    ['an inserted tag without event', null, pending],
    ['a spec edit that moves nothing', onA, tagItem({ ...onA, revision: 2000, spec: { ...specTag('Source'), annotations: { a: 'b' } } })],
    ['a new generation in place', onA, tagItem({ ...onA, revision: 2000, newest: tagEvent(DIGEST_A, { generation: 3 }) })],
    ['cleared conditions', failed, tagItem({ ...onA, revision: 3000 })],
    [
      'the same failure again',
      failed,
      tagItem({ ...failed, revision: 3000, conditions: [importFailed({ lastTransitionTime: '2027-01-01T00:00:00Z' })] }),
    ],
    ['an import that succeeded in place', onA, tagItem({ ...onA, conditions: [importFailed({ status: 'True' })] })],
    ['a tombstone that goes', tombstone, null],
    ['an item that goes without tombstone', onA, null],
    ['a tombstone written again', tombstone, tagItem({ ...tombstone, revision: 4000 })],
    ['a tombstone out of nothing', null, tombstone],
    [
      'a source changed under policy Local',
      tagItem({ ...onA, spec: specTag('Local') }),
      tagItem({ ...onA, spec: specTag('Local'), newest: tagEvent(DIGEST_A, { dockerImageReference: 'elsewhere/web' }) }),
    ],
  ])('tells nothing of %s', (_, before, after) => {
    expect(change(before, after)).toBeNull();
  });

  it('tells where a moved tag points, and where it pointed', () => {
    expect(change(onA, onB)).toEqual({
      detailType: DETAIL_TYPE.changed,
      detail: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        namespace: 'shop',
        stream: 'web',
        uid: onB.uid,
        tag: 'latest',
        image: DIGEST_B,
        dockerImageReference: `quay.io/shop/web@${DIGEST_B}`,
        previous: { image: DIGEST_A, dockerImageReference: `quay.io/shop/web@${DIGEST_A}` },
        generation: 2,
        revision: '2000',
        cause: 'tag',
        actor: 'alice',
        time: '2026-08-01T10:00:00.250Z',
      },
    });
  });

  it.each<[string, TagItem | null]>([
    ['inserted with its event', null],
    ['imported for the first time', pending],
    ['created over a tombstone', tombstone],
  ])('has no previous for a tag that is %s', (_, before) => {
    expect(change(before, onB)).toMatchObject({ detailType: DETAIL_TYPE.changed, detail: { image: DIGEST_B, previous: null } });
  });

  it('counts a change of the pull spec as a change: policy, and reference of a reference tag', () => {
    const local = tagItem({ ...onA, spec: specTag('Local'), revision: 2000 });
    expect(change(onA, local)?.detail).toMatchObject({
      image: DIGEST_A,
      dockerImageReference: `registry.internal:5000/shop/web@${DIGEST_A}`,
      previous: { image: DIGEST_A, dockerImageReference: `quay.io/shop/web@${DIGEST_A}` },
    });
    expect(change(onA, local, '')).toBeNull();
    const [one, two] = ['redis:6', 'redis:7'].map((dockerImageReference) => tagItem({ newest: tagEvent('', { dockerImageReference }) }));
    expect(change(one ?? null, two ?? null)?.detail).toMatchObject({ image: '', dockerImageReference: 'redis:7' });
  });

  it('tells of a deletion what its tombstone says', () => {
    expect(change(onA, tombstone)).toEqual({
      detailType: DETAIL_TYPE.deleted,
      detail: expect.objectContaining({
        image: '',
        dockerImageReference: '',
        previous: { image: DIGEST_A, dockerImageReference: `quay.io/shop/web@${DIGEST_A}` },
        revision: '3000',
        actor: 'bob',
        time: '2026-08-01T10:00:05.250Z',
      }),
    });
    expect(change(pending, tombstone)?.detail).toMatchObject({ previous: null });
  });

  it('takes a tag whose history was taken away for deleted', () => {
    expect(change(onA, tagItem({ ...pending, revision: 2000 }))?.detailType).toBe(DETAIL_TYPE.deleted);
  });

  it('tells of a failed import, and where the tag stays', () => {
    expect(change(onA, failed)).toMatchObject({
      detailType: DETAIL_TYPE.importFailed,
      detail: { image: DIGEST_A, previous: null, cause: 'scheduled-import', failure: { reason: 'Unauthorized' }, revision: '2000' },
    });
    expect(change(null, tagItem({ ...pending, conditions: [importFailed()] }))?.detail).toMatchObject({
      image: '',
      dockerImageReference: '',
    });
  });

  it.each([{ reason: 'NotFound' }, { message: 'other' }, { generation: 3 }])('tells of another failure: %j', (over) => {
    const again = tagItem({ ...failed, revision: 3000, conditions: [importFailed(over)] });
    expect(change(failed, again)?.detailType).toBe(DETAIL_TYPE.importFailed);
  });

  it('gives a failure anew to a tag created over a tombstone', () => {
    const before = tagItem({ ...tombstone, conditions: [importFailed()] });
    expect(change(before, tagItem({ ...pending, conditions: [importFailed()] }))?.detailType).toBe(DETAIL_TYPE.importFailed);
  });

  it('prefers the move when the same write fails an import', () => {
    expect(change(onA, tagItem({ ...onB, conditions: [importFailed()] }))?.detailType).toBe(DETAIL_TYPE.changed);
  });

  it('gives the same id to the same change only', () => {
    const id = (after: TagItem) => change(onA, after)?.detail.id;
    expect(id(onB)).toBe(id({ ...onB, actor: 'somebody else' }));
    const others = [
      tagItem({ ...onB, uid: 'other' }),
      tagItem({ ...onB, tag: 'other' }),
      tagItem({ ...onB, revision: 2001 }),
      tagItem({ ...tombstone, revision: 2000 }),
    ];
    expect(new Set([onB, ...others].map(id)).size).toBe(5);
  });

  it('tells once that the image of a tag is gone, and nothing when it is back', () => {
    const missing = {
      image: DIGEST_A,
      dockerImageReference: `quay.io/shop/web@${DIGEST_A}`,
      since: '2026-08-01T10:00:00Z',
      message: 'manifest unknown',
    };
    const lost = tagItem({ ...onA, missing, revision: 2000 });
    expect(change(onA, lost)).toMatchObject({
      detailType: DETAIL_TYPE.imageMissing,
      detail: { image: DIGEST_A, previous: null, generation: 2, failure: { reason: 'NotFound', message: 'manifest unknown' } },
    });
    expect(change(lost, tagItem({ ...lost, revision: 3000 }))).toBeNull();
    expect(change(lost, tagItem({ ...onA, revision: 3000 }))).toBeNull();
    expect(change(lost, tagItem({ ...onB, revision: 3000 }))?.detailType).toBe(DETAIL_TYPE.changed);
  });
});
