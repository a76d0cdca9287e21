/** How the registry of an image is spoken to when its tag does not know, because it copies another tag's image. Pure. */
import { canonicalSource } from '../image/canonical-source.ts';
import type { ExternalImage } from '../image/missing-image.ts';

export interface InsecureHosts {
  /** Learns from the tags that know. */
  note(namespace: string, image: ExternalImage): void;
  /**
   * What the tag itself says; else insecure where its namespace is so with that host already, and null, not to be asked, where only others are: it would
   * look as if the host were down, and nobody's secrets are sent in the clear because somebody else would do so.
   */
  decide(namespace: string, image: ExternalImage): boolean | null;
}

export function learnInsecureHosts(): InsecureHosts {
  const namespaces = new Map<string, Set<string>>();
  return {
    note(namespace, { pullSpec, insecure }) {
      if (insecure !== true) return;
      const { host } = canonicalSource(pullSpec);
      namespaces.set(host, (namespaces.get(host) ?? new Set()).add(namespace));
    },
    decide(namespace, { pullSpec, insecure }) {
      if (insecure !== null) return insecure;
      const known = namespaces.get(canonicalSource(pullSpec).host);
      if (known === undefined) return false;
      return known.has(namespace) ? true : null;
    },
  };
}
