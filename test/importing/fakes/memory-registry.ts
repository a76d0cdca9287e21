import { createHash } from 'node:crypto';
import { MEDIA_TYPE } from '../../../functions/image/manifest.ts';
import type { RegistryClient, RegistryRepository } from '../../../functions/importing/ports.ts';
import { RegistryError, type RegistryErrorCode } from '../../../functions/registry/errors.ts';

/** A registry in memory: what was pushed, what was asked, and what is to go wrong. */
export interface MemoryRegistry extends RegistryClient {
  /** Every request as `HEAD host/name:reference`, in order. */
  readonly log: string[];
  /** Most requests that were under way at once. */
  readonly peak: () => number;
  /** Pushes an image under `host/name:tag`; answers its digest. */
  pushImage(tag: string, config?: object): string;
  /** Pushes an index of platforms (`linux/amd64`) under a tag, one image each. */
  pushIndex(
    tag: string,
    platforms: readonly string[],
    seed?: string,
  ): { readonly index: string; readonly children: Readonly<Record<string, string>> };
  /** Pushes any document under a tag. */
  pushManifest(tag: string, mediaType: string, document: object): string;
  /** Requests whose log line contains `part` fail; undefined lifts it. */
  fail(part: string, code: RegistryErrorCode | undefined, message?: string): void;
  /** Requests whose log line contains `part` never end. */
  hang(part: string): void;
  /** Milliseconds every request takes. */
  delay: number;
}

export function createMemoryRegistry(): MemoryRegistry {
  const manifests = new Map<string, { readonly bytes: Uint8Array; readonly mediaType: string; readonly digest: string }>();
  const blobs = new Map<string, Uint8Array>();
  const tags = new Map<string, Set<string>>();
  const failures = new Map<string, RegistryError>();
  const hanging: string[] = [];
  const log: string[] = [];
  let [running, peak] = [0, 0];

  async function answer<T>(line: string, look: () => T): Promise<T> {
    log.push(line);
    running += 1;
    peak = Math.max(peak, running);
    try {
      await new Promise((resolve) => setTimeout(resolve, registry.delay));
      if (hanging.some((part) => line.includes(part))) await new Promise(() => undefined);
      for (const [part, error] of failures) if (line.includes(part)) throw error;
      return look();
    } finally {
      running -= 1;
    }
  }

  function find(repository: RegistryRepository, reference: string) {
    const separator = reference.includes(':') ? '@' : ':';
    const found = manifests.get(`${repository.host}/${repository.name}${separator}${reference}`);
    if (found === undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', 'manifest unknown');
    return { ...found, size: found.bytes.length };
  }

  const registry: MemoryRegistry = {
    log,
    peak: () => peak,
    delay: 0,
    pushImage(tag, config = {}) {
      const content = { architecture: 'amd64', os: 'linux', created: '2024-01-01T00:00:00Z', ...config, for: tag };
      const blob = encode(content);
      blobs.set(digestOf(blob), blob);
      return registry.pushManifest(tag, MEDIA_TYPE.manifest, {
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(blob), size: blob.length },
        layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(encode(['layer', tag])), size: 100 }],
      });
    },
    pushIndex(tag, platforms, seed = '') {
      const repository = tag.slice(0, tag.lastIndexOf(':'));
      const children = platforms.map((platform) => {
        const [os = '', architecture = ''] = platform.split('/');
        const digest = registry.pushImage(`${repository}:only-${os}-${architecture}`, { os, architecture, seed });
        return { platform, digest, entry: { mediaType: MEDIA_TYPE.manifest, digest, size: 1, platform: { os, architecture } } };
      });
      const index = registry.pushManifest(tag, MEDIA_TYPE.index, { manifests: children.map(({ entry }) => entry), seed });
      return { index, children: Object.fromEntries(children.map(({ platform, digest }) => [platform, digest])) };
    },
    pushManifest(tag, mediaType, document) {
      const bytes = encode({ schemaVersion: 2, mediaType, ...document });
      const digest = digestOf(bytes);
      const colon = tag.lastIndexOf(':');
      const repository = tag.slice(0, colon);
      manifests.set(tag, { bytes, mediaType, digest });
      manifests.set(`${repository}@${digest}`, { bytes, mediaType, digest });
      if (!tag.includes(':only-')) tags.set(repository, (tags.get(repository) ?? new Set()).add(tag.slice(colon + 1)));
      return digest;
    },
    fail(part, code, message = 'told to fail') {
      if (code === undefined) failures.delete(part);
      else failures.set(part, new RegistryError(code, message));
    },
    hang: (part) => hanging.push(part),
    headManifest: (repository, reference) =>
      answer(`HEAD ${repository.host}/${repository.name}:${reference}`, () => find(repository, reference)),
    getManifest: (repository, reference) =>
      answer(`GET ${repository.host}/${repository.name}:${reference}`, () => find(repository, reference)),
    getBlob: (repository, digest) =>
      answer(`BLOB ${repository.host}/${repository.name}@${digest}`, () => {
        const blob = blobs.get(digest);
        if (blob === undefined) throw new RegistryError('ERR_REGISTRY_NOT_FOUND', 'blob unknown');
        return blob;
      }),
    listTags: (repository) =>
      answer(`TAGS ${repository.host}/${repository.name}`, () => {
        const found = tags.get(`${repository.host}/${repository.name}`);
        if (found === undefined) throw new RegistryError('ERR_REGISTRY_REPOSITORY_NOT_FOUND', 'name unknown');
        return [...found];
      }),
  };
  return registry;
}

export function encode(document: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
