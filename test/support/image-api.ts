/** What the resources work with, over a real store, and requests for them. */
import { randomUUID } from 'node:crypto';
import { ALLOW_ALL } from '../../functions/image/allowed-registries.ts';
import type { ImageStream, ImageStreamTag, TagReference } from '../../functions/image/types.ts';
import type { ListOptions, RequestContext, RequestInfo } from '../../functions/kubernetes/handlers.ts';
import type { ImageApi } from '../../functions/resources/image-api.ts';
import type { NamespaceStore } from '../../functions/resources/ports.ts';
import { createImageStore } from '../../functions/store/image-store.ts';
import { createNamespaceStore } from '../../functions/store/namespace-store.ts';
import { retryOnConflict } from '../../functions/store/retry-on-conflict.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import type { TestTable } from './dynamodb.ts';
import { EVERYBODY_MAY } from './everybody-may.ts';

export const NOW = Date.parse('2026-11-21T10:00:00Z');

export function createImageApi(
  { client, table }: TestTable,
  over: Partial<ImageApi> = {},
): ImageApi & { readonly namespaces: NamespaceStore } {
  return {
    streams: createStreamStore({ client, table, settings: { importInterval: '15m' } }),
    images: createImageStore({ client, table }),
    authorizer: EVERYBODY_MAY,
    hosts: {},
    allowedRegistries: ALLOW_ALL,
    limits: { readLimits: async () => ({}) },
    retry: retryOnConflict,
    newUid: randomUUID,
    ...over,
    namespaces: createNamespaceStore({ client, table }),
  };
}

/** A request by alice; `now` advances by hand. */
export function request(over: Partial<RequestContext> & { namespace?: string } = {}): RequestContext {
  const { namespace = 'default', ...context } = over;
  const info: RequestInfo = {
    isResourceRequest: true,
    path: '',
    verb: '',
    group: 'image.openshift.io',
    version: 'v1',
    namespace,
    resource: '',
    subresource: '',
    name: '',
  };
  return { info, identity: { user: 'alice', groups: [] }, now: NOW, dryRun: false, fieldManager: 'test', ...context };
}

export const EVERYTHING: ListOptions = { matchesLabels: () => true, fieldRequirements: [] };

/** As `oc create is` sends it. */
export function imageStream(
  name: string,
  tags: readonly Partial<TagReference>[] = [],
  over: Partial<ImageStream['metadata']> = {},
): ImageStream {
  const spec = { lookupPolicy: { local: false }, ...(tags.length === 0 ? {} : { tags: tags as TagReference[] }) };
  return { metadata: { name, ...over }, spec, status: { dockerImageRepository: '' } };
}

/** As `oc tag` sends it. */
export function imageStreamTag(
  name: string,
  tag: Partial<TagReference> | null,
  over: Partial<ImageStreamTag['metadata']> = {},
): ImageStreamTag {
  return {
    metadata: { name, ...over },
    tag: tag as TagReference | null,
    generation: 0,
    lookupPolicy: { local: false },
    image: { metadata: {} },
  };
}

export function dockerImage(name: string): Partial<TagReference> {
  return { from: { kind: 'DockerImage', name }, generation: 0, importPolicy: {}, referencePolicy: { type: 'Source' } };
}

/** Puts an image under a tag, as a registry that was pushed to does. */
export function pushed(stream: string, tag: string, digest: string) {
  return {
    metadata: { name: stream, namespace: 'default' },
    tag,
    image: {
      metadata: { name: digest },
      dockerImageReference: `registry.example.com/team/${stream}@${digest}`,
      dockerImageMetadata: { kind: 'DockerImage' as const, apiVersion: '1.0', Size: 7, Config: { Env: ['A=b'] } },
      dockerImageMetadataVersion: '1.0',
    },
  };
}

export function digest(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}
