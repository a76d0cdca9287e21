/** The requests of the specification on the model: what is answered, and the world after. */
import { type At, isSame, settle, withoutEmpty, writeSpec } from './rules.ts';
import { addEvent, EMPTY, Refused, type Spec, statusOf, type Stream, type World } from './stream.ts';

export interface Outcome {
  readonly code: number;
  readonly world: World;
}

/** What a registry has under a source: a digest, or why not. */
export type Fetched = { readonly image: string } | { readonly reason: string; readonly message: string };

export interface ImportedImage {
  readonly to: string;
  /** `from.name`, and the same with the digest instead of the tag. */
  readonly from: string;
  readonly pinned: string;
  readonly fetched: Fetched;
  readonly scheduled: boolean;
  readonly importMode: string;
}

/** A write that is refused changes nothing. */
function attempt(world: World, name: string, code: number, make: () => Stream): Outcome {
  try {
    return { code, world: { ...world, [name]: make() } };
  } catch (error) {
    if (error instanceof Refused) return { code: 422, world };
    throw error;
  }
}

export function createStream(world: World, name: string, spec: Readonly<Record<string, Spec>>, at: At): Outcome {
  const { [name]: existing, ...others } = world;
  // What is wrong with it comes before that it is there already.
  const made = attempt(others, name, 201, () => writeSpec(others, name, { ...structuredClone(EMPTY), spec }, at));
  if (existing === undefined) return made;
  return { code: made.code === 201 ? 409 : made.code, world };
}

export function deleteStream(world: World, name: string): Outcome {
  if (world[name] === undefined) return { code: 404, world };
  const { [name]: _deleted, ...others } = world;
  return { code: 200, world: others };
}

/** PUT and PATCH: `change` makes the wanted spec tags of the stored ones; histories stay. */
export function replaceTags(
  world: World,
  name: string,
  change: (spec: Readonly<Record<string, Spec>>) => Readonly<Record<string, Spec>>,
  at: At,
): Outcome {
  const stored = world[name];
  if (stored === undefined) return { code: 404, world };
  return attempt(world, name, 200, () => writeSpec(world, name, { ...stored, spec: change(stored.spec) }, at));
}

/** POST (§4.1 CREATE) and PUT (UPDATE) of an istag. */
export function writeTag(world: World, name: string, tag: string, spec: Spec, at: At, method: 'POST' | 'PUT'): Outcome {
  const stored = world[name] ?? EMPTY;
  const exists = stored.spec[tag] !== undefined;
  if (exists && method === 'POST') return { code: 409, world };
  return attempt(world, name, exists ? 200 : 201, () => writeSpec(world, name, { ...stored, spec: { ...stored.spec, [tag]: spec } }, at));
}

export function deleteTag(world: World, name: string, tag: string): Outcome {
  const stored = world[name];
  if (stored === undefined || (stored.spec[tag] === undefined && stored.status[tag] === undefined)) return { code: 404, world };
  const next = structuredClone(stored);
  if (next.spec[tag] !== undefined) next.generation += 1;
  delete next.spec[tag];
  delete next.status[tag];
  return { code: 200, world: { ...world, [name]: next } };
}

/** §5. */
export function pushImage(world: World, name: string, tag: string, image: string, reference: string, { now }: At): Outcome {
  const stored = world[name];
  if (stored === undefined) return { code: 404, world };
  const next = structuredClone(stored);
  addEvent(next, tag, { created: now, dockerImageReference: reference, image, generation: stored.generation });
  return { code: 201, world: { ...world, [name]: settle(name, stored, next) } };
}

/** A status write that keeps the newest `count` events of a tag, as `oc adm prune images` sends it; nothing follows (§2.4). */
export function trimHistory(world: World, name: string, tag: string, count: number): Outcome {
  const stored = world[name];
  if (stored === undefined) return { code: 404, world };
  const next = structuredClone(stored);
  if (next.status[tag] !== undefined) next.status[tag].items.splice(count);
  return { code: 200, world: { ...world, [name]: withoutEmpty(next) } };
}

/** §6.4: 201 unless the stream as a whole is refused, and nothing is written when nothing is new. */
export function importImages(world: World, name: string, images: readonly ImportedImage[], at: At): Outcome {
  const stored = world[name];
  const next = structuredClone(stored ?? EMPTY);
  for (const image of images) {
    if ('image' in image.fetched) importSucceeded(next, image, image.fetched.image, at.now);
    else importFailed(next, image, image.fetched, at.now);
  }
  if (stored !== undefined && stored.checked !== '' && isSame(next, stored)) return { code: 201, world };
  next.checked = at.now;
  return attempt(world, name, 201, () => writeSpec(world, name, next, { ...at, staysInside: true }));
}

function importSucceeded(next: Stream, image: ImportedImage, digest: string, now: string): void {
  const spec = next.spec[image.to];
  const [top] = statusOf(next, image.to).items;
  const isNew = top === undefined || spec === undefined || top.dockerImageReference !== image.pinned || top.image !== digest;
  if (isNew || (spec.generation ?? 0) > top.generation) {
    next.spec[image.to] = retargeted(spec, image);
    addEvent(next, image.to, { created: now, dockerImageReference: image.pinned, image: digest, generation: next.generation + 1 });
  }
  const { importMode, scheduled } = image;
  next.spec[image.to] = { ...(next.spec[image.to] as Spec), importMode, scheduled, insecure: true };
  statusOf(next, image.to).conditions = [];
}

function importFailed(next: Stream, image: ImportedImage, { reason, message }: Exclude<Fetched, { image: string }>, now: string): void {
  const spec = next.spec[image.to];
  const status = statusOf(next, image.to);
  const isKnown = status.conditions.some((condition) => condition.reason === reason && condition.message === message);
  if (spec === undefined) next.spec[image.to] = retargeted(undefined, image);
  if (isKnown) return;
  status.conditions = [{ reason, message, generation: next.generation + 1, lastTransitionTime: now }];
  if (spec !== undefined) next.spec[image.to] = { ...spec, generation: 0 };
}

/** The source is the import's, whatever the tag was; its reference flag and reference policy survive. */
function retargeted(spec: Spec | undefined, { from, importMode, scheduled }: ImportedImage): Spec {
  const base = spec ?? { reference: false, referencePolicy: 'Source' };
  return { ...base, from: { kind: 'DockerImage', name: from }, importMode, scheduled, insecure: true, generation: 0 };
}
