/** States for the tests of the domain: everything defaulted, so that a test names only what it is about. */
import { EMPTY_TAG, type StreamState, type TagState } from '../../functions/image/stream-state.ts';
import type { TagEvent, TagEventCondition, TagReference } from '../../functions/image/types.ts';

export const NOW = '2026-08-23T10:00:00Z';
export const EARLIER = '2026-08-01T00:00:00Z';

/** sha256:aaaa…, one hex digit repeated. */
export function digest(hexDigit: string): string {
  return `sha256:${hexDigit.repeat(64)}`;
}

export function tagEvent(fields: Partial<TagEvent> = {}): TagEvent {
  return { created: EARLIER, dockerImageReference: `quay.io/team/app@${digest('a')}`, image: digest('a'), generation: 1, ...fields };
}

export function failure(fields: Partial<TagEventCondition> = {}): TagEventCondition {
  return {
    type: 'ImportSuccess',
    status: 'False',
    lastTransitionTime: EARLIER,
    reason: 'Unauthorized',
    message: 'no',
    generation: 1,
    ...fields,
  };
}

export function specTag(name: string, fields: Partial<TagReference> = {}): TagReference {
  return {
    name,
    annotations: null,
    from: { kind: 'DockerImage', name: `quay.io/team/app:${name}` },
    generation: 1,
    importPolicy: { importMode: 'Legacy' },
    referencePolicy: { type: 'Source' },
    ...fields,
  };
}

/** A spec tag that tracks another tag of stream `app` in namespace `team`. */
export function alias(name: string, from: string, fields: Partial<TagReference> = {}): TagReference {
  return specTag(name, { from: { kind: 'ImageStreamTag', name: from }, ...fields });
}

export function tagState(name: string, fields: Partial<TagState> = {}): TagState {
  const items = fields.items ?? [];
  return { name, ...EMPTY_TAG, total: items.length, ...fields };
}

export function stream(tags: readonly TagState[] = [], fields: Partial<StreamState> = {}): StreamState {
  return {
    namespace: 'team',
    name: 'app',
    uid: 'uid-1',
    incarnation: '1',
    revision: 7,
    creationTimestamp: EARLIER,
    generation: 4,
    labels: {},
    annotations: {},
    managers: [],
    lookupPolicy: { local: false },
    dockerImageRepository: '',
    tags: new Map(tags.map((tag) => [tag.name, tag])),
    ...fields,
  };
}

/** The stream with tags replaced or added. */
export function withTags(before: StreamState, ...tags: readonly TagState[]): StreamState {
  const merged = new Map(before.tags);
  for (const tag of tags) merged.set(tag.name, tag);
  return { ...before, tags: merged };
}
