/** Where things of a repository live (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints). */
import type { RegistryRepository } from '../importing/ports.ts';
import { RegistryError } from './errors.ts';
import type { Scheme } from './hosts.ts';

const HOST = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;
/** Wider than the specification, but nothing that is a path of its own (`..`), a query or an escape. */
const NAME = /^(?!\.{1,2}(?:\/|$))[\w.-]+(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[\w+.-]{1,32}:[\w=-]{1,256}$/;

/**
 * @param path below `/v2/<name>/`, made of checked parts.
 * @throws RegistryError when host or name cannot be part of a URL
 */
export function repositoryUrl(scheme: Scheme, { host, name }: RegistryRepository, path: string): URL {
  if (!HOST.test(host)) throw badHost();
  if (!NAME.test(name)) throw new RegistryError('ERR_REGISTRY_REPOSITORY_NOT_FOUND', 'name invalid: invalid repository name');
  const url = URL.parse(`${scheme}://${host}/v2/${name}/${path}`);
  if (url === null) throw badHost();
  return url;
}

/** The host of `host[:port]`, an IPv6 address without its brackets. @throws RegistryError when it is none */
export function hostNameOf(host: string): string {
  const url = HOST.test(host) ? URL.parse(`https://${host}/`) : null;
  if (url === null) throw badHost();
  return url.hostname.replace(/^\[|\]$/g, '');
}

function badHost(): RegistryError {
  return new RegistryError('ERR_REGISTRY_UNREACHABLE', 'the name of the registry is no host name');
}

/** Whether a registry may name a tag like this: what it lists ends up in objects and in URLs. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** A tag or digest as part of a path. @throws RegistryError */
export function checkReference(reference: string): string {
  if (TAG.test(reference) || DIGEST.test(reference)) return reference;
  throw new RegistryError('ERR_REGISTRY_NOT_FOUND', 'manifest unknown: neither a tag nor a digest');
}
