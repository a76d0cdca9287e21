/** What every write of a stream goes through: generations, sources, followers (openshift-semantics.md §2.3, §2.5, §12). */
import {
  addEvent,
  type Event,
  eventsWith,
  followedBy,
  isChanged,
  Refused,
  sourceOf,
  type Spec,
  type Stream,
  type World,
} from './stream.ts';

/** When, and which event a choice falls on that upstream leaves to chance: of several with the wanted image, under different references. */
export interface At {
  readonly now: string;
  readonly choice: number;
  /** An import reads no other stream: a tag that copies from one is not copied again when only its import mode changed. Upstream does. */
  readonly staysInside?: boolean;
}

/** The stream as stored after a write of its spec; `wanted` has the status of the stored one, changed only by what caused the write. */
export function writeSpec(world: World, name: string, wanted: Stream, at: At): Stream {
  const old = world[name];
  const next = structuredClone(wanted);
  number(old, next);
  const changed = Object.keys(next.spec)
    .sort()
    .filter((tag) => isChanged(old?.spec[tag], next.spec[tag] as Spec));
  // §9: nothing but a repository can be asked again.
  if (Object.values(next.spec).some(({ from, scheduled }) => scheduled && from.kind !== 'DockerImage')) throw new Refused('scheduled');
  for (const tag of changed) resolve(world, name, next, tag, at);
  return settle(name, old, next);
}

/** Followers move, and entries that say nothing go. */
export function settle(name: string, old: Stream | undefined, next: Stream): Stream {
  follow(name, old, next);
  return withoutEmpty(next);
}

export function withoutEmpty(next: Stream): Stream {
  for (const [tag, { items, conditions }] of Object.entries(next.status)) {
    if (items.length === 0 && conditions.length === 0) delete next.status[tag];
  }
  return next;
}

function number(old: Stream | undefined, next: Stream): void {
  const entries = Object.entries(next.spec);
  if (old === undefined) {
    next.generation = 1;
    next.spec = Object.fromEntries(entries.map(([tag, spec]) => [tag, { ...spec, generation: 1 }]));
    return;
  }
  const kept = entries.map(([tag, spec]): [string, Spec] => {
    const known = old.spec[tag];
    return [tag, spec.generation === 0 || known === undefined ? spec : { ...spec, generation: known.generation }];
  });
  next.generation = isSame(Object.fromEntries(kept), old.spec) ? old.generation : old.generation + 1;
  next.spec = Object.fromEntries(
    kept.map(([tag, spec]) => {
      const isNumbered = spec.generation !== undefined && spec.generation !== 0 && !isChanged(old.spec[tag], spec);
      return [tag, isNumbered ? spec : { ...spec, generation: next.generation }];
    }),
  );
}

function resolve(world: World, name: string, next: Stream, tag: string, { now, choice, staysInside }: At): void {
  const { from, reference } = next.spec[tag] as Spec;
  const { generation } = next;
  if (from.kind === 'DockerImage') {
    if (reference) addEvent(next, tag, { created: now, dockerImageReference: from.name, image: '', generation });
    return;
  }
  const source = sourceOf(name, from);
  if (staysInside === true && (source.stream !== name || from.kind === 'ImageStreamImage')) return;
  const stream = source.stream === name ? next : world[source.stream];
  if (stream === undefined) throw new Refused(from.name);
  if (from.kind === 'ImageStreamImage') {
    const found = eventsWith(stream, source.key);
    if (new Set(found.map(({ image }) => image)).size !== 1) throw new Refused(from.name);
    addEvent(next, tag, { ...(found[choice % found.length] as Event), created: now, generation });
    return;
  }
  const event = stream.status[source.key]?.items[0];
  if (event === undefined) return;
  // Within a stream the source's own newest event is numbered, too (§11.7).
  if (stream === next) event.generation = generation;
  addEvent(next, tag, { ...event, generation });
}

/** Again and again until nothing moves: chains of any length, and a cycle ends since everybody has the same event then. */
function follow(name: string, old: Stream | undefined, next: Stream): void {
  for (let isMoving = true, rounds = 0; isMoving && rounds < 20; rounds++) {
    isMoving = false;
    for (const tag of Object.keys(next.spec).sort()) {
      const source = followedBy(name, tag, next.spec[tag]);
      const event = source === null ? undefined : next.status[source]?.items[0];
      if (source === null || event === undefined || isSame(event, old?.status[source]?.items[0])) continue;
      const before = JSON.stringify(next.status[tag]);
      addEvent(next, tag, event);
      isMoving ||= JSON.stringify(next.status[tag]) !== before;
    }
  }
}

/** Whatever the order of members. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member) ? Object.fromEntries(Object.entries(member).sort()) : member,
  );
}
