/**
 * Pull specs: `[host[:port]/]path[:tag][@digest]`, parsed as docker distribution 2.x and library-go's image/reference do
 * (openshift-semantics.md §9), because stored objects and clients rely on their quirks.
 */

/** Parts of a pull spec; '' where absent. `namespace` is the first path component, `name` all others. */
export interface DockerImageReference {
  readonly registry: string;
  readonly namespace: string;
  readonly name: string;
  readonly tag: string;
  readonly id: string;
}

export type ReferenceRead =
  { readonly ok: true; readonly reference: DockerImageReference } | { readonly ok: false; readonly message: string };

const MAX_NAME = 255;
/** Name, tag and the longest digest are far below it; longer texts do not reach the patterns. */
const MAX_TEXT = 1024;
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };
const DOCKER_HUB = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

// Written so that no text matches a part in two ways: upstream's forms of the same languages take exponential time in a backtracking engine.
const COMPONENT = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const HOST_LABEL = '[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*';
const HOST = `${HOST_LABEL}(?:\\.${HOST_LABEL})*(?::[0-9]+)?`;
const NAME = `(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*`;
const TAG = '\\w[\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}';
const REFERENCE = new RegExp(`^(${NAME})(?::(${TAG}))?(?:@(${DIGEST}))?$`);

/** Parses a pull spec; `message` is upstream's. Nothing is defaulted. */
export function parseReference(text: string): ReferenceRead {
  if (text === '') return refuse('repository name must have at least one component');
  if (text.length > MAX_TEXT) return refuse(`repository name must not be more than ${MAX_NAME} characters`);
  const match = REFERENCE.exec(text);
  if (match === null) return refuse(REFERENCE.test(text.toLowerCase()) ? 'repository name must be lowercase' : 'invalid reference format');
  const [, name = '', tag = '', id = ''] = match;
  if (name.length > MAX_NAME) return refuse(`repository name must not be more than ${MAX_NAME} characters`);
  const problem = id === '' ? null : digestProblem(id);
  return problem === null ? { ok: true, reference: splitName(text, name, tag, id) } : refuse(problem);
}

/** The parts that are set, as a pull spec; a tag beside a digest is dropped, as upstream's Exact() does. */
export function formatReference({ registry, namespace, name, tag, id }: DockerImageReference): string {
  const prefix = (registry === '' ? '' : `${registry}/`) + (namespace === '' ? '' : `${namespace}/`);
  if (name === '') return registry === '' ? '' : prefix;
  if (id !== '') return `${prefix}${name}${isDigest(id) ? '@' : ':'}${id}`;
  return prefix + (tag === '' ? name : `${name}:${tag}`);
}

/** What `docker pull` would fill in: docker.io, library on Docker Hub, and latest unless a digest says which image. */
export function dockerClientDefaults(reference: DockerImageReference): DockerImageReference {
  const registry = reference.registry || 'docker.io';
  const namespace = reference.namespace || (DOCKER_HUB.has(registry) ? 'library' : '');
  const tag = reference.tag || (reference.id === '' ? 'latest' : '');
  return { ...reference, registry, namespace, tag };
}

/** Where the registry API of a reference is: host[:port], and the repository's name there. Docker Hub serves its API from another host. */
export function registryAddress(reference: DockerImageReference): { readonly host: string; readonly name: string } {
  const { registry, namespace, name } = dockerClientDefaults(reference);
  return { host: DOCKER_HUB.has(registry) ? 'registry-1.docker.io' : registry, name: namespace === '' ? name : `${namespace}/${name}` };
}

/** `stream:tag`: exactly one ':', no '@', something on both sides (§4.1); else null. */
export function splitTagName(text: string): { readonly stream: string; readonly tag: string } | null {
  const [stream = '', tag = '', ...more] = text.split(':');
  return stream === '' || tag === '' || more.length > 0 || text.includes('@') ? null : { stream, tag };
}

/** `stream@id`: exactly one '@', something on both sides (§4.3); else null. */
export function splitImageName(text: string): { readonly stream: string; readonly id: string } | null {
  const [stream = '', id = '', ...more] = text.split('@');
  return stream === '' || id === '' || more.length > 0 ? null : { stream, id };
}

function refuse(message: string): ReferenceRead {
  return { ok: false, message };
}

function splitName(text: string, name: string, tag: string, id: string): DockerImageReference {
  const slash = name.indexOf('/');
  const first = slash === -1 ? name : name.slice(0, slash);
  // A lone component that looks like a host is taken for one, tag and digest included: upstream's oldest quirk.
  if (slash === -1 && (name.includes('.') || name.startsWith('localhost'))) return { registry: text, namespace: '', name: '', tag: '', id };
  const isHost = slash !== -1 && (/[.:]/.test(first) || first === 'localhost');
  const path = isHost ? name.slice(slash + 1) : name;
  const cut = path.indexOf('/');
  return { registry: isHost ? first : '', namespace: path.slice(0, Math.max(cut, 0)), name: path.slice(cut + 1), tag, id };
}

function digestProblem(digest: string): string | null {
  const colon = digest.indexOf(':');
  const length = Object.hasOwn(DIGEST_LENGTHS, digest.slice(0, colon)) ? DIGEST_LENGTHS[digest.slice(0, colon)] : undefined;
  if (length === undefined) return 'unsupported digest algorithm';
  return digest.length - colon - 1 === length ? null : 'invalid checksum digest length';
}

function isDigest(id: string): boolean {
  return /^[\w.+-]+:[0-9A-Fa-f]+$/.test(id) && digestProblem(id) === null;
}
