/** What the client has learned about registries, so that it asks only once: the scheme of an insecure one, and how it wants to be authenticated to. */
import type { RegistryRepository } from '../importing/ports.ts';
import type { AuthChallenge } from './challenge.ts';
import type { RegistryLimits } from './limits.ts';

export type Scheme = 'https' | 'http';

export interface HostMemory {
  /**
   * Lets the first request to an unknown host go alone and holds the others back until `release`: thirty-two parallel requests then find scheme and
   * challenge known, instead of failing thirty-two times. Waits once at most; after a failed first request all go.
   */
  enter(repository: RegistryRepository): Promise<Release>;
  scheme(repository: RegistryRepository): Scheme | undefined;
  rememberScheme(repository: RegistryRepository, scheme: Scheme): void;
  forgetScheme(repository: RegistryRepository): void;
  challenge(repository: RegistryRepository): AuthChallenge | undefined;
  rememberChallenge(repository: RegistryRepository, challenge: AuthChallenge): void;
}

/** Ends the hold; may be called again. */
export type Release = () => void;

interface Host {
  scheme?: Scheme;
  /** Milliseconds on the clock of `now`. */
  schemeUntil: number;
  challenge?: AuthChallenge;
}

/** @param now milliseconds since the epoch. */
export function createHostMemory({ limits, now }: { readonly limits: RegistryLimits; readonly now: () => number }): HostMemory {
  const hosts = new Map<string, Host>();
  const first = new Map<string, Promise<void>>();

  function hostOf(repository: RegistryRepository): Host {
    const key = hostKey(repository);
    const known = hosts.get(key);
    if (known !== undefined) return known;
    const host: Host = { schemeUntil: 0 };
    hosts.set(key, host);
    dropOldest(hosts, limits.rememberedHosts);
    return host;
  }

  function scheme(repository: RegistryRepository): Scheme | undefined {
    const host = hosts.get(hostKey(repository));
    return host !== undefined && now() < host.schemeUntil ? host.scheme : undefined;
  }

  return {
    scheme,
    async enter(repository) {
      if (scheme(repository) !== undefined) return () => undefined;
      const key = hostKey(repository);
      const earlier = first.get(key);
      if (earlier !== undefined) {
        await earlier;
        return () => undefined;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      first.set(key, promise);
      return () => {
        if (first.get(key) === promise) first.delete(key);
        resolve();
      };
    },
    rememberScheme(repository, found) {
      const host = hostOf(repository);
      // The first answer counts: were the memory renewed with every answer, https would never be tried again.
      if (host.scheme === found && now() < host.schemeUntil) return;
      host.scheme = found;
      host.schemeUntil = found === 'https' ? Infinity : now() + limits.plainHttpMemory;
    },
    forgetScheme(repository) {
      hostOf(repository).schemeUntil = 0;
    },
    challenge: (repository) => hosts.get(hostKey(repository))?.challenge,
    rememberChallenge(repository, challenge) {
      hostOf(repository).challenge = challenge;
    },
  };
}

/** What was learned over an unverified connection is not used for a verified one. */
function hostKey({ host, insecure }: RegistryRepository): string {
  return insecure ? `insecure ${host}` : host;
}

/** Keeps a map within its bound, oldest entries first to go. */
export function dropOldest(map: Map<string, unknown>, bound: number): void {
  for (const key of map.keys()) {
    if (map.size <= bound) return;
    map.delete(key);
  }
}
