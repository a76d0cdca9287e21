/** What the image stream tag itself must satisfy, before the stream's own rules (openshift-semantics.md §4.1, §9). Pure. */
import { pathSegmentProblems, validateObjectMeta } from '../../image/object-meta-validation.ts';
import type { StreamState } from '../../image/stream-state.ts';
import { validateTagReference } from '../../image/stream-validation.ts';
import { defaultTagReference } from '../../image/tag-reference.ts';
import type { ImageStreamTag } from '../../image/types.ts';
import type { FieldError } from '../../kubernetes/types.ts';

type StringMap = Readonly<Record<string, string>> | null | undefined;

/** On create the spec tag's annotations are the tag's own: metadata may only repeat them. */
export function validateTagCreate(wanted: ImageStreamTag): readonly FieldError[] {
  return [
    ...validateObjectMeta(wanted.metadata, 'metadata', pathSegmentProblems),
    ...validateReference(wanted),
    ...validateAnnotations(wanted),
  ];
}

/**
 * On update only the tag and metadata.annotations (which are the tag's) may differ from what is shown; labels and uid are the stream's and
 * default to them. `stream` null: the update creates it.
 */
export function validateTagUpdate(stream: StreamState | null, wanted: ImageStreamTag): readonly FieldError[] {
  if (stream === null) return validateTagCreate(wanted);
  const { labels, uid = '' } = wanted.metadata;
  const isSame = (uid === '' || uid === stream.uid) && (isEmpty(labels) || isEqual(labels, stream.labels));
  const detail = 'may not update fields other than metadata.annotations';
  return [...validateReference(wanted), ...(isSame ? [] : [{ type: 'Invalid', field: 'metadata', value: '', detail } as const])];
}

function validateReference({ tag }: ImageStreamTag): readonly FieldError[] {
  return tag === null || tag === undefined ? [] : validateTagReference('tag', defaultTagReference(tag));
}

function validateAnnotations({ tag, metadata }: ImageStreamTag): readonly FieldError[] {
  const annotations = tag?.annotations;
  if (isEmpty(annotations) || isEqual(annotations, metadata.annotations)) return [];
  const detail = 'tag annotations must not be provided or must be equal to the object meta annotations';
  return [{ type: 'Invalid', field: 'tag.annotations', value: '<map>', detail }];
}

function isEmpty(map: StringMap): boolean {
  return map === undefined || map === null || Object.keys(map).length === 0;
}

function isEqual(a: StringMap, b: StringMap): boolean {
  const left = Object.entries(a ?? {});
  return left.length === Object.keys(b ?? {}).length && left.every(([key, value]) => b?.[key] === value);
}
