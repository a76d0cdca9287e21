/**
 * The image stream of the specification (openshift-semantics.md §2–§6), written again from its sentences: slow, whole, and knowing nothing of
 * functions/. Histories are lists, every rule looks at everything.
 */
export interface Event {
  readonly created: string;
  readonly dockerImageReference: string;
  readonly image: string;
  generation: number;
}

export interface Condition {
  readonly reason: string;
  readonly message: string;
  readonly generation: number;
  readonly lastTransitionTime: string;
}

export interface Spec {
  readonly from: { readonly kind: string; readonly name: string };
  readonly reference: boolean;
  readonly importMode: string;
  readonly scheduled: boolean;
  readonly insecure: boolean;
  readonly referencePolicy: string;
  /** As sent: undefined when left out. Always a number once stored. */
  readonly generation?: number;
}

export interface Status {
  items: Event[];
  conditions: Condition[];
}

export interface Stream {
  generation: number;
  /** The annotation that says when it was last imported. */
  checked: string;
  spec: Record<string, Spec>;
  status: Record<string, Status>;
}

/** Streams by name. */
export type World = Readonly<Record<string, Stream>>;

/** What a source or a write cannot be: 422. */
export class Refused extends Error {}

export const EMPTY: Stream = { generation: 0, checked: '', spec: {}, status: {} };

export function statusOf(stream: Stream, tag: string): Status {
  return (stream.status[tag] ??= { items: [], conditions: [] });
}

/** §3. Everything but an event that is there already clears the conditions. */
export function addEvent(stream: Stream, tag: string, next: Event): void {
  const status = statusOf(stream, tag);
  const [top] = status.items;
  const sameReference = top?.dockerImageReference === next.dockerImageReference;
  const sameImage = top?.image === next.image;
  if (top !== undefined && sameReference && sameImage && top.generation === next.generation) return;
  status.conditions = [];
  if (top !== undefined && (sameReference || sameImage)) status.items[0] = { ...next, created: top.created };
  else status.items.unshift({ ...next });
}

/** §2.3, of one tag. */
export function isChanged(old: Spec | undefined, spec: Spec): boolean {
  if (old === undefined) return true;
  const isReset = old.generation !== 0 && spec.generation === 0;
  return old.from.name !== spec.from.name || old.reference !== spec.reference || old.importMode !== spec.importMode || isReset;
}

/** `tag` or `stream:tag`, `id` or `stream@id`. */
export function sourceOf(name: string, from: Spec['from']): { readonly stream: string; readonly key: string } {
  const parts = from.name.split(from.kind === 'ImageStreamTag' ? ':' : '@');
  return { stream: parts.length === 1 ? name : (parts[0] ?? ''), key: parts.at(-1) ?? '' };
}

/** §2.5: a tag of the same stream that the spec tag follows. */
export function followedBy(name: string, tag: string, spec: Spec | undefined): string | null {
  if (spec?.from.kind !== 'ImageStreamTag') return null;
  const { stream, key } = sourceOf(name, spec.from);
  return stream === name && key !== tag ? key : null;
}

/** All events of all tags with this image, by full digest, prefix, or prefix of its hex part. */
export function eventsWith(stream: Stream, id: string): readonly Event[] {
  const events = Object.values(stream.status).flatMap(({ items }) => items);
  return events.filter(({ image }) => image !== '' && (image.startsWith(id) || image.slice('sha256:'.length).startsWith(id)));
}
