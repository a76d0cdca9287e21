/** What is stored when a trigger is created or replaced. Pure. */
import type { ObjectMeta } from '../../kubernetes/types.ts';
import { followedTags } from '../../triggers/followed-tags.ts';
import { targetKeyOf } from '../../triggers/kinds/registry.ts';
import { maskSecrets } from '../../triggers/kinds/fields/signing-secret.ts';
import type { StoredTrigger } from '../../triggers/stored-trigger.ts';
import type { ImageTriggerSpec, ImageTriggerStatus } from '../../triggers/types.ts';
import { keepImages } from '../../triggers/told-images.ts';
import { sameJson } from '../../image/same-json.ts';
import { formatTime } from '../rfc3339.ts';
import type { WantedTrigger } from './decode-trigger.ts';
import { withoutSecret } from './inline-secret.ts';

export interface NewTrigger {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Milliseconds. */
  readonly now: number;
}

export function prepareCreate({ metadata, spec }: WantedTrigger, { namespace, name, uid, now }: NewTrigger): StoredTrigger {
  return {
    namespace,
    name,
    uid,
    revision: 0,
    creationTimestamp: formatTime(now),
    generation: 1,
    labels: metadata.labels ?? {},
    annotations: maskSecrets(metadata.annotations ?? {}),
    ...ownersOf(metadata),
    spec: withoutSecret(spec),
    status: { observedGeneration: 0, conditions: [] },
    follows: followedTags(spec.images, namespace),
    targetKey: targetKeyOf(spec.target, { namespace, name, uid }),
  };
}

/**
 * The status stays, except for what it says of tags no longer followed, and of another target: that one knows nothing yet. Answers `before`
 * itself when nothing changes. `rotated`: the signing secret changes with it; like a change of the spec it gets a new generation, which fires.
 */
export function prepareUpdate(before: StoredTrigger, { metadata, spec: wanted }: WantedTrigger, rotated: boolean): StoredTrigger {
  const spec = withoutSecret(wanted);
  const labels = metadata.labels ?? {};
  const annotations = maskSecrets(metadata.annotations ?? {});
  const isSpecChanged = rotated || !sameJson(spec, before.spec);
  const owners = ownersOf(metadata);
  const isSameMetadata =
    sameJson(labels, before.labels) && sameJson(annotations, before.annotations) && sameJson(owners.managedFields, before.managedFields);
  if (!isSpecChanged && isSameMetadata) return before;
  const { managedFields: _before, deferred, ...kept } = before;
  return {
    ...kept,
    labels,
    annotations,
    ...owners,
    spec,
    generation: isSpecChanged ? before.generation + 1 : before.generation,
    status: isSpecChanged ? statusFor(spec, before) : before.status,
    follows: followedTags(spec.images, before.namespace),
    targetKey: targetKeyOf(spec.target, before),
    // What waits, waits for the policy it was put off by: the change of the spec looks at it anew.
    ...(isSpecChanged || deferred === undefined ? {} : { deferred }),
  };
}

function statusFor(spec: ImageTriggerSpec, { spec: before, status }: StoredTrigger): ImageTriggerStatus {
  const { nextTriggerTime: _, ...kept } = status;
  if (kept.images === undefined) return kept;
  const isSameTarget = sameJson(spec.target, before.target);
  return { ...kept, images: isSameTarget ? keepImages(kept.images, before.images, spec.images) : [] };
}

function ownersOf({ managedFields = [] }: ObjectMeta): Pick<StoredTrigger, 'managedFields'> {
  return managedFields.length === 0 ? {} : { managedFields };
}
