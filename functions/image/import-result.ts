/**
 * What an import does to a stream (openshift-semantics.md §6.4). The generation every change gets is the one the stream will have once it is
 * stored: N = stored generation + 1; spec tags are set to 0 ("import me"), which `applyGenerations` turns into N.
 * Only images pass tag-gate.ts. A result that changes nothing answers the same object, so that nothing is written.
 */
import { isRetagTo, needsImport, observedGeneration } from './import-due.ts';
import { EMPTY_TAG, type IndexChoice, type PendingImage, type StreamState, type TagState } from './stream-state.ts';
import { isGuarded, judge, withPending } from './tag-gate.ts';
import { addTagEvent, setImportCondition } from './tag-history.ts';
import type { Digest, TagImportPolicy, TagReference } from './types.ts';

/** What the tag should follow: the spec of the import. */
export interface ImportedSource {
  readonly tag: string;
  /** `from.name` as typed; becomes the spec tag's. */
  readonly from: string;
  readonly importPolicy: TagImportPolicy;
  /** Only a new tag takes it: importing does not change the policy of an existing one. */
  readonly referencePolicy: TagReference['referencePolicy'];
}

export interface ImportSuccess extends ImportedSource {
  readonly image: Digest;
  readonly dockerImageReference: string;
  /** RFC 3339. */
  readonly now: string;
  /** Set when the image is the child of an index. */
  readonly chosenFrom?: IndexChoice;
  /** Images of an index that was preserved. */
  readonly children?: readonly Digest[];
}

export interface ImportFailure {
  readonly tag: string;
  /** '' where the cause has none. */
  readonly reason: string;
  readonly message: string;
  /** RFC 3339. */
  readonly now: string;
  /** Creates the spec tag if there is none; null (repository imports) leaves it absent. */
  readonly source: ImportedSource | null;
}

/** The tag now points to the image, or tells that the image waits; its conditions are gone. */
export function applyImportSuccess(stream: StreamState, result: ImportSuccess): StreamState {
  const before = tagOf(stream, result.tag);
  const isRetag = isRetagTo(before, result.from);
  const answers = answeredGeneration(stream, before, result.from);
  const pending = judge(before, result, { now: result.now, denied: stream.deniedImages ?? [], isRetag, answers });
  if (pending !== null) return applyWaiting(stream, before, result, pending);
  const reset = resetTag(before, result, stream.generation + 1);
  const spec = reset.spec === null ? null : { ...reset.spec, importPolicy: result.importPolicy };
  const after: TagState = {
    ...withPending(reset, undefined).tag,
    spec,
    conditions: [],
    chosenFrom: result.chosenFrom,
    continued: undefined,
    missing: undefined, // it was just fetched
  };
  return isSameResult(before, after) ? stream : withTag(stream, after);
}

/** A spec that is there stays as it is: raising its generation would be somebody's retag. */
function applyWaiting(stream: StreamState, before: TagState, result: ImportSuccess, pending: PendingImage): StreamState {
  const spec = before.spec ?? wantedSpec(null, result);
  if (spec === before.spec && before.conditions.length === 0 && pending === before.pending) return stream;
  return withTag(stream, { ...before, spec, conditions: [], pending });
}

/** What a person asked for meanwhile is not answered by another source. */
function answeredGeneration(stream: StreamState, tag: TagState, from: string | undefined): number {
  if (needsImport(tag) && tag.spec?.from?.name !== from) return observedGeneration(tag);
  return tag.spec?.generation ?? stream.generation + 1;
}

/**
 * The tag keeps its image and tells what went wrong; the same failure again changes nothing, unless somebody asked for the same source again: then it
 * answers that, too, or the import would be due for ever. The spec of a tag that does not move by itself keeps its generation.
 */
