import { describe, expect, test } from 'vitest';
import { isImportable, isScheduled, needsImport, needsRepositoryImport, observedGeneration } from '../../functions/image/import-due.ts';
import type { TagState } from '../../functions/image/stream-state.ts';
import type { TagReference } from '../../functions/image/types.ts';
import { alias, digest, failure, specTag, stream, tagEvent, tagState } from './builders.ts';

test.each<[boolean, TagReference | null]>([
  [true, specTag('a')],
  [false, specTag('a', { reference: true })],
  [false, alias('a', 'b')],
  [false, specTag('a', { from: { kind: 'ImageStreamImage', name: 'x' } })],
  [false, specTag('a', { from: undefined })],
  [false, null],
])('isImportable: %s', (wanted, spec) => {
  expect(isImportable(spec)).toBe(wanted);
});

test.each<[number, Partial<TagState>]>([
  [0, {}],
  [3, { items: [tagEvent({ generation: 3 }), tagEvent({ generation: 9 })] }],
  [4, { conditions: [failure({ generation: 4 })] }],
  [4, { items: [tagEvent({ generation: 3 })], conditions: [failure({ generation: 4 })] }],
  [5, { items: [tagEvent({ generation: 5 })], conditions: [failure({ generation: 4 })] }],
])('observedGeneration: %i', (wanted, tag) => {
  expect(observedGeneration(tagState('a', tag))).toBe(wanted);
});

describe('needsImport', () => {
  test.each<[string, boolean, Partial<TagState>]>([
    ['never imported', true, { spec: specTag('a') }],
    ['imported', false, { spec: specTag('a', { generation: 2 }), items: [tagEvent({ generation: 2 })] }],
    ['spec ahead', true, { spec: specTag('a', { generation: 3 }), items: [tagEvent({ generation: 2 })] }],
    ['failed since', false, { spec: specTag('a', { generation: 3 }), items: [tagEvent()], conditions: [failure({ generation: 3 })] }],
    ['no generation', false, { spec: specTag('a', { generation: null }) }],
    ['reference', false, { spec: specTag('a', { reference: true }) }],
    ['pushed only', false, { items: [tagEvent()] }],
  ])('%s: %s', (_what, wanted, tag) => {
    expect(needsImport(tagState('a', tag))).toBe(wanted);
  });
});

describe('needsRepositoryImport', () => {
  test.each([
    ['no repository', false, '', undefined],
    ['a repository', true, 'quay.io/x/y', undefined],
    ['a repository that was imported', false, 'quay.io/x/y', '2026-01-02T03:04:05Z'],
  ])('%s: %s', (_what, wanted, dockerImageRepository, repositoryCheck) => {
    expect(needsRepositoryImport(stream([], { dockerImageRepository, repositoryCheck }))).toBe(wanted);
  });
});

describe('isScheduled', () => {
  const scheduled = (fields: Partial<TagReference> = {}) => specTag('a', { importPolicy: { scheduled: true }, generation: 2, ...fields });
  const byDigest = scheduled({ from: { kind: 'DockerImage', name: `quay.io/x@${digest('a')}` } });

  test.each<[string, boolean, Partial<TagState>]>([
    ['a tag', true, { spec: scheduled(), items: [tagEvent({ generation: 2 })] }],
    ['not scheduled', false, { spec: specTag('a') }],
    ['reference', false, { spec: scheduled({ reference: true }) }],
    ['an alias', false, { spec: scheduled({ from: { kind: 'ImageStreamTag', name: 'b' } }) }],
    ['unparsable', false, { spec: scheduled({ from: { kind: 'DockerImage', name: '!' } }) }],
    ['a digest never imported', true, { spec: byDigest }],
    ['a digest imported for an older spec', true, { spec: byDigest, items: [tagEvent({ generation: 1 })] }],
    ['a digest that failed', true, { spec: byDigest, conditions: [failure({ generation: 2 })] }],
    ['a digest imported', false, { spec: byDigest, items: [tagEvent({ generation: 2 })] }],
    ['no spec', false, { items: [tagEvent()] }],
  ])('%s: %s', (_what, wanted, tag) => {
    expect(isScheduled(tagState('a', tag))).toBe(wanted);
  });
});
