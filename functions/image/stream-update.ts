/**
 * What a client's object does to a stored stream, before generations, sources and followers are worked out (openshift-semantics.md §2.2–2.4,
 * §4.1). A tag that does not differ stays the same object, so that later steps and the store can skip it. Pure.
 */
import { CONDITION_FIELDS } from './field-order.ts';
import { storedConditions } from './pending-view.ts';
import { metadataFromWire } from './stream-metadata.ts';
import { EMPTY_TAG, type StreamState, type TagOwner, type TagState } from './stream-state.ts';
import { splitManagedFields } from './tag-owners.ts';
import { keepManagers, keepOwners, withOwners } from './keep-owners.ts';
import { isSameEvent } from './tag-history.ts';
import { isSameTagReference, specTagsFromWire } from './tag-reference.ts';
import type { ImageStream, NamedTagEventList, TagEvent, TagEventCondition, TagReference } from './types.ts';

/** A stream to be created. The status a client sends is discarded; `incarnation` and `revision` are the store's to give. */
export function newStream(wire: ImageStream, { uid, now }: { readonly uid: string; readonly now: string }): StreamState {
  const { metadata, spec } = wire;
  const { managers, owners } = splitManagedFields(metadata.managedFields);
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    uid,
    incarnation: '',
    revision: 0,
    creationTimestamp: now,
    generation: 1,
    ...metadataFromWire(metadata),
    managers,
    lookupPolicy: { local: spec?.lookupPolicy?.local ?? false },
    dockerImageRepository: spec?.dockerImageRepository ?? '',
    tags: new Map(
      specTagsFromWire(spec?.tags).map((tag) => [tag.name, withOwners({ name: tag.name, ...EMPTY_TAG, spec: tag }, owners.get(tag.name))]),
    ),
  };
}

/** PUT and PATCH: spec, labels and annotations are the client's, the status stays: a tag dropped from the spec keeps its history. */
export function replaceSpec(before: StreamState, wire: ImageStream): StreamState {
  const wanted = newStream(wire, { uid: before.uid, now: before.creationTimestamp });
  const tags = new Map(wanted.tags);
  for (const [name, tag] of before.tags) {
    const { spec = null, owners } = wanted.tags.get(name) ?? {};
    if (spec !== null) tags.set(name, isSameTagReference(tag.spec, spec) ? keepOwners(tag, owners) : withOwners({ ...tag, spec }, owners));
    else if (isShown(tag)) tags.set(name, withOwners(tag.spec === null ? tag : { ...tag, spec }, undefined));
  }
  const { labels, annotations, repositoryCheck, deniedImages, protectedTags, managers, lookupPolicy, dockerImageRepository } = wanted;
  const metadata = { labels, annotations, repositoryCheck, deniedImages, protectedTags };
  const after = { ...before, ...metadata, lookupPolicy, dockerImageRepository, tags };
  return { ...after, managers: keepManagers(before, after, managers) };
}

/**
 * PUT and PATCH of the status: histories, conditions, labels, annotations and (as upstream) lookupPolicy are the client's, spec tags and
 * generation stay. Events that are not embedded stay with the last embedded one: they go when it does.
 */
export function replaceStatus(before: StreamState, wire: ImageStream): StreamState {
  const wanted = new Map((wire.status?.tags ?? []).map((tag) => [tag.tag ?? '', tag]));
  const tags = new Map<string, TagState>();
  for (const name of new Set([...before.tags.keys(), ...wanted.keys()])) {
    const stored = before.tags.get(name) ?? { name, ...EMPTY_TAG };
    const tag = replaceHistory(before, stored, wanted.get(name));
    if (tag.spec !== null || isShown(tag)) tags.set(name, tag);
  }
  const lookupPolicy = { local: wire.spec?.lookupPolicy?.local ?? false };
  const { managers } = splitManagedFields(wire.metadata.managedFields);
  const after = { ...before, deniedImages: undefined, protectedTags: undefined, ...metadataFromWire(wire.metadata), lookupPolicy, tags };
  return { ...after, managers: keepManagers(before, after, managers) };
}

/** The spec tag is replaced wholesale, and so are its owners; its history stays. */
export function setSpecTag(before: StreamState, spec: TagReference, owners: readonly TagOwner[]): StreamState {
  const tag = before.tags.get(spec.name) ?? { name: spec.name, ...EMPTY_TAG };
  return { ...before, tags: new Map(before.tags).set(spec.name, withOwners({ ...tag, spec }, owners)) };
}

/** The spec entry goes; a tag that nothing else is known of goes with it. Answers `before` itself when there is no such entry. */
export function removeSpecTag(before: StreamState, name: string): StreamState {
  const tag = before.tags.get(name);
  if (tag === undefined || tag.spec === null) return before;
  if (!isShown(tag)) return removeTag(before, name);
  return { ...before, tags: new Map(before.tags).set(name, withOwners({ ...tag, spec: null }, undefined)) };
}

/** Spec entry and history go. Answers `before` itself when there is no such tag. */
export function removeTag(before: StreamState, name: string): StreamState {
  const tags = new Map(before.tags);
  return tags.delete(name) ? { ...before, tags } : before;
}

function isShown({ items, conditions }: TagState): boolean {
  return items.length > 0 || conditions.length > 0;
}

function replaceHistory(stream: StreamState, stored: TagState, wire: NamedTagEventList | undefined): TagState {
  const items = observe(stream, stored, (wire?.items ?? []).map(eventFromWire));
  const conditions = storedConditions(wire?.conditions);
  const isSame = items.length === stored.items.length && items.every((item, index) => isSameEvent(item, stored.items[index]));
  if (isSame) return isSameConditions(stored.conditions, conditions) ? stored : { ...stored, conditions };
  const oldest = stored.items.at(-1);
  const keepsOlder = oldest !== undefined && isSameEvent(items.at(-1), oldest);
  return { ...stored, items, conditions, total: items.length + (keepsOlder ? stored.total - stored.items.length : 0) };
}

function eventFromWire({ created, dockerImageReference, image, generation }: Partial<TagEvent>): TagEvent {
  return { created: created ?? '', dockerImageReference: dockerImageReference ?? '', image: image ?? '', generation: generation ?? 0 };
}

/** A newest event without generation gets the spec's if the write moved the tag, else the stream's (§2.4). */
function observe(stream: StreamState, { spec, items: [known] }: TagState, items: readonly TagEvent[]): readonly TagEvent[] {
  const [newest, ...older] = items;
  if (newest === undefined || newest.generation !== 0) return items;
  const isMoved = known !== undefined && (known.generation > 0 || !isSameImage(known, newest));
  return [{ ...newest, generation: (isMoved ? spec?.generation : null) ?? stream.generation }, ...older];
}

function isSameImage(one: TagEvent, other: TagEvent): boolean {
  return one.image === other.image && one.dockerImageReference === other.dockerImageReference;
}

function isSameConditions(before: readonly TagEventCondition[], after: readonly TagEventCondition[]): boolean {
  const isSame = (one: TagEventCondition, other: TagEventCondition | undefined) =>
    CONDITION_FIELDS.every((field) => (one[field] ?? '') === (other?.[field] ?? ''));
  return before.length === after.length && before.every((condition, index) => isSame(condition, after[index]));
}
