import { describe, expect, it } from 'vitest';
import { viewListedImageTag } from '../../../functions/image/image-tag-view.ts';
import type { TagState } from '../../../functions/image/stream-state.ts';
import { imageTagTable } from '../../../functions/resources/imagetags/image-tag-table.ts';
import { digest, EARLIER, failure, specTag, stream, tagEvent, tagState } from '../../image/builders.ts';

const IMAGE = `image/${digest('a')}`;
const minutesLater = (minutes: number) => Date.parse(EARLIER) + minutes * 60_000;

/** [spec, status, history] (openshift-semantics.md §1, ImageTag row). */
const CASES: readonly [string, Partial<TagState>, string, string, number | null][] = [
  ['asked for', { spec: specTag('v1') }, 'Tag', 'quay.io/team/app:v1', null],
  ['a reference', { spec: specTag('v1', { reference: true }) }, 'Ref', 'quay.io/team/app:v1', null],
  ['scheduled', { spec: specTag('v1', { reference: true, importPolicy: { scheduled: true } }) }, 'Scheduled', 'quay.io/team/app:v1', null],
  ['an image of a stream', { spec: specTag('v1', { from: { kind: 'ImageStreamImage', name: 'x@id' } }) }, 'Tag', 'image/id', null],
  ['an image nobody can read', { spec: specTag('v1', { from: { kind: 'ImageStreamImage', name: 'x' } }) }, 'Tag', 'InvalidRefName', null],
  ['a tag of another stream', { spec: specTag('v1', { from: { kind: 'ImageStreamTag', name: 'x:y' } }) }, 'Tag', 'istag/x:y', null],
  [
    'a tag elsewhere',
    { spec: specTag('v1', { from: { kind: 'ImageStreamTag', namespace: 'n', name: 'x:y' } }) },
    'Tag',
    'istag n/x:y',
    null,
  ],
  ['tracking', { spec: specTag('v1', { from: { kind: 'ImageStreamTag', name: 'y' } }) }, 'Track', 'istag/y', null],
  ['an unknown kind', { spec: specTag('v1', { from: { kind: 'X', name: 'y' } }) }, 'Tag', 'InvalidRefKind', null],
  ['no source', { spec: specTag('v1', { from: undefined }) }, '', '', null],
  ['pushed', { items: [tagEvent()] }, 'Push', IMAGE, 1],
  ['imported', { spec: specTag('v1'), items: [tagEvent()] }, 'Tag', IMAGE, 1],
  [
    'a reference with its event',
    { spec: specTag('v1', { reference: true }), items: [tagEvent({ image: '', dockerImageReference: 'q/x:1' })] },
    'Ref',
    'q/x:1',
    1,
  ],
  ['pushed over', { spec: specTag('v1'), items: [tagEvent({ generation: 2 })] }, 'Push', IMAGE, 1],
  [
    'tracking, pushed over',
    { spec: specTag('v1', { from: { kind: 'ImageStreamTag', name: 'y' } }), items: [tagEvent({ generation: 2 })] },
    'Track',
    IMAGE,
    1,
  ],
  ['importing', { spec: specTag('v1', { generation: 2 }), items: [tagEvent()] }, 'Tag', 'Importing', 1],
  ['failed', { spec: specTag('v1'), items: [tagEvent()], conditions: [failure()] }, 'Tag', 'ImportFailed (Unauthorized)', 1],
  ['with more history than is shown', { items: [tagEvent()], total: 70 }, 'Push', IMAGE, 70],
];

describe('cells of an image tag', () => {
  it.each(CASES)('%s', (_what, fields, spec, status, history) => {
    const tag = tagState('v1', fields);
    const cells = imageTagTable.cells(viewListedImageTag(stream([tag]), tag), minutesLater(5));
    const updated = tag.items.length > 0 || tag.conditions.length > 0 ? '5 minutes ago' : '';
    expect(cells).toEqual(['app:v1', spec, status, history, updated]);
  });

  it('tell of the newer of event and condition', () => {
    const tag = tagState('v1', { items: [tagEvent()], conditions: [failure({ lastTransitionTime: '2026-08-01T00:04:00Z' })] });
    expect(imageTagTable.cells(viewListedImageTag(stream([tag]), tag), minutesLater(5)).at(-1)).toBe('About a minute ago');
  });
});
