/** Wire types of image.openshift.io/v1. Field names exactly as on the wire (openshift/api image/v1). */
import type { KubernetesObject, ObjectMeta, ObjectReference, Status } from '../kubernetes/types.ts';

export type ImportMode = 'Legacy' | 'PreserveOriginal';
export type ReferencePolicyType = 'Source' | 'Local';
/** `sha256:<64 hex>` (or another algorithm of OCI image-spec descriptor.md#digests). */
export type Digest = string;

export interface TagImportPolicy {
  readonly insecure?: boolean;
  readonly scheduled?: boolean;
  readonly importMode?: ImportMode;
}

export interface TagReference {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly from?: ObjectReference;
  readonly reference?: boolean;
  readonly generation: number | null;
  readonly importPolicy: TagImportPolicy;
  readonly referencePolicy: { readonly type: ReferencePolicyType };
}

export interface TagEvent {
  /** RFC 3339, whole seconds, UTC. */
  readonly created: string;
  readonly dockerImageReference: string;
  /** '' for a reference tag. */
  readonly image: Digest;
  readonly generation: number;
}

export interface TagEventCondition {
  /** All but the first are our own. */
  readonly type: 'ImportSuccess' | 'ImagePending' | 'ImageAvailable';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly lastTransitionTime: string;
  readonly reason?: string;
  readonly message?: string;
  readonly generation: number;
}

export interface NamedTagEventList {
  readonly tag: string;
  readonly items: readonly TagEvent[] | null;
  readonly conditions?: readonly TagEventCondition[];
}

export interface ImageLookupPolicy {
  readonly local: boolean;
}

export interface ImageStreamSpec {
  readonly lookupPolicy: ImageLookupPolicy;
  readonly dockerImageRepository?: string;
  readonly tags?: readonly TagReference[];
}

export interface ImageStreamStatus {
  readonly dockerImageRepository: string;
  readonly publicDockerImageRepository?: string;
  readonly tags?: readonly NamedTagEventList[];
}

export interface ImageStream extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec: ImageStreamSpec;
  readonly status: ImageStreamStatus;
}

export interface ImageLayer {
  readonly name: Digest;
  readonly size: number;
  readonly mediaType: string;
}

export interface ImageManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly manifestSize: number;
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
}

/** `dockerImageMetadata`: the docker10 form, capitalised keys. */
export interface DockerImageMetadata {
  readonly kind: 'DockerImage';
  readonly apiVersion: string;
  readonly Id?: string;
  readonly Created?: string | null;
  readonly Size?: number;
  readonly Architecture?: string;
  readonly Config?: Readonly<Record<string, unknown>>;
  readonly ContainerConfig?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

export interface Image extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly dockerImageReference?: string;
  readonly dockerImageMetadata?: DockerImageMetadata | null;
  readonly dockerImageMetadataVersion?: string;
  readonly dockerImageManifest?: string;
  readonly dockerImageManifestMediaType?: string;
  readonly dockerImageLayers?: readonly ImageLayer[];
  readonly dockerImageSignatures?: readonly string[];
  readonly dockerImageConfig?: string;
  readonly dockerImageManifests?: readonly ImageManifest[];
  readonly signatures?: readonly ImageSignature[];
}

export interface ImageStreamTag extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly tag: TagReference | null;
  readonly generation: number;
  readonly lookupPolicy: ImageLookupPolicy;
  readonly conditions?: readonly TagEventCondition[];
  readonly image: Image;
}

/** What a spec tag asks for and what it points to, side by side. */
export interface ImageTag extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec: TagReference | null;
  readonly status: NamedTagEventList | null;
  /** null in lists, and when there is no Image. */
  readonly image: Image | null;
}

export interface SignatureCondition {
  readonly type: string;
  readonly status: string;
  readonly lastProbeTime?: string | null;
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}

/** A signature of an image, stored inside the Image. `content` is base64. */
export interface ImageSignature extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly type: string;
  readonly content: string;
  readonly conditions?: readonly SignatureCondition[] | null;
  readonly imageIdentity?: string;
  readonly signedClaims?: Readonly<Record<string, string>> | null;
  readonly created?: string | null;
  readonly issuedBy?: unknown;
  readonly issuedTo?: unknown;
}

export interface ImageStreamImage extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly image: Image;
}

export interface ImageStreamMapping extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly image: Image;
  readonly tag: string;
}

export interface ImageImportSpec {
  readonly from: ObjectReference;
  readonly to?: { readonly name: string };
  readonly importPolicy: TagImportPolicy;
  readonly referencePolicy: { readonly type: ReferencePolicyType };
  readonly includeManifest?: boolean;
}

export interface RepositoryImportSpec {
  readonly from: ObjectReference;
  readonly importPolicy: TagImportPolicy;
  readonly referencePolicy: { readonly type: ReferencePolicyType };
  readonly includeManifest?: boolean;
}

export interface ImageImportStatus {
  readonly status: Status;
  readonly image?: Image;
  readonly tag?: string;
  /** Children of an image index imported with PreserveOriginal. */
  readonly manifests?: readonly Image[];
}

export interface RepositoryImportStatus {
  readonly status: Status;
  readonly images?: readonly ImageImportStatus[];
  readonly additionalTags?: readonly string[];
}

export interface ImageStreamImport extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly import: boolean;
    readonly repository?: RepositoryImportSpec;
    readonly images?: readonly ImageImportSpec[];
  };
  readonly status: {
    readonly import?: ImageStream;
    readonly repository?: RepositoryImportStatus;
    readonly images?: readonly ImageImportStatus[];
  };
}
