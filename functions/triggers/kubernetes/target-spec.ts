/** `spec.target.kubernetes`, as on the wire (docs/targets/kubernetes.md). */
import type { SecretKeyRef } from '../target-spec.ts';

/** Objects of a cluster that run images. Exactly one of `server` and `eksClusterArn`, and of `object` and `annotated`. */
export interface KubernetesTarget {
  /** URL of the API server. */
  readonly server?: string;
  /** PEM, or base64 of it: whom the API server's certificate is of, instead of the authorities everybody trusts. */
  readonly caBundle?: string;
  /** Holds the bearer token; with `server`. */
  readonly tokenSecretRef?: SecretKeyRef;
  readonly eksClusterArn?: string;
  /** With `eksClusterArn`. */
  readonly roleArn?: string;
  readonly object?: KubernetesObjectRef;
  readonly annotated?: AnnotatedObjects;
  readonly pullSecret?: PullSecretRef;
}

export interface KubernetesObjectRef {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  /** Of the cluster. */
  readonly namespace: string;
}

/** All objects of a namespace of the cluster whose annotation `image.openshift.io/triggers` says which image goes where. */
export interface AnnotatedObjects {
  readonly namespace: string;
  readonly labelSelector?: string;
  /** All kinds there are when absent. */
  readonly kinds?: readonly string[];
}

/** A Secret of the trigger's namespace, of type kubernetes.io/dockerconfigjson, that is brought to where the images run. */
export interface PullSecretRef {
  readonly name: string;
}
