/** How clients see an image that waits: a condition of the tag and an annotation of the stream, both computed. Pure. */
import { missingConditions } from './missing-image.ts';
import type { PendingImage, TagState } from './stream-state.ts';
import { DENIED_IMAGES_ANNOTATION, HOLD_ANNOTATION, HOLD_UNTIL_ANNOTATION, MINIMUM_AGE_ANNOTATION } from './tag-policy.ts';
import type { TagEventCondition, TagReference } from './types.ts';

/** JSON object {tag: what waits and why}; on streams with such tags only. Computed, never stored: `oc describe` does not show conditions of ours. */
export const PENDING_IMAGES_ANNOTATION = 'image-streams.io/pending-images';

/** Conditions of the tag as they are shown. */
export function shownConditions(tag: TagState): readonly TagEventCondition[] {
  const { conditions, pending, spec } = tag;
  return [...conditions, ...(pending === undefined ? [] : [pendingCondition(pending, spec)]), ...missingConditions(tag)];
}

/** The annotation; none when no tag has an image that waits. */
export function describePendingImages(tags: readonly TagState[]): Readonly<Record<string, string>> {
  const waiting = tags.flatMap(({ name, pending, spec }) => (pending === undefined ? [] : [[name, describe(pending, spec)] as const]));
  return waiting.length === 0 ? {} : { [PENDING_IMAGES_ANNOTATION]: JSON.stringify(Object.fromEntries(waiting)) };
}

/** What a client sent, without what is computed. */
export function storedConditions(conditions: readonly TagEventCondition[] | null | undefined): readonly TagEventCondition[] {
  return (conditions ?? []).filter(({ type }) => type !== 'ImagePending' && type !== 'ImageAvailable');
}

function pendingCondition(pending: PendingImage, spec: TagReference | null): TagEventCondition {
  const { firstSeen, reason, generation } = pending;
  return { type: 'ImagePending', status: 'True', lastTransitionTime: firstSeen, reason, message: describe(pending, spec), generation };
}

function describe(pending: PendingImage, spec: TagReference | null): string {
  const { dockerImageReference, image, firstSeen } = pending;
  const name = dockerImageReference.endsWith(image) ? dockerImageReference : `${dockerImageReference} (${image})`;
  return `${name}, first seen at ${firstSeen}, waits: ${describeReason(pending, spec?.annotations ?? {})}`;
}

function describeReason({ reason, denied, image }: PendingImage, annotations: Readonly<Record<string, string>>): string {
  switch (reason) {
    case 'Held': {
      const why = annotations[HOLD_ANNOTATION] ?? '';
      const until = annotations[HOLD_UNTIL_ANNOTATION];
      return `the tag is held${until === undefined ? '' : ` until ${until}`}${why === '' ? '' : `: ${why}`}`;
    }
    case 'MinimumAge':
      return `the tag takes images ${annotations[MINIMUM_AGE_ANNOTATION] ?? ''} after they were first seen`;
    case 'Denied':
      return `${denied === undefined || denied === image ? 'it' : denied} is denied by annotation ${DENIED_IMAGES_ANNOTATION} of the image stream`;
  }
}
