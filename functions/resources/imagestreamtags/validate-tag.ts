/** What the image stream tag itself must satisfy, before the stream's own rules (openshift-semantics.md §4.1, §9). */
import type { StreamState } from '../../image/stream-state.ts';
import type { ImageStreamTag } from '../../image/types.ts';
import type { FieldError } from '../../kubernetes/types.ts';

type StringMap = Readonly<Record<string, string>> | null | undefined;

/** On create the spec tag's annotations are the tag's own: metadata may only repeat them. */
export function validateTagCreate(wanted: ImageStreamTag): readonly FieldError[] {
  const annotations = wanted.tag?.annotations;
  if (isEmpty(annotations) || isEqual(annotations, wanted.metadata.annotations)) return [];
  const detail = 'tag annotations must not be provided or must be equal to the object meta annotations';
  return [{ type: 'Invalid', field: 'tag.annotations', value: annotations, detail }];
}

/** On update only metadata.annotations may differ from what is shown; labels and uid are the stream's and default to them. */
export function validateTagUpdate(stream: StreamState | null, wanted: ImageStreamTag): readonly FieldError[] {
  const { labels, uid = '' } = wanted.metadata;
  const isSameStream = uid === '' || stream === null || uid === stream.uid;
  if (isSameStream && (isEmpty(labels) || isEqual(labels, stream?.labels))) return [];
  return [{ type: 'Invalid', field: 'metadata', value: '', detail: 'may not update fields other than metadata.annotations' }];
}

function isEmpty(map: StringMap): boolean {
  return map === undefined || map === null || Object.keys(map).length === 0;
}

function isEqual(a: StringMap, b: StringMap): boolean {
  const left = Object.entries(a ?? {});
  return left.length === Object.keys(b ?? {}).length && left.every(([key, value]) => b?.[key] === value);
}
