/** An image tag as clients see it (openshift-semantics.md §4.2). Pure. */
import { stripImage } from './image-view.ts';
import { streamMetadata } from './stream-metadata.ts';
import type { RegistryHosts, StreamState, TagState } from './stream-state.ts';
import { describeOlderHistory, resolvedReference, statusRepository, viewTagEvents } from './stream-view.ts';
import { nameOnly } from './tag-view.ts';
import type { Image, ImageTag } from './types.ts';

/** The form of lists: without the image. The stream's annotations and the newest events of the tag must be loaded. */
export function viewListedImageTag(stream: StreamState, tag: TagState): ImageTag {
  const isKnown = tag.items.length > 0 || tag.conditions.length > 0;
  return {
    kind: 'ImageTag',
    apiVersion: 'image.openshift.io/v1',
    metadata: { ...streamMetadata(stream, describeOlderHistory([tag])), name: `${stream.name}:${tag.name}` },
    spec: tag.spec,
    status: isKnown ? viewTagEvents(tag) : null,
    image: null,
  };
}

/**
 * One tag with its image. Unlike upstream `image` is an object even when there is no Image (nothing imported, a reference tag, a deleted
 * Image): `oc describe itag` crashes on null (clients-on-the-wire.md §3.9). It has no name then, or the digest of the Image that is missing.
 */
export function viewImageTag(stream: StreamState, tag: TagState, image: Image | null, hosts: RegistryHosts): ImageTag {
  const [event] = tag.items;
  const reference =
    event === undefined ? {} : { dockerImageReference: resolvedReference(tag.spec, event, statusRepository(stream, hosts)) };
  return {
    ...viewListedImageTag(stream, tag),
    image: { ...(image === null ? nameOnly(event?.image ?? '') : stripImage(image)), ...reference },
  };
}
