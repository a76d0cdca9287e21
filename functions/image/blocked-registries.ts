/** Registries that nothing is imported from, whoever asks (openshift-semantics.md §6.2; OpenShift's `registrySources.blockedRegistries`). Pure. */
import { matchesGlob } from './glob.ts';
import { type DockerImageReference, registryAddress } from './reference.ts';

/** Why nothing may be imported from the registry of this reference, or null. */
export type BlockRule = (reference: DockerImageReference) => string | null;

export const BLOCK_NONE: BlockRule = () => null;

/** Of `host[:port]` globs. Ports 443 and 80 equal none, and all names of Docker Hub are one: no other spelling gets around an entry. */
export function blockRule(globs: readonly string[]): BlockRule {
  if (globs.length === 0) return BLOCK_NONE;
  const blocked = globs.map(plainHost);
  return (reference) => {
    const { host } = registryAddress(reference);
    const asked = plainHost(host);
    return blocked.some((glob) => matchesGlob(asked, glob)) ? `registry ${reference.registry || 'docker.io'} blocked` : null;
  };
}

function plainHost(host: string): string {
  const plain = host.toLowerCase().replace(/:(443|80)$/, '');
  const isHub = ['docker.io', 'index.docker.io'].includes(plain);
  return isHub ? 'registry-1.docker.io' : plain;
}
