/** What an image tag must satisfy, before the stream's own rules (openshift-semantics.md §4.2). Pure. */
import { allowRepositories, type RegistryRule } from '../../image/allowed-registries.ts';
import { sameJson } from '../../image/same-json.ts';
import { pathSegmentProblems, validateObjectMeta } from '../../image/object-meta-validation.ts';
import { defaultTagReference } from '../../image/tag-reference.ts';
import type { ImageTag, NamedTagEventList, TagReference } from '../../image/types.ts';
import { isInsecureRepository, validateTagReference } from '../../image/stream-validation.ts';
import type { FieldError, ObjectMeta } from '../../kubernetes/types.ts';
import { validateUid } from '../preconditions.ts';

/** `tag`: the one the object's name ends with, null when it names none. An empty spec.name stands for it. */
export function validateImageTagCreate(wanted: ImageTag, tag: string | null, allowed: RegistryRule): readonly FieldError[] {
  const metadata = validateObjectMeta(wanted.metadata, 'metadata', pathSegmentProblems);
  const { spec } = wanted;
  if (spec === null || spec === undefined) {
    return [...metadata, { type: 'Required', field: 'spec', detail: 'spec is a required field during creation' }];
  }
  return [...metadata, ...validateSpec({ ...spec, name: spec.name || (tag ?? '') }, tag, allowed, wanted)];
}

/** Only the spec may differ from what is shown: metadata and status have to be sent back as they were. The repository followed now stays allowed. */
export function validateImageTagUpdate(shown: ImageTag, wanted: ImageTag, tag: string, allowed: RegistryRule): readonly FieldError[] {
  const known = shown.spec?.from?.kind === 'DockerImage' ? [shown.spec.from.name ?? ''] : [];
  const detail = 'may not update fields other than spec';
  return [
    ...validateObjectMeta(wanted.metadata, 'metadata', pathSegmentProblems),
    ...validateUid(shown.metadata, wanted.metadata),
    ...(wanted.spec === null || wanted.spec === undefined ? [] : validateSpec(wanted.spec, tag, allowRepositories(allowed, known), wanted)),
    ...(isSameMetadata(shown.metadata, wanted.metadata) ? [] : [invalid('metadata', '', detail)]),
    ...(isSameStatus(shown.status, wanted.status) ? [] : [invalid('status', '', detail)]),
  ];
}

function validateSpec(spec: TagReference, tag: string | null, allowed: RegistryRule, { metadata }: ImageTag): readonly FieldError[] {
  const { name = '' } = spec;
  return [
    ...(tag !== null && name === tag ? [] : [invalid('spec.name', name, 'must match image tag name')]),
    ...validateTagReference('spec', defaultTagReference({ ...spec, name }), allowed, isInsecureRepository(metadata.annotations)),
  ];
}

/** What a client may leave out takes the stored value (apiserver `rest.BeforeUpdate`); labels and annotations do not, and there is nothing else. */
function isSameMetadata(shown: ObjectMeta, wanted: ObjectMeta): boolean {
  const { uid = '', generateName = '', finalizers, ownerReferences } = wanted;
  return (
    (uid === '' || uid === shown.uid) &&
    generateName === '' &&
    !finalizers?.length &&
    !ownerReferences?.length &&
    sameJson(shown.labels ?? {}, wanted.labels ?? {}) &&
    sameJson(shown.annotations ?? {}, wanted.annotations ?? {})
  );
}

type WireStatus = NamedTagEventList | null | undefined;

/** No list and an empty one are the same. */
function isSameStatus(shown: WireStatus, wanted: WireStatus): boolean {
  const comparable = (status: WireStatus) =>
    status === null || status === undefined ? null : { tag: status.tag, items: status.items ?? [], conditions: status.conditions ?? [] };
  return sameJson(comparable(shown), comparable(wanted));
}

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}
