/**
 * Two views OpenShift does not have: the whole history of a tag, and what a tag resolves to. Their kinds are in our own group, so that no
 * later kind of image.openshift.io can be taken for them (docs/api.md). Pure.
 */
import type { KubernetesObject, ListMeta, ObjectMeta } from '../kubernetes/types.ts';
import { resourceVersion } from './stream-metadata.ts';
import type { ChangeCause, KeptEvent, RegistryHosts, StreamState, TagState } from './stream-state.ts';
import { resolvedReference, statusRepository } from './stream-view.ts';
import type { TagEvent, TagReference } from './types.ts';

export const OWN_GROUP = 'image-streams.io';
const API_VERSION = `${OWN_GROUP}/v1`;

export interface TagHistoryEntry extends TagEvent {
  /** When the tag came to point there, RFC 3339. Left out, like the next two, where nobody knows. */
  readonly since?: string;
  readonly by?: string;
  readonly cause?: ChangeCause;
}

export interface ImageStreamTagHistory extends KubernetesObject {
  readonly metadata: ObjectMeta & ListMeta;
  /** Events of the whole history. */
  readonly total: number;
  /** Newest first. */
  readonly items: readonly TagHistoryEntry[];
}

export interface ResolvedImageStreamTag extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly tag: string;
  /** What to pull: with the digest, and the tag's reference policy applied. The text itself for reference tags. */
  readonly dockerImageReference: string;
  /** Digest; '' for reference tags. */
  readonly image: string;
  readonly referencePolicy: TagReference['referencePolicy'];
  readonly created: string;
  readonly since: string;
  readonly by?: string;
  readonly cause?: ChangeCause;
}

/** `formatTime`: ms → RFC 3339. `next`: token of the next page. */
export function viewHistory(
  stream: StreamState,
  tag: string,
  { events, total, next }: { readonly events: readonly KeptEvent[]; readonly total: number; readonly next?: string | undefined },
  formatTime: (time: number) => string,
): ImageStreamTagHistory {
  return {
    kind: 'ImageStreamTagHistory',
    apiVersion: API_VERSION,
    metadata: { ...metadataOf(stream, `${stream.name}:${tag}`), ...(next === undefined ? {} : { continue: next }) },
    total,
    items: events.map(({ event, moved }) => ({ ...event, ...viewMove(moved, formatTime) })),
  };
}

export function viewResolved(
  stream: StreamState,
  tag: TagState,
  { event, moved }: KeptEvent,
  hosts: RegistryHosts,
  formatTime: (time: number) => string,
): ResolvedImageStreamTag {
  return {
    kind: 'ResolvedImageStreamTag',
    apiVersion: API_VERSION,
    metadata: metadataOf(stream, stream.name),
    tag: tag.name,
    dockerImageReference: resolvedReference(tag.spec, event, statusRepository(stream, hosts)),
    image: event.image,
    referencePolicy: tag.spec?.referencePolicy ?? { type: 'Source' },
    created: event.created,
    since: event.created,
    ...viewMove(moved, formatTime),
  };
}

function metadataOf(stream: StreamState, name: string): ObjectMeta {
  return { name, namespace: stream.namespace, uid: stream.uid, ...resourceVersion(stream) };
}

function viewMove(moved: KeptEvent['moved'], formatTime: (time: number) => string): Pick<TagHistoryEntry, 'since' | 'by' | 'cause'> {
  return moved === undefined ? {} : { since: formatTime(moved.time), by: moved.actor, cause: moved.cause };
}
