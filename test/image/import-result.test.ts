import { describe, expect, it } from 'vitest';
import { needsImport } from '../../functions/image/import-due.ts';
import { applyImportFailure, applyImportPending, applyImportSuccess, type ImportSuccess } from '../../functions/image/import-result.ts';
import { EMPTY_TAG, type StreamState, type TagState } from '../../functions/image/stream-state.ts';
import type { TagEventCondition, TagReference } from '../../functions/image/types.ts';

const NOW = '2026-01-02T03:04:05Z';
const EARLIER = '2026-01-01T00:00:00Z';
const [A, B] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
const FROM = 'quay.io/x/y:latest';

const spec: TagReference = {
  name: 'latest',
  annotations: { note: 'kept' },
  from: { kind: 'DockerImage', name: FROM },
  generation: 5,
  importPolicy: { importMode: 'Legacy' },
  referencePolicy: { type: 'Local' },
};

const event = (image: string, generation = 5) => ({ created: EARLIER, dockerImageReference: `quay.io/x/y@${image}`, image, generation });
const condition: TagEventCondition = {
  type: 'ImportSuccess',
  status: 'False',
  lastTransitionTime: EARLIER,
  reason: 'Unauthorized',
  message: 'no',
  generation: 5,
};

const imported: TagState = { name: 'latest', spec, items: [event(A)], total: 1, conditions: [] };
const success: ImportSuccess = {
  tag: 'latest',
  from: FROM,
  importPolicy: { importMode: 'Legacy' },
  referencePolicy: { type: 'Source' },
  image: A,
  dockerImageReference: `quay.io/x/y@${A}`,
  now: NOW,
};

function streamOf(...tags: readonly TagState[]): StreamState {
  return {
    namespace: 'ns',
    name: 's',
    uid: 'u',
    incarnation: '1',
    revision: 7,
    creationTimestamp: EARLIER,
    generation: 5,
    labels: {},
    annotations: null,
    lookupPolicy: { local: false },
    dockerImageRepository: '',
    tags: new Map(tags.map((tag) => [tag.name, tag])),
  };
}

describe('applyImportSuccess', () => {
  it('answers the same stream when the tag shows the image already', () => {
    const stream = streamOf(imported);
    expect(applyImportSuccess(stream, success)).toBe(stream);
  });

  it('puts a new image on top with the generation the write will have, and asks for that generation', () => {
    const tag = applyImportSuccess(streamOf(imported), { ...success, image: B, dockerImageReference: `quay.io/x/y@${B}` }).tags.get(
      'latest',
    );
    expect(tag?.items).toEqual([{ created: NOW, dockerImageReference: `quay.io/x/y@${B}`, image: B, generation: 6 }, event(A)]);
    expect(tag?.total).toBe(2);
    expect(tag?.spec).toEqual({ ...spec, generation: 0 });
  });

  it('writes the generation back in place when the spec was not imported yet', () => {
    const waiting = { ...imported, spec: { ...spec, generation: 9 } };
    const tag = applyImportSuccess(streamOf(waiting), success).tags.get('latest');
    expect(tag?.items).toEqual([{ ...event(A), generation: 6 }]);
    expect(tag?.spec?.generation).toBe(0);
  });

  it('clears conditions although the image is the same', () => {
    const tag = applyImportSuccess(streamOf({ ...imported, conditions: [condition] }), success).tags.get('latest');
    expect(tag).toMatchObject({ conditions: [], items: [event(A)], spec: { generation: 5 } });
  });

  it('overwrites the import policy even when nothing else changes', () => {
    const importPolicy = { importMode: 'Legacy', scheduled: true } as const;
    const tag = applyImportSuccess(streamOf(imported), { ...success, importPolicy }).tags.get('latest');
    expect(tag?.spec).toEqual({ ...spec, importPolicy });
    expect(tag?.items).toBe(imported.items);
  });

  it('keeps the reference policy, the annotations and `reference` of an existing tag, and converts its source', () => {
    const other = { ...spec, reference: true, from: { kind: 'ImageStreamTag', name: 'other:1' } };
    const tag = applyImportSuccess(streamOf({ ...imported, spec: other, items: [] }), success).tags.get('latest');
    expect(tag?.spec).toEqual({ ...spec, reference: true, generation: 0 });
  });

  it('creates a tag with both policies of the request', () => {
    const tag = applyImportSuccess(streamOf(), success).tags.get('latest');
    expect(tag?.spec).toEqual({ ...spec, annotations: null, generation: 0, referencePolicy: { type: 'Source' } });
    expect(tag).toMatchObject({ total: 1, items: [{ image: A, generation: 6, created: NOW }] });
  });

  it('numbers a tag that never had a generation', () => {
    const tag = applyImportSuccess(streamOf({ ...imported, spec: { ...spec, generation: null } }), success).tags.get('latest');
    expect(tag?.spec?.generation).toBe(0);
  });

  it('remembers which index the image was chosen from, and only writes when that differs', () => {
    const chosenFrom = { index: B, child: A, platform: 'linux/amd64' };
    const once = applyImportSuccess(streamOf(imported), { ...success, chosenFrom });
    expect(once.tags.get('latest')).toMatchObject({ chosenFrom, items: imported.items });
    expect(applyImportSuccess(once, { ...success, chosenFrom: { ...chosenFrom } })).toBe(once);
  });
});

