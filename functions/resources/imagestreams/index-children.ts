/** Images that an index lists belong to a stream as soon as the index does: its readers may pull them (openshift-semantics.md §4.3, §4.6). */
import { formatReference, parseReference } from '../../image/reference.ts';
import type { StreamMember, StreamState } from '../../image/stream-state.ts';
import type { Image, TagEvent } from '../../image/types.ts';
import type { ImageStore } from '../ports.ts';

/** Children of the images that the events point to; one read for all of them, none when there are none. */
export async function findChildren(images: ImageStore, events: readonly TagEvent[]): Promise<readonly StreamMember[]> {
  const digests = events.map(({ image }) => image).filter((digest) => digest !== '');
  if (digests.length === 0) return [];
  const found = await images.readImages(digests);
  return events.flatMap((event) => childrenOf(event, found.get(event.image)));
}

/** None of an image that is no index. */
export function childrenOf({ dockerImageReference }: TagEvent, image: Image | undefined): readonly StreamMember[] {
  const parsed = parseReference(dockerImageReference);
  return (image?.dockerImageManifests ?? []).map(({ digest }) => ({
    digest,
    dockerImageReference: parsed.ok ? formatReference({ ...parsed.reference, tag: '', id: digest }) : dockerImageReference,
    inHistory: false,
  }));
}

/** Events of images that no loaded history had before. */
export function newEvents(before: StreamState, after: StreamState): readonly TagEvent[] {
  const eventsOf = ({ tags }: StreamState) => [...tags.values()].flatMap(({ items }) => items);
  const known = new Set(eventsOf(before).map(({ image }) => image));
  return eventsOf(after).filter(({ image }) => !known.has(image));
}