export function applyImportFailure(stream: StreamState, result: ImportFailure): StreamState {
  const before = tagOf(stream, result.tag);
  const keepsSpec = isGuarded(before, result.now) && !isRetagTo(before, result.source?.from ?? null);
  const { tag: marked, changed } = setImportCondition(before, {
    type: 'ImportSuccess',
    status: 'False',
    lastTransitionTime: result.now,
    reason: result.reason,
    message: result.message || 'unknown error prevented import',
    generation: keepsSpec ? answeredGeneration(stream, before, result.source?.from) : stream.generation + 1,
  });
  if (before.spec === null && result.source !== null) return withTag(stream, { ...marked, spec: wantedSpec(null, result.source) });
  if (!changed) return isAnswer(before, result.source) ? withTag(stream, answered(before)) : stream;
  return withTag(stream, before.spec === null || keepsSpec ? marked : { ...marked, spec: { ...before.spec, generation: 0 } });
}

/** A failure of no source in particular is one of whatever the tag asks for. */
function isAnswer(tag: TagState, source: ImportedSource | null): boolean {
  return needsImport(tag) && (source === null || tag.spec?.from?.name === source.from);
}

function answered(tag: TagState): TagState {
  const generation = tag.spec?.generation ?? 0;
  return { ...tag, conditions: tag.conditions.map((condition) => ({ ...condition, generation })) };
}

/**
 * The import could not finish in time (§12): the tag is left waiting for the background import, unless it would not move by itself anyway.
 * `now`: RFC 3339.
 */
export function applyImportPending(stream: StreamState, source: ImportedSource, now: string): StreamState {
  const before = tagOf(stream, source.tag);
  const isRetag = isRetagTo(before, source.from);
  if (isGuarded(before, now) && !isRetag) return stream;
  const continued = before.items.length === 0 || isRetag ? {} : { continued: stream.generation + 1 };
  return withTag(stream, { ...before, spec: wantedSpec(before.spec, source), ...continued });
}

function tagOf(stream: StreamState, name: string): TagState {
  return stream.tags.get(name) ?? { name, ...EMPTY_TAG };
}

function withTag(stream: StreamState, tag: TagState): StreamState {
  return { ...stream, tags: new Map(stream.tags).set(tag.name, tag) };
}

function resetTag(tag: TagState, result: ImportSuccess, generation: number): TagState {
  if (!isMoved(tag, result)) return tag;
  const { image, dockerImageReference, now } = result;
  const moved = addTagEvent(tag, { created: now, dockerImageReference, image, generation }).tag;
  return { ...moved, spec: wantedSpec(tag.spec, result) };
}

/** Also true for the same image when the spec was not imported yet: its generation must be written back, or clients wait for ever. */
function isMoved({ spec, items: [newest] }: TagState, result: ImportSuccess): boolean {
  if (newest === undefined || spec === null || spec.generation === null) return true;
  if (newest.image !== result.image || newest.dockerImageReference !== result.dockerImageReference) return true;
  return spec.generation > newest.generation;
}

/** `reference` and annotations of an existing tag survive, whatever it pointed to. */
function wantedSpec(spec: TagReference | null, { tag, from, importPolicy, referencePolicy }: ImportedSource): TagReference {
  return {
    ...(spec ?? { name: tag, annotations: null, referencePolicy }),
    from: { kind: 'DockerImage', name: from },
    generation: 0,
    importPolicy,
  };
}

function isSameResult(before: TagState, after: TagState): boolean {
  return (
    before.items === after.items &&
    before.pending === after.pending &&
    before.missing === undefined &&
    before.conditions.length === 0 &&
    before.spec?.generation === after.spec?.generation &&
    isSamePolicy(before.spec?.importPolicy, after.spec?.importPolicy) &&
    isSameChoice(before.chosenFrom, after.chosenFrom)
  );
}

function isSamePolicy(a: TagImportPolicy = {}, b: TagImportPolicy = {}): boolean {
  const isLegacy = ({ importMode }: TagImportPolicy) => (importMode ?? 'Legacy') === 'Legacy';
  return (
    (a.insecure ?? false) === (b.insecure ?? false) && (a.scheduled ?? false) === (b.scheduled ?? false) && isLegacy(a) === isLegacy(b)
  );
}

function isSameChoice(a: IndexChoice | undefined, b: IndexChoice | undefined): boolean {
  return a?.index === b?.index && a?.child === b?.child && a?.platform === b?.platform;
}
