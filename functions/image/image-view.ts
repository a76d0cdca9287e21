/** Images inside other objects (openshift-semantics.md §4.1, §4.3). Pure. */
import { streamMetadata } from './stream-metadata.ts';
import type { StreamState } from './stream-state.ts';
import type { Image, ImageStreamImage } from './types.ts';

/** The image without its manifest and config texts, and without kind and apiVersion, which nested objects do not carry. */
export function stripImage(image: Image): Image {
  const { dockerImageManifest: _manifest, dockerImageConfig: _config, kind: _kind, apiVersion: _apiVersion, ...rest } = image;
  return rest;
}

/** The image as stored, whatever the tags' reference policies; `id` as the client typed it. Annotations are the stream's, there is no uid. */
export function viewStreamImage(stream: StreamState, id: string, image: Image): ImageStreamImage {
  const { annotations } = streamMetadata(stream);
  return {
    kind: 'ImageStreamImage',
    apiVersion: 'image.openshift.io/v1',
    metadata: {
      name: `${stream.name}@${id}`,
      namespace: stream.namespace,
      creationTimestamp: image.metadata.creationTimestamp ?? null,
      ...(annotations === undefined ? {} : { annotations }),
    },
    image: stripImage(image),
  };
}
