/** What every resource of image.openshift.io works with; made once by the entry files. */
import type { RegistryRule } from '../image/allowed-registries.ts';
import type { RegistryHosts } from '../image/stream-state.ts';
import type { Authorizer, ImageStore, LimitReader, NamespaceReader, StreamReader } from './ports.ts';
import type { OpenWriter } from './stream-writer.ts';

export interface ImageApi {
  readonly streams: StreamReader;
  /** The one way a request changes streams. */
  readonly write: OpenWriter;
  readonly images: ImageStore;
  readonly namespaces: NamespaceReader;
  readonly authorizer: Authorizer;
  readonly hosts: RegistryHosts;
  /** Where images may come from; allows everything unless the deployment says otherwise. */
  readonly allowedRegistries: RegistryRule;
  readonly limits: LimitReader;
  /** Runs the attempt again while it loses races for the stream (ERR_STORE_CONFLICT); rethrows when it keeps losing. */
  readonly retry: <T>(attempt: () => Promise<T>) => Promise<T>;
  readonly newUid: () => string;
}

export const IMAGE_GROUP = 'image.openshift.io';
export const IMAGE_API_VERSION = `${IMAGE_GROUP}/v1`;
