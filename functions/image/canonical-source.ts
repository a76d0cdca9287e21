/** One spelling for all spellings of a source (`busybox`, `docker.io/library/busybox:latest`). Pure. */
import { dockerClientDefaults, parseReference, registryAddress } from './reference.ts';

export interface CanonicalSource {
  /** host[:port] that is asked; '' when the source is no reference. */
  readonly host: string;
  /** Equal for sources that one check answers. */
  readonly text: string;
}

export function canonicalSource(source: string): CanonicalSource {
  const parsed = parseReference(source);
  if (!parsed.ok) return { host: '', text: source };
  const reference = dockerClientDefaults(parsed.reference);
  const { host, name } = registryAddress(reference);
  return { host, text: `${host}/${name}:${reference.tag}@${reference.id}` };
}
