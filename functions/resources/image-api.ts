/** What every resource of image.openshift.io works with; made once by the entry files. */
import type { RegistryHosts } from '../image/stream-state.ts';
import type { Authorizer, ImageStore, NamespaceReader, StreamStore } from './ports.ts';

export interface ImageApi {
  readonly streams: StreamStore;
  readonly images: ImageStore;
  readonly namespaces: NamespaceReader;
  readonly authorizer: Authorizer;
  readonly hosts: RegistryHosts;
  /** Runs the attempt again while it loses races for the stream (ERR_STORE_CONFLICT); rethrows when it keeps losing. */
  readonly retry: <T>(attempt: () => Promise<T>) => Promise<T>;
  readonly newUid: () => string;
}

export const IMAGE_GROUP = 'image.openshift.io';
export const IMAGE_API_VERSION = `${IMAGE_GROUP}/v1`;
