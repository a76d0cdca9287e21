/** Brings all objects of a namespace to the images that their annotation `image.openshift.io/triggers` follows. */
import { type JsonObject, objectOf } from '../../../image/tolerant-reader.ts';
import { wantedImages } from '../../kubernetes/wanted-images.ts';
import { type WorkloadKind, WORKLOADS } from '../../kubernetes/workloads.ts';
import type { AnnotatedObjects } from '../../kubernetes/target-spec.ts';
import type { Outcome, Refusal } from '../target.ts';
import { bringWorkload, type Wish } from './bring-workload.ts';
import { type ClusterClient, ClusterRefusal, describeObject, nameOf } from './cluster-client.ts';
import { ClusterUnreachable } from './cluster-connection.ts';

interface Tally {
  readonly patched: string[];
  readonly current: string[];
  /** The first of those that may pass, or else the first. */
  problem?: Refusal;
  problems: number;
  /** Tags that annotations follow and this trigger does not; some. */
  readonly unknown: Set<string>;
}

/** Characters of a message, of names in it, and of details. */
const MOST_TEXT = 600;
const MOST_NAMES = 300;
/** Tags, and characters of the name of each or of an object: what a server sends that is none must not pile up. */
const MOST_UNKNOWN = 100;
const LONGEST_NAME = 400;

/**
 * What can be patched is, whatever is wrong with the rest. Objects are taken one after the other; a server that is busy or gone ends it, and the
 * next try goes on where objects are behind.
 */
export async function bringAnnotated(
  client: ClusterClient,
  { namespace, labelSelector = '', kinds }: AnnotatedObjects,
  wish: Wish,
): Promise<Outcome> {
  const tally: Tally = { patched: [], current: [], problems: 0, unknown: new Set() };
  for (const kind of WORKLOADS.filter((known) => kinds === undefined || kinds.includes(known.kind))) {
    if (!(await noting(tally, () => bringKind(client, kind, { namespace, labelSelector }, { wish, tally })))) break;
  }
  return outcomeOf(tally, namespace);
}

async function bringKind(
  client: ClusterClient,
  kind: WorkloadKind,
  { namespace, labelSelector }: { readonly namespace: string; readonly labelSelector: string },
  { wish, tally }: { readonly wish: Wish; readonly tally: Tally },
): Promise<void> {
  for await (const object of client.list(kind, namespace, labelSelector)) {
    const workload = { kind, namespace, name: nameOf(object) };
    if (workload.name.length > LONGEST_NAME || !isMeant(object, kind, wish, tally)) continue;
    const goOn = await noting(tally, async () => {
      const brought = await bringWorkload(client, workload, wish, object).catch(nullIfDeleted);
      if (brought === null) return;
      if (brought.kind === 'misfit')
        count(tally, { ...brought, kind: 'refused', message: `${describeObject(workload)}: ${brought.message}` });
      else tally[brought.kind].push(`${kind.kind}/${workload.name}`);
    });
    if (!goOn) return;
  }
}

/** An object that was listed may be deleted by now. */
function nullIfDeleted(error: unknown): null {
  if (error instanceof ClusterRefusal && error.status === 404) return null;
  throw error;
}

/** Takes note of what its objects follow besides; one that is on its way out is left alone. */
function isMeant(object: JsonObject, kind: WorkloadKind, { images, namespace }: Wish, tally: Tally): boolean {
  if (objectOf(object['metadata'])['deletionTimestamp'] !== undefined) return false;
  const found = wantedImages(object, kind, images, namespace);
  if (found.kind === 'misfit') return true;
  for (const tag of found.unknown) if (tally.unknown.size < MOST_UNKNOWN && tag.length <= LONGEST_NAME) tally.unknown.add(tag);
  return found.mentioned.size > 0;
}

/** False when there is no use in asking this server more. */
async function noting(tally: Tally, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof ClusterRefusal || error instanceof ClusterUnreachable)) throw error;
    count(tally, error.refusal);
    return error instanceof ClusterRefusal && (error.refusal.kind === 'refused' || error.status === 409);
  }
}

function count(tally: Tally, problem: Refusal): void {
  tally.problems += 1;
  if (tally.problem === undefined || (problem.kind === 'retry' && tally.problem.kind !== 'retry')) tally.problem = problem;
}

function outcomeOf({ patched, current, problem: first, problems, unknown }: Tally, namespace: string): Outcome {
  if (first !== undefined) {
    const others = problems === 1 ? '' : ` (and ${problems - 1} more)`;
    const message = `${first.message}${others}; objects with the newest images: ${patched.length + current.length}`;
    return { ...first, message: message.slice(0, MOST_TEXT) };
  }
  const none = patched.length + current.length === 0 ? [`no object of ${namespace} follows a tag of this trigger by its annotation`] : [];
  const others = unknown.size === 0 ? [] : [`annotations follow tags that are not in spec.images: ${namesOf([...unknown])}`];
  const notes = [...none, ...others];
  return {
    kind: 'delivered',
    ...(notes.length === 0 ? {} : { message: notes.join('; ') }),
    details: { patched: namesOf(patched), unchanged: namesOf(current) },
  };
}

function namesOf(names: readonly string[]): string {
  const text = [...names].sort().join(', ');
  return text.length > MOST_NAMES ? `${text.slice(0, MOST_NAMES)}… (${names.length})` : text;
}
