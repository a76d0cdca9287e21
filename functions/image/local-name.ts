/**
 * Pull specs that name an image stream of the namespace instead of a repository (`python:3.5`), and what they resolve to where the stream's
 * lookupPolicy is local: what OpenShift's admission plugin image.openshift.io/ImagePolicy does to pods. Pure.
 */
import { type DockerImageReference, dockerClientDefaults, formatReference, parseReference } from './reference.ts';
import type { RegistryHosts, StreamMember, StreamState } from './stream-state.ts';
import { resolvedReference, statusRepository } from './stream-view.ts';

/** A tag or an image of a stream: one of both, the other is ''. */
export interface LocalName {
  readonly stream: string;
  readonly tag: string;
  readonly digest: string;
}

export type LocalResolution =
  /** What to pull: always with a registry, so that it is no local name itself. */
  | { readonly found: 'image'; readonly reference: string }
  /** The stream has no such tag or image. `reference`: where its repository would have it, which is no other place's; '' without one. */
  | { readonly found: 'nothing'; readonly reference: string }
  /** No stream, or one that does not lend its name. */
  | { readonly found: 'no stream' };

export interface LocalLookup {
  /** null when there is no such stream. Its tag is loaded, if it has it. */
  readonly stream: StreamState | null;
  /** Of the stream, as far as they have the digest. */
  readonly members: readonly StreamMember[];
  readonly hosts: RegistryHosts;
  /** Whether whoever uses the name asked for streams, whatever their lookupPolicy. */
  readonly isAsked: boolean;
}

const DEFAULT_TAG = 'latest';

/**
 * null for what names no stream: a pull spec with a registry or a namespace, or one that cannot be parsed. `anyRepository`: also those, by the last
 * part of their name alone (annotation `alpha.image.policy.openshift.io/resolve-names`), unless a digest says already which image it is.
 */
export function readLocalName(image: string, anyRepository: boolean): LocalName | null {
  const read = parseReference(image);
  if (!read.ok) return null;
  const { registry, namespace, name, tag, id } = read.reference;
  const isLocal = registry === '' && namespace === '';
  if (name === '' || name.includes('/') || (!isLocal && (!anyRepository || id !== ''))) return null;
  return id === '' ? { stream: name, tag: tag || DEFAULT_TAG, digest: '' } : { stream: name, tag: '', digest: id };
}

/** Total: a stored reference nobody can parse resolves to nothing. */
export function resolveLocalName({ tag, digest }: LocalName, { stream, members, hosts, isAsked }: LocalLookup): LocalResolution {
  if (stream === null || !(stream.lookupPolicy.local || isAsked)) return { found: 'no stream' };
  const repository = statusRepository(stream, hosts);
  if (digest !== '') {
    const member = members.find((each) => each.digest === digest);
    return found(member === undefined ? '' : exact(member.dockerImageReference, { tag: '', id: digest }), '');
  }
  const { spec = null, items = [] } = stream.tags.get(tag) ?? {};
  const [event] = items;
  const elsewhere = exact(repository, { tag, id: '' });
  if (event === undefined) return found('', elsewhere);
  // An event without an image is of a reference tag: its tag is all there is.
  const pinned = event.image === '' ? {} : { tag: '', id: event.image };
  return found(exact(resolvedReference(spec, event, repository), pinned), elsewhere);
}

function found(reference: string, elsewhere: string): LocalResolution {
  return reference === '' ? { found: 'nothing', reference: elsewhere } : { found: 'image', reference };
}

/** Docker Hub's name is filled in, or the result would be looked up again. '' for what is no repository. */
function exact(text: string, image: Partial<Pick<DockerImageReference, 'tag' | 'id'>>): string {
  const read = parseReference(text);
  if (!read.ok || read.reference.name === '') return '';
  const reference = { ...read.reference, ...image };
  return formatReference(reference.registry === '' ? dockerClientDefaults(reference) : reference);
}
