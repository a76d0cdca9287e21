/** An image tag as clients see it (openshift-semantics.md §4.2). Pure. */
import { stripImage } from './image-view.ts';
import { streamMetadata } from './stream-metadata.ts';
import type { RegistryHosts, StreamState, TagState } from './stream-state.ts';
import { computedAnnotations, isTagKnown, resolvedReference, statusRepository, viewTagEvents } from './stream-view.ts';
import { type TagPlace, viewOwners } from './tag-owners.ts';
import type { Image, ImageTag } from './types.ts';

export const IMAGE_TAG_PLACE: TagPlace = { spec: 'f:spec', hasAnnotations: false };

/** The form of lists: without the image. The stream's annotations and the newest events of the tag must be loaded. */
export function viewListedImageTag(stream: StreamState, tag: TagState): ImageTag {
  const managedFields = viewOwners(tag, IMAGE_TAG_PLACE);
  return {
    kind: 'ImageTag',
    apiVersion: 'image.openshift.io/v1',
    metadata: {
      ...streamMetadata(stream, computedAnnotations([tag])),
      name: `${stream.name}:${tag.name}`,
      ...(managedFields.length === 0 ? {} : { managedFields }),
    },
    spec: tag.spec,
    status: isTagKnown(tag) ? viewTagEvents(tag) : null,
    image: null,
  };
}

/**
 * One tag with its image; null when there is no Image (nothing imported, a reference tag, a deleted Image), as upstream answers. `oc describe
 * itag` cannot show such a tag, here as little as there.
 */
export function viewImageTag(stream: StreamState, tag: TagState, image: Image | null, hosts: RegistryHosts): ImageTag {
  const [event] = tag.items;
  const listed = viewListedImageTag(stream, tag);
  if (image === null || event === undefined) return listed;
  const dockerImageReference = resolvedReference(tag.spec, event, statusRepository(stream, hosts));
  return { ...listed, image: { ...stripImage(image), dockerImageReference } };
}
