/** What the image stream tag itself must satisfy, before the stream's own rules (openshift-semantics.md §4.1, §9). Pure. */
import { allowRepositories, type RegistryRule } from '../../image/allowed-registries.ts';
import { pathSegmentProblems, validateObjectMeta } from '../../image/object-meta-validation.ts';
import type { StreamState } from '../../image/stream-state.ts';
import { isInsecureRepository, validateTagReference } from '../../image/stream-validation.ts';
import type { TagReference } from '../../image/types.ts';
import type { FieldError, ObjectMeta } from '../../kubernetes/types.ts';
import { validateUid } from '../preconditions.ts';

type StringMap = Readonly<Record<string, string>> | null | undefined;

/** `spec`: the tag of the body with its defaults, null when it has none. Its annotations are the tag's own: metadata may only repeat them. */
export function validateTagCreate(metadata: ObjectMeta, spec: TagReference | null, allowed: RegistryRule): readonly FieldError[] {
  const errors = [...validateObjectMeta(metadata, 'metadata', pathSegmentProblems), ...validateSpec(metadata, spec, allowed)];
  if (isEmpty(spec?.annotations) || isEqual(spec?.annotations, metadata.annotations)) return errors;
  const detail = 'tag annotations must not be provided or must be equal to the object meta annotations';
  return [...errors, { type: 'Invalid', field: 'tag.annotations', value: '<map>', detail }];
}

/**
 * On update only metadata.annotations may differ from what is shown; labels and uid are the stream's and default to them. One that creates the
 * stream (null) is a create. `stored`: what the tag follows now; its repository stays allowed.
 */
export function validateTagUpdate(
  stream: StreamState | null,
  stored: TagReference | null,
  { metadata, spec }: { readonly metadata: ObjectMeta; readonly spec: TagReference | null },
  allowed: RegistryRule,
): readonly FieldError[] {
  if (stream === null) return validateTagCreate(metadata, spec, allowed);
  const known = stored?.from?.kind === 'DockerImage' ? [stored.from.name ?? ''] : [];
  const errors = [
    ...validateObjectMeta(metadata, 'metadata', pathSegmentProblems),
    ...validateUid(stream, metadata),
    ...validateSpec(metadata, spec, allowRepositories(allowed, known)),
  ];
  if (isShownMetadata(stream, metadata)) return errors;
  return [...errors, { type: 'Invalid', field: 'metadata', value: '', detail: 'may not update fields other than metadata.annotations' }];
}

/** Named by the tag's own fields; the stream names the same problem `spec.tags[…]`. */
function validateSpec({ annotations }: ObjectMeta, spec: TagReference | null, allowed: RegistryRule): readonly FieldError[] {
  return spec === null ? [] : validateTagReference('tag', spec, allowed, isInsecureRepository(annotations));
}

function isShownMetadata(stream: StreamState, metadata: ObjectMeta): boolean {
  const { labels, uid = '', generateName = '', finalizers, ownerReferences } = metadata;
  const isSameStream = uid === '' || uid === stream.uid;
  const isBare = generateName === '' && !finalizers?.length && !ownerReferences?.length;
  return isSameStream && isBare && (isEmpty(labels) || isEqual(labels, stream.labels));
}

function isEmpty(map: StringMap): boolean {
  return map === undefined || map === null || Object.keys(map).length === 0;
}

function isEqual(a: StringMap, b: StringMap): boolean {
  const left = Object.entries(a ?? {});
  return left.length === Object.keys(b ?? {}).length && left.every(([key, value]) => b?.[key] === value);
}
