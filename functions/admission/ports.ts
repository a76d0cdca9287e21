/** What admission needs from the store. */
import type { ObjectStore, StoredObject } from '../access/ports.ts';

/** Which streams a namespace of a cluster sees. */
export interface NamespaceMapping {
  /** Of the cluster; `*` stands for any characters. */
  readonly name: string;
  /** Of ours; absent: the same name. */
  readonly imageNamespace?: string;
  /** Pods may ask for streams whose lookupPolicy is not local. */
  readonly resolveNames?: true;
}

/** Lets a cluster's API server in; kept by its hash alone. */
export interface AdmissionToken {
  /** Lower-case hex. */
  readonly sha256: string;
  /** RFC 3339. */
  readonly issued: string;
}

/** AdmissionMapping; in namespace ''. */
export interface StoredAdmissionMapping extends StoredObject {
  readonly namespaces: readonly NamespaceMapping[];
  /** Newest first. */
  readonly tokens: readonly AdmissionToken[];
}

export type AdmissionMappingStore = ObjectStore<StoredAdmissionMapping>;
