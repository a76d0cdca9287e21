import { EMPTY_TAG, type StreamState, type TagState } from '../../../functions/image/stream-state.ts';
import type { TagImportPolicy, TagReference } from '../../../functions/image/types.ts';

export const LONG_AGO = '2025-01-01T00:00:00Z';

export function streamOf(name: string, ...tags: readonly TagState[]): StreamState {
  return {
    namespace: 'ns',
    name,
    uid: `uid-${name}`,
    incarnation: '1',
    revision: 7,
    creationTimestamp: LONG_AGO,
    generation: 5,
    labels: {},
    annotations: {},
    lookupPolicy: { local: false },
    dockerImageRepository: '',
    repositoryCheck: LONG_AGO,
    tags: new Map(tags.map((tag) => [tag.name, tag])),
  };
}

/** A spec tag that follows a registry's image; generation 2, ahead of nothing until `withImage`. */
export function tagOf(name: string, from: string, importPolicy: TagImportPolicy = {}, more: Partial<TagReference> = {}): TagState {
  const spec: TagReference = {
    name,
    annotations: null,
    from: { kind: 'DockerImage', name: from },
    generation: 2,
    importPolicy: { importMode: 'Legacy', ...importPolicy },
    referencePolicy: { type: 'Source' },
    ...more,
  };
  return { name, ...EMPTY_TAG, spec };
}

/** The tag as it is after its import. */
export function withImage(tag: TagState, image: string, dockerImageReference: string): TagState {
  return { ...tag, items: [{ created: LONG_AGO, dockerImageReference, image, generation: 2 }], total: 1 };
}

/** A tag that tracks another one of its stream. */
export function trackingTag(name: string, followed: string): TagState {
  return tagOf(name, '', {}, { from: { kind: 'ImageStreamTag', name: followed } });
}
