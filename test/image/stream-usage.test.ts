import { describe, expect, it } from 'vitest';
import { eventImages, specReferences } from '../../functions/image/stream-usage.ts';
import type { ObjectReference } from '../../functions/kubernetes/types.ts';
import { digest, specTag, stream, tagEvent, tagState } from './builders.ts';

const A = digest('a');

describe('specReferences', () => {
  it.each<[ObjectReference, string | null]>([
    [{ kind: 'DockerImage', name: 'ruby' }, 'docker.io/ruby'],
    [{ kind: 'DockerImage', name: 'ruby:latest' }, 'docker.io/ruby'],
    [{ kind: 'DockerImage', name: 'docker.io/library/ruby' }, 'docker.io/ruby'],
    [{ kind: 'DockerImage', name: 'index.docker.io/library/ruby:3' }, 'docker.io/ruby:3'],
    [{ kind: 'DockerImage', name: 'registry-1.docker.io/team/app' }, 'docker.io/team/app'],
    [{ kind: 'DockerImage', name: 'quay.io/library/app' }, 'quay.io/library/app'],
    [{ kind: 'DockerImage', name: `quay.io/team/app:1@${A}` }, `quay.io/team/app@${A}`],
    [{ kind: 'DockerImage', name: '!' }, null],
    [{ kind: 'ImageStreamTag', name: 'other:1' }, 'team/other:1'],
    [{ kind: 'ImageStreamTag', name: 'other:1', namespace: 'shop' }, 'shop/other:1'],
    // Tags that name a tag of their own stream alone count for nothing.
    [{ kind: 'ImageStreamTag', name: 'stable' }, null],
    [{ kind: 'ImageStreamTag', name: 'a:b:c' }, null],
    [{ kind: 'ImageStreamImage', name: `app@${A}` }, `team/app@${A}`],
    [{ kind: 'ImageStreamImage', name: `app@${A}`, namespace: 'shop' }, `shop/app@${A}`],
    [{ kind: 'ImageStreamImage', name: A }, null],
    [{ kind: 'ImageStreamImage', name: 'app@sha256:abc' }, null],
    [{ kind: 'Pod', name: 'x' }, null],
    [{}, null],
  ])('of %j: %s', (from, expected) => {
    expect([...specReferences({ namespace: 'team' }, [specTag('t', { from })])]).toEqual(expected === null ? [] : [expected]);
  });

  it('are counted once', () => {
    const from = (name: string) => ({ kind: 'DockerImage', name });
    const tags = [
      specTag('a', { from: from('ruby') }),
      specTag('b', { from: from('docker.io/library/ruby:latest') }),
      null,
      specTag('c', { from: undefined }),
    ];
    expect(specReferences({ namespace: 'team' }, tags).size).toBe(1);
  });
});

describe('eventImages', () => {
  it('are distinct, and references have none', () => {
    const items = [tagEvent(), tagEvent({ image: digest('b') }), tagEvent({ image: '' }), tagEvent()];
    expect([...eventImages(stream([tagState('a', { items }), tagState('b', { items: [tagEvent()] }), tagState('c')]))]).toEqual([
      A,
      digest('b'),
    ]);
    expect(eventImages(null).size).toBe(0);
  });
});
