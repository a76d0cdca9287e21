import { describe, expect, it, test } from 'vitest';
import { stripImage, viewStreamImage } from '../../functions/image/image-view.ts';
import { viewTag } from '../../functions/image/tag-view.ts';
import type { Image } from '../../functions/image/types.ts';
import { digest, EARLIER, failure, NOW, specTag, stream, tagEvent, tagState } from './builders.ts';

const A = digest('a');
const METADATA = { kind: 'DockerImage', apiVersion: 'image.openshift.io/1.0', Id: digest('c'), Size: 5 } as const;
const image: Image = {
  kind: 'Image',
  apiVersion: 'image.openshift.io/v1',
  metadata: { name: A, uid: 'image-uid', creationTimestamp: EARLIER, annotations: { own: '1', both: 'image' } },
  dockerImageReference: 'registry/first-seen@x',
  dockerImageMetadata: METADATA,
  dockerImageMetadataVersion: '1.0',
  dockerImageManifest: '{}',
  dockerImageConfig: '{}',
  signatures: [{ metadata: { name: `${A}@one` }, type: 'atomic', content: 'AA==' }],
};
const app = stream([], { labels: { l: '1' }, annotations: { streams: 'x' }, lookupPolicy: { local: true } });
const event = tagEvent({ created: NOW, generation: 3 });

describe('viewTag', () => {
  it('shows the tag with its whole image but manifest and config', () => {
    const spec = specTag('v1', { annotations: { mine: 'x', both: 'tag' } });
    expect(viewTag(app, tagState('v1', { spec, items: [event, tagEvent()], conditions: [failure()] }), image, {})).toEqual({
      kind: 'ImageStreamTag',
      apiVersion: 'image.openshift.io/v1',
      metadata: {
        name: 'app:v1',
        namespace: 'team',
        uid: 'uid-1',
        resourceVersion: '7',
        creationTimestamp: NOW,
        labels: { l: '1' },
        annotations: { mine: 'x', both: 'tag' },
      },
      tag: spec,
      generation: 3,
      lookupPolicy: { local: true },
      conditions: [failure()],
      image: {
        metadata: { name: A, uid: 'image-uid', creationTimestamp: EARLIER, annotations: { own: '1', both: 'tag', mine: 'x' } },
        dockerImageReference: event.dockerImageReference,
        dockerImageMetadata: METADATA,
        dockerImageMetadataVersion: '1.0',
        signatures: [{ metadata: { name: `${A}@one` }, type: 'atomic', content: 'AA==' }],
      },
    });
  });

  it('omits empty labels, annotations and conditions; a pushed tag has no spec', () => {
    const view = viewTag(stream(), tagState('v1', { items: [event] }), { metadata: { name: A } }, {});
    expect(Object.keys(view.metadata)).toEqual(['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp']);
    expect(view.tag).toBeNull();
    expect(view).not.toHaveProperty('conditions');
    expect(view.image).toEqual({ metadata: { name: A }, dockerImageReference: event.dockerImageReference });
  });

  it('in lists holds only name, reference and an empty metadata document of the image', () => {
    const view = viewTag(app, tagState('v1', { items: [event] }), null, {});
    expect(view.image).toEqual({
      metadata: { name: A },
      dockerImageReference: event.dockerImageReference,
      dockerImageMetadata: { kind: 'DockerImage', apiVersion: 'image.openshift.io/1.0', Id: '', Created: null, ContainerConfig: {} },
      dockerImageMetadataVersion: '1.0',
    });
    expect(view.metadata.creationTimestamp).toBe(NOW);
  });

  test.each([
    ['not imported', tagState('v1', { spec: specTag('v1'), conditions: [failure()] })],
    ['a reference', tagState('v1', { spec: specTag('v1'), items: [tagEvent({ image: '' })], conditions: [failure()] })],
  ])('%s: as old as the stream, generation 0, an image without name and reference', (_what, tag) => {
    const view = viewTag(app, tag, null, {});
    expect(view).toMatchObject({ generation: 0, tag: { name: 'v1' }, conditions: [failure()] });
    expect(view.metadata.creationTimestamp).toBe(EARLIER);
    expect(view.image.metadata).toEqual({});
    expect(view.image).not.toHaveProperty('dockerImageReference');
  });

  it('applies policy Local', () => {
    const local = tagState('v1', { spec: specTag('v1', { referencePolicy: { type: 'Local' } }), items: [event] });
    expect(viewTag(app, local, null, { internal: 'reg:5000' }).image.dockerImageReference).toBe(`reg:5000/team/app@${A}`);
    expect(viewTag(app, local, null, {}).image.dockerImageReference).toBe(event.dockerImageReference);
    const named = { ...app, dockerImageRepository: 'quay.io/team/app' };
    expect(viewTag(named, local, null, {}).image.dockerImageReference).toBe(`quay.io/team/app@${A}`);
  });

  it('does not change the image it is given', () => {
    const copy = structuredClone(image);
    viewTag(app, tagState('v1', { spec: specTag('v1', { annotations: { x: 'y' } }), items: [event] }), image, {});
    expect(image).toEqual(copy);
  });
});

describe('viewStreamImage', () => {
  it('shows the image as stored, under the id that was typed, with the stream’s annotations', () => {
    expect(viewStreamImage(app, 'aaa', image)).toEqual({
      kind: 'ImageStreamImage',
      apiVersion: 'image.openshift.io/v1',
      metadata: { name: 'app@aaa', namespace: 'team', creationTimestamp: EARLIER, annotations: { streams: 'x' } },
      image: {
        metadata: image.metadata,
        dockerImageReference: 'registry/first-seen@x',
        dockerImageMetadata: METADATA,
        dockerImageMetadataVersion: '1.0',
        signatures: [{ metadata: { name: `${A}@one` }, type: 'atomic', content: 'AA==' }],
      },
    });
  });

  it('omits annotations when the stream has none', () => {
    expect(viewStreamImage(stream(), 'aaa', { metadata: { name: A } }).metadata).toEqual({
      name: 'app@aaa',
      namespace: 'team',
      creationTimestamp: null,
    });
  });
});

test('stripImage takes manifest, config and type away, and nothing else', () => {
  const stripped = stripImage(image);
  expect(Object.keys(image).filter((key) => !(key in stripped))).toEqual([
    'kind',
    'apiVersion',
    'dockerImageManifest',
    'dockerImageConfig',
  ]);
});
