/** Which registry a host is. Only those are here that need other code; the rest keeps to the specification, or differs in what is read leniently anyway. */
import { DOCKER_HUB } from './docker-hub.ts';
import { QUAY } from './quay.ts';
import type { Quirks } from './types.ts';

const BY_HOST: ReadonlyMap<string, Quirks> = new Map([
  ['registry-1.docker.io', DOCKER_HUB],
  ['quay.io', QUAY],
]);
const NONE: Quirks = {};

/** @param host host or host:port, as a repository names it */
export function quirksOf(host: string): Quirks {
  return BY_HOST.get(host.toLowerCase().replace(/:443$/, '')) ?? NONE;
}
