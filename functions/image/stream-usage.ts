/** What of an image stream counts against limits (openshift-semantics.md §10 "Limits and quota"). Pure. */
import type { ObjectReference } from '../kubernetes/types.ts';
import { type DockerImageReference, dockerClientDefaults, formatReference, parseReference, splitTagName } from './reference.ts';
import type { StreamState } from './stream-state.ts';
import type { Digest, TagReference } from './types.ts';

const HUB = 'docker.io';
const HUB_ALIASES = new Set([HUB, 'index.docker.io', 'registry-1.docker.io']);

type Place = Pick<StreamState, 'namespace'>;

/** Distinct things that spec tags ask for (`openshift.io/image-tags`). Tags that name a tag or an id of their own stream alone do not count. */
export function specReferences({ namespace }: Place, specs: Iterable<TagReference | null>): ReadonlySet<string> {
  const references = new Set<string>();
  for (const spec of specs) {
    const reference = spec?.from === undefined ? null : sourceIdentity(namespace, spec.from);
    if (reference !== null) references.add(reference);
  }
  return references;
}

/** Distinct images of the events that are loaded (`openshift.io/images`). */
export function eventImages(stream: Pick<StreamState, 'tags'> | null): ReadonlySet<Digest> {
  const images = new Set<Digest>();
  for (const { items } of stream?.tags.values() ?? []) for (const { image } of items) if (image !== '') images.add(image);
  return images;
}

/** The same source, however it is written: Docker Hub is docker.io, its library and the tag latest are left out. null: counts for nothing. */
function sourceIdentity(namespace: string, { kind, name = '', namespace: other }: ObjectReference): string | null {
  const place = other || namespace;
  if (kind === 'ImageStreamTag') return splitTagName(name) === null ? null : `${place}/${name}`;
  if (kind !== 'DockerImage' && kind !== 'ImageStreamImage') return null;
  const parsed = parseReference(name);
  if (!parsed.ok) return null;
  const { reference } = parsed;
  if (kind === 'DockerImage') return formatReference(minimal(dockerClientDefaults(reference)));
  return reference.id === '' ? null : formatReference(minimal({ ...reference, namespace: reference.namespace || place }));
}

function minimal(reference: DockerImageReference): DockerImageReference {
  const isHub = HUB_ALIASES.has(reference.registry);
  return {
    ...reference,
    registry: isHub ? HUB : reference.registry,
    namespace: isHub && reference.namespace === 'library' ? '' : reference.namespace,
    tag: reference.tag === 'latest' ? '' : reference.tag,
  };
}
