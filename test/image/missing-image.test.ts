import { describe, expect, it } from 'vitest';
import {
  applyAvailability,
  describeMissingImages,
  externalImage,
  missingConditions,
  missingImage,
  MISSING_IMAGES_ANNOTATION,
} from '../../functions/image/missing-image.ts';
import { shownConditions, storedConditions } from '../../functions/image/pending-view.ts';
import { metadataFromWire } from '../../functions/image/stream-metadata.ts';
import { viewStream } from '../../functions/image/stream-view.ts';
import { addTagEvent } from '../../functions/image/tag-history.ts';
import { digest, failure, NOW, specTag, stream, tagEvent, tagState } from './builders.ts';

const PULL_SPEC = `quay.io/team/app@${digest('a')}`;
const answer = (message: string | null, fields: { tag?: string; pullSpec?: string } = {}) => ({
  tag: 'v1',
  pullSpec: PULL_SPEC,
  message,
  ...fields,
});
const plain = () => tagState('v1', { spec: specTag('v1'), items: [tagEvent()] });
const lost = () => applyAvailability(stream([plain()]), [answer('manifest unknown')], NOW);
const lostTag = () => lost().tags.get('v1') ?? plain();

describe('externalImage', () => {
  const hosts = { internal: 'registry.local:5000', external: 'registry.example.com' };
  const at = (dockerImageReference: string, image = digest('a')) => ({ newest: tagEvent({ dockerImageReference, image }), spec: null });

  it.each([
    ['by digest', at(PULL_SPEC), PULL_SPEC],
    ['by tag', at('quay.io/team/app:v1'), PULL_SPEC],
    ['of Docker Hub', at('busybox'), `busybox@${digest('a')}`],
    ['of the integrated registry', at('registry.local:5000/team/app:v1'), undefined],
    ['of its outside', at('registry.example.com/team/app:v1'), undefined],
    ['of a reference tag', at('quay.io/team/app:v1', ''), undefined],
    ['whose name is no digest', at('quay.io/team/app:v1', 'something'), undefined],
    ['of a host alone', at('quay.io'), undefined],
    ['that does not parse', at('UPPER case'), undefined],
    ['of a tag without history', { newest: undefined, spec: null }, undefined],
  ])('is asked for %s', (_, tag, pullSpec) => {
    expect(externalImage(tag, hosts)?.pullSpec).toBe(pullSpec);
  });

  it('is insecure only when the tag itself says so', () => {
    const insecure = { importPolicy: { insecure: true, importMode: 'Legacy' } } as const;
    const isInsecure = (spec: ReturnType<typeof specTag> | null) => externalImage({ newest: tagEvent(), spec }, {})?.insecure;
    expect(isInsecure(specTag('v1', insecure))).toBe(true);
    expect(isInsecure(specTag('v1'))).toBe(false);
    expect(isInsecure(null)).toBeNull();
    expect(isInsecure(specTag('v1', { ...insecure, from: { kind: 'ImageStreamTag', name: 'other:v1' } }))).toBeNull();
  });

  it('is not insecure because the tag has another source by now, which is', () => {
    const importPolicy = { insecure: true, importMode: 'Legacy' } as const;
    const of = (name: string) =>
      externalImage({ newest: tagEvent(), spec: specTag('v1', { importPolicy, from: { kind: 'DockerImage', name } }) }, {});
    expect(of('registry.dev:5000/team/app:v1')?.insecure).toBeNull();
    expect(of('no reference')?.insecure).toBeNull();
    expect(of('quay.io/other:v2')?.insecure).toBe(true);
  });
});

describe('applyAvailability', () => {
  it('remembers what is missing, once, and forgets it when the image is back', () => {
    const after = lost();
    expect(after.generation).toBe(stream().generation);
    expect(lostTag()).toEqual({
      ...plain(),
      missing: { image: digest('a'), dockerImageReference: PULL_SPEC, since: NOW, message: 'manifest unknown' },
    });
    expect(applyAvailability(after, [answer('said otherwise')], '2027-01-01T00:00:00Z')).toBe(after);
    expect(applyAvailability(after, [answer(null)], NOW).tags.get('v1')).toEqual(plain());
  });

  it.each([
    ['nothing is missing', answer(null)],
    ['there is no such tag', answer('manifest unknown', { tag: 'other' })],
    ['the tag moved meanwhile', answer('manifest unknown', { pullSpec: `quay.io/team/app@${digest('b')}` })],
  ])('answers the stream itself when %s', (_, news) => {
    const before = stream([plain()]);
    expect(applyAvailability(before, [news], NOW)).toBe(before);
  });

  it('is over when the tag moves, in any way', () => {
    const moved = addTagEvent(lostTag(), tagEvent({ image: digest('b'), dockerImageReference: `quay.io/team/app@${digest('b')}` })).tag;
    expect(moved.missing).toBeUndefined();
    const rewritten = { ...lostTag(), items: [tagEvent({ image: digest('c') })] };
    expect(missingImage(rewritten)).toBeUndefined();
  });
});

describe('what clients see', () => {
  it('is a condition beside that of a failed import, and an annotation', () => {
    const tag = { ...lostTag(), conditions: [failure()] };
    expect(shownConditions(tag)).toEqual([
      failure(),
      {
        type: 'ImageAvailable',
        status: 'False',
        lastTransitionTime: NOW,
        reason: 'NotFound',
        message: `the registry no longer has ${PULL_SPEC}: manifest unknown`,
        generation: 1,
      },
    ]);
    expect(viewStream(lost(), {}).metadata.annotations).toEqual({
      [MISSING_IMAGES_ANNOTATION]: JSON.stringify({
        v1: `the registry no longer has ${PULL_SPEC}: manifest unknown, first noticed at ${NOW}`,
      }),
    });
    expect(missingConditions(plain())).toEqual([]);
    expect(describeMissingImages([plain()])).toEqual({});
  });

  it('is computed: sent back it changes nothing', () => {
    expect(storedConditions(shownConditions({ ...lostTag(), conditions: [failure()] }))).toEqual([failure()]);
    expect(metadataFromWire(viewStream(lost(), {}).metadata).annotations).toEqual({});
  });
});
