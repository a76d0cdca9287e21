/** An image stream tag as clients see it (openshift-semantics.md §4.1). Pure. */
import type { ObjectMeta } from '../kubernetes/types.ts';
import { describeDocker, METADATA_VERSION } from './docker-config.ts';
import { stripImage } from './image-view.ts';
import { shownConditions } from './pending-view.ts';
import { resourceVersion } from './stream-metadata.ts';
import type { RegistryHosts, StreamState, TagState } from './stream-state.ts';
import { resolvedReference, statusRepository } from './stream-view.ts';
import { type TagPlace, viewOwners } from './tag-owners.ts';
import { filledMap } from './tag-reference.ts';
import type { Image, ImageStreamTag, TagEvent } from './types.ts';

export const IMAGE_STREAM_TAG_PLACE: TagPlace = { spec: 'f:tag', hasAnnotations: true };

/**
 * The tag with its image. `image` null: the form of lists and of tags that point to no image yet, with the image's name and reference
 * only, where there are any. A reference tag looks like one that was never imported, as upstream shows it.
 */
export function viewTag(stream: StreamState, tag: TagState, image: Image | null, hosts: RegistryHosts): ImageStreamTag {
  const event = tag.items[0]?.image ? tag.items[0] : notImported(stream);
  const annotations = filledMap(tag.spec?.annotations);
  const conditions = shownConditions(tag);
  const dockerImageReference = resolvedReference(tag.spec, event, statusRepository(stream, hosts));
  return {
    kind: 'ImageStreamTag',
    apiVersion: 'image.openshift.io/v1',
    metadata: tagMetadata(stream, tag, event.created, annotations),
    tag: tag.spec,
    generation: event.generation,
    lookupPolicy: stream.lookupPolicy,
    ...(conditions.length === 0 ? {} : { conditions }),
    image: {
      ...(image === null ? nameOnly(event.image) : annotated(image, annotations)),
      ...(dockerImageReference === '' ? {} : { dockerImageReference }),
    },
  };
}

function notImported(stream: StreamState): TagEvent {
  return { created: stream.creationTimestamp, dockerImageReference: '', image: '', generation: 0 };
}

function tagMetadata(stream: StreamState, tag: TagState, created: string, annotations: ObjectMeta['annotations']): ObjectMeta {
  const labels = filledMap(stream.labels);
  const managedFields = viewOwners(tag, IMAGE_STREAM_TAG_PLACE);
  return {
    name: `${stream.name}:${tag.name}`,
    namespace: stream.namespace,
    uid: stream.uid,
    ...resourceVersion(stream),
    creationTimestamp: created,
    ...(labels === null ? {} : { labels }),
    ...(annotations === null ? {} : { annotations }),
    ...(managedFields.length === 0 ? {} : { managedFields }),
  };
}

/** Stands for an image that is not shown or not there: clients read fields of its metadata without asking whether it is there. */
function nameOnly(name: string): Image {
  return {
    metadata: name === '' ? {} : { name },
    dockerImageMetadata: describeDocker('', null),
    dockerImageMetadataVersion: METADATA_VERSION,
  };
}

/** Annotations of the spec tag win over the image's own. */
function annotated(image: Image, annotations: ObjectMeta['annotations']): Image {
  const stripped = stripImage(image);
  const merged = filledMap({ ...stripped.metadata.annotations, ...annotations });
  return { ...stripped, metadata: { ...stripped.metadata, ...(merged === null ? {} : { annotations: merged }) } };
}
