/**
 * Which registry a host is. Only those are here that need other code; docs/registries.md tells why the rest does not: it keeps to the specification,
 * or differs in what is read leniently anyway, or stands on hosts that cannot be known.
 */
import { parseEcrHost } from '../ecr-host.ts';
import { DOCKER_HUB } from './docker-hub.ts';
import { ECR, ECR_PUBLIC } from './ecr.ts';
import { GOOGLE, GOOGLE_HOST } from './google.ts';
import { QUAY } from './quay.ts';
import type { Quirks } from './types.ts';

const BY_HOST: ReadonlyMap<string, Quirks> = new Map([
  ['registry-1.docker.io', DOCKER_HUB],
  ['quay.io', QUAY],
  ['public.ecr.aws', ECR_PUBLIC],
  ['ecr-public.aws.com', ECR_PUBLIC],
]);
const NONE: Quirks = {};

/** @param host host or host:port, as a repository names it */
export function quirksOf(host: string): Quirks {
  const name = host.toLowerCase().replace(/:443$/, '');
  const known = BY_HOST.get(name);
  if (known !== undefined) return known;
  if (parseEcrHost(name) !== null) return ECR;
  return GOOGLE_HOST.test(name) ? GOOGLE : NONE;
}
