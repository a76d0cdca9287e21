/** Which registries images may come from (openshift-semantics.md §9 "Whitelist", §11b.6). Pure. */
import { matchesGlob } from './glob.ts';
import { type DockerImageReference, dockerClientDefaults, formatReference, parseReference } from './reference.ts';

/** Globs of a host and a port. */
export interface AllowedRegistry {
  readonly host: string;
  readonly port: string;
}

/** How the registry is going to be spoken to: decides the port of a host that names none. `any`: insecure, but HTTPS is tried first. */
export type Transport = 'secure' | 'insecure' | 'any';

/** Why images may not come from the registry of this reference, or null. */
export type RegistryRule = (reference: DockerImageReference, transport: Transport) => string | null;

export const ALLOW_ALL: RegistryRule = () => null;

const HUB = 'docker.io';
const HUB_API = 'registry-1.docker.io';
const HUB_ALIASES = new Set(['index.docker.io', HUB_API]);
const PORTS: Readonly<Record<'secure' | 'insecure', string>> = { secure: '443', insecure: '80' };
/** Ports of an entry that a reference without a port may mean, when it is spoken to in any way. */
const DEFAULT_PORTS = new Set(['80', '443', '*']);
/** Entries a refusal shows. */
const MOST_SHOWN = 5;

/**
 * Reads `host[:port]` globs (`*`, `?`); without a port it is 443. Of entries that say the same the last one stays. A list that allows anything
 * in particular also allows the integrated registry, which then leads it; an empty list allows everything. Throws for more than one colon.
 */
export function parseAllowedRegistries(globs: readonly string[], internal?: string): readonly AllowedRegistry[] {
  if (globs.length === 0) return [];
  const list = globs.map(parseGlob);
  const distinct = list.filter((entry, index) => !list.slice(index + 1).some((later) => isSame(later, entry)));
  if (internal === undefined || internal === '') return distinct;
  const own = parseGlob(internal);
  return distinct.some((entry) => isSame(entry, own)) ? distinct : [own, ...distinct];
}

/** The rule of a list made by `parseAllowedRegistries`. */
export function registryRule(allowed: readonly AllowedRegistry[]): RegistryRule {
  if (allowed.length === 0) return ALLOW_ALL;
  return (reference, transport) => {
    const { host, port } = addressOf(reference, transport);
    if (HUB_ALIASES.has(host) && isAllowed(allowed, HUB, port)) return null;
    return isAllowed(allowed, host, port) ? null : refusal(allowed, reference.registry || (port === '' ? host : `${host}:${port}`));
  };
}

/** The same rule, but whole repositories that are named here stay allowed, whatever their tag or digest. Unparsable pull specs name none. */
export function allowRepositories(rule: RegistryRule, pullSpecs: Iterable<string>): RegistryRule {
  if (rule === ALLOW_ALL) return rule;
  let repositories: Set<string> | null = null; // most references are allowed by the list
  const known = () =>
    (repositories ??= new Set(
      Array.from(pullSpecs, (pullSpec) => parseReference(pullSpec)).flatMap((parsed) =>
        parsed.ok ? [repositoryOf(parsed.reference)] : [],
      ),
    ));
  return (reference, transport) => {
    const refused = rule(reference, transport);
    return refused === null || known().has(repositoryOf(reference)) ? null : refused;
  };
}

/** Host and port as an import compares and names them; Docker Hub by the host that serves its API. */
export function importAddress(reference: DockerImageReference, insecure: boolean): string {
  const { host, port } = addressOf(reference, insecure ? 'insecure' : 'secure');
  return `${host}:${port}`;
}

function parseGlob(text: string): AllowedRegistry {
  const [host = '', port, ...more] = text.split(':');
  if (more.length > 0) throw new Error(`failed to parse allowed registry ${JSON.stringify(text)}: too many colons`);
  return { host, port: port ?? PORTS.secure };
}

function isSame(one: AllowedRegistry, other: AllowedRegistry): boolean {
  return one.host === other.host && one.port === other.port;
}

function addressOf(reference: DockerImageReference, transport: Transport): AllowedRegistry {
  const { registry } = transport === 'any' ? dockerClientDefaults(reference) : dockerClientDefaults(ofApi(reference));
  const colon = registry.indexOf(':');
  if (colon !== -1) return { host: registry.slice(0, colon), port: registry.slice(colon + 1) };
  return { host: registry, port: transport === 'any' ? '' : PORTS[transport] };
}

/** A reference that names Docker Hub means the host of its API; one that names nothing is left at docker.io. */
function ofApi(reference: DockerImageReference): DockerImageReference {
  const { registry } = reference;
  return registry === HUB || HUB_ALIASES.has(registry) ? { ...reference, registry: HUB_API } : reference;
}

function isAllowed(allowed: readonly AllowedRegistry[], host: string, port: string): boolean {
  return allowed.some((entry) => {
    if (!matchesGlob(host, entry.host)) return false;
    return port === '' ? DEFAULT_PORTS.has(entry.port) : matchesGlob(port, entry.port);
  });
}

function refusal(allowed: readonly AllowedRegistry[], registry: string): string {
  const entries = allowed.map(({ host, port }) => JSON.stringify(`${host}:${port}`));
  const shown = entries.length <= MOST_SHOWN ? entries : entries.slice(0, MOST_SHOWN - 1);
  const more = entries.length - shown.length;
  return `registry ${JSON.stringify(registry)} not allowed by whitelist: ${shown.join(', ')}${more === 0 ? '' : `, and ${more} more ...`}`;
}

function repositoryOf(reference: DockerImageReference): string {
  return formatReference({ ...dockerClientDefaults(reference), tag: '', id: '' });
}
