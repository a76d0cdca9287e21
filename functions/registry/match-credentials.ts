/**
 * Which entries of pull secrets are meant for a repository (openshift-semantics.md §6.5, with the differences of §12). Keys are
 * `host[:port][/path]`; each label of the host may hold wildcards.
 */
import type { RegistryRepository } from '../importing/ports.ts';
import { fingerprint } from './credentials.ts';
import type { RegistryCredentials } from './types.ts';

/** One entry of a docker config. */
export interface CredentialEntry {
  /** As written in the secret. */
  readonly key: string;
  readonly credentials: RegistryCredentials;
}

interface Scope {
  readonly labels: readonly string[];
  /** '' for the port of https or http. */
  readonly port: string;
  readonly path: readonly string[];
}

/** Names of Docker Hub: what docker login writes, what people type, and where its API is. */
const DOCKER_HUB = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
const DEFAULT_PORTS = new Set(['443', '80']);

/** Where an entry leads elsewhere; null where it does not. */
export type Mismatch = 'host' | 'port' | 'path' | null;

/** All entries with what they miss, those that miss nothing first and best first: the longest path, then the host with fewer wildcards, then the order given. */
export function rankEntries<T extends CredentialEntry>(
  entries: readonly T[],
  { host, name }: Pick<RegistryRepository, 'host' | 'name'>,
): readonly { readonly entry: T; readonly mismatch: Mismatch }[] {
  const target = scopeOf(`${host}/${name}`);
  const all = entries.map((entry) => {
    const scope = scopeOf(normalizeKey(entry.key));
    return { entry, scope, mismatch: mismatchOf(scope, target) };
  });
  const matches = all
    .filter(({ mismatch }) => mismatch === null)
    .sort((a, b) => b.scope.path.length - a.scope.path.length || wildcards(a.scope) - wildcards(b.scope));
  return [...matches, ...all.filter(({ mismatch }) => mismatch !== null)];
}

/** The credentials of all entries that match, best first. Equal credentials come once. */
export function matchCredentials(
  entries: readonly CredentialEntry[],
  repository: Pick<RegistryRepository, 'host' | 'name'>,
): readonly RegistryCredentials[] {
  const matches = rankEntries(entries, repository).flatMap(({ entry, mismatch }) => (mismatch === null ? [entry] : []));
  const distinct = new Map(matches.map(({ credentials }) => [fingerprint(credentials), credentials]));
  return [...distinct.values()];
}

/** Without its scheme, and without the API version that docker login writes behind Docker Hub's host. */
function normalizeKey(key: string): string {
  return key.replace(/^https?:\/\//i, '').replace(/^([^/]*)\/v[12]\//, '$1/');
}

function scopeOf(text: string): Scope {
  const [address = '', ...path] = text.split('/');
  const [, host = '', port = ''] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  const name = DOCKER_HUB.has(host.toLowerCase()) ? 'docker.io' : host.toLowerCase();
  return { labels: name.split('.'), port: DEFAULT_PORTS.has(port) ? '' : port, path: path.filter((segment) => segment !== '') };
}

function mismatchOf(scope: Scope, target: Scope): Mismatch {
  const isHost =
    scope.labels.length === target.labels.length && scope.labels.every((label, index) => matchesLabel(label, target.labels[index] ?? ''));
  if (!isHost) return 'host';
  if (scope.port !== target.port) return 'port';
  return scope.path.every((segment, index) => segment === target.path[index]) ? null : 'path';
}

/** `*` stands for any number of characters, `?` for one. Linear: patterns are written by users. */
function matchesLabel(pattern: string, label: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < label.length;) {
    if (pattern[at] === '*') {
      star = at++;
      resume = index;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === label[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

function wildcards({ labels }: Scope): number {
  return labels.filter((label) => /[*?]/.test(label)).length;
}