describe('applyImportFailure', () => {
  const failure = { tag: 'latest', reason: 'Unauthorized', message: 'no', now: NOW, source: success };

  it('marks the tag, keeps its image and moves its generation', () => {
    const tag = applyImportFailure(streamOf(imported), failure).tags.get('latest');
    expect(tag).toMatchObject({ items: [event(A)], spec: { generation: 0 } });
    expect(tag?.conditions).toEqual([{ ...condition, lastTransitionTime: NOW, generation: 6 }]);
  });

  it('changes nothing for the same failure again', () => {
    const stream = streamOf({ ...imported, conditions: [condition] });
    expect(applyImportFailure(stream, failure)).toBe(stream);
  });

  it.each([success, null])('answers somebody who asked for the same again, with the same failure (source %#)', (source) => {
    const asked = { ...imported, spec: { ...spec, generation: 7 }, conditions: [condition] };
    const after = applyImportFailure({ ...streamOf(asked), generation: 7 }, { ...failure, source });
    const tag = after.tags.get('latest');
    expect(tag).toEqual({ ...asked, conditions: [{ ...condition, generation: 7 }] });
    expect(needsImport(tag ?? asked)).toBe(false);
    expect(applyImportFailure(after, { ...failure, source })).toBe(after);
  });

  it('does not answer for another source', () => {
    const asked = { ...imported, spec: { ...spec, generation: 7 }, conditions: [condition] };
    const stream = { ...streamOf(asked), generation: 7 };
    expect(applyImportFailure(stream, { ...failure, source: { ...success, from: 'quay.io/other/z:1' } })).toBe(stream);
  });

  it.each([{ message: 'other' }, { reason: 'InternalError' }])('replaces the condition for %o', (different) => {
    const stream = streamOf({ ...imported, conditions: [condition] });
    const tag = applyImportFailure(stream, { ...failure, ...different }).tags.get('latest');
    expect(tag?.conditions).toEqual([{ ...condition, ...different, lastTransitionTime: NOW, generation: 6 }]);
  });

  it('creates the spec tag of an image, not that of a repository', () => {
    expect(applyImportFailure(streamOf(), failure).tags.get('latest')?.spec).toMatchObject({ from: { name: FROM }, generation: 0 });
    const tag = applyImportFailure(streamOf(), { ...failure, source: null }).tags.get('latest');
    expect(tag).toMatchObject({ spec: null, conditions: [{ reason: 'Unauthorized' }] });
  });

  it('never leaves a condition without a message', () => {
    const tag = applyImportFailure(streamOf(imported), { ...failure, message: '' }).tags.get('latest');
    expect(tag?.conditions[0]?.message).toBe('unknown error prevented import');
  });
});

describe('applyImportPending', () => {
  it('leaves the tag waiting for its import, its image untouched', () => {
    const after = applyImportPending(streamOf(imported, { name: 'other', ...EMPTY_TAG }), { ...success, from: 'quay.io/x/y:2' }, NOW);
    expect(after.tags.get('latest')).toMatchObject({ items: [event(A)], spec: { generation: 0, from: { name: 'quay.io/x/y:2' } } });
  });
});
