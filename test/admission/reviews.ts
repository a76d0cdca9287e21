/** AdmissionReviews as an API server of Kubernetes 1.31 sends them (kubernetes.io, "Dynamic Admission Control", and `api/admission/v1`). */

const GROUPS: Readonly<Record<string, readonly [string, string]>> = {
  pods: ['', 'Pod'],
  replicationcontrollers: ['', 'ReplicationController'],
  deployments: ['apps', 'Deployment'],
  replicasets: ['apps', 'ReplicaSet'],
  daemonsets: ['apps', 'DaemonSet'],
  statefulsets: ['apps', 'StatefulSet'],
  jobs: ['batch', 'Job'],
  cronjobs: ['batch', 'CronJob'],
};

export const WORKLOADS = Object.keys(GROUPS);

export const UID = '705ab4f5-6393-11e8-b7cc-42010a800002';

export interface ReviewOptions {
  readonly resource?: string;
  readonly subResource?: string;
  readonly operation?: string;
  readonly namespace?: string;
  readonly oldObject?: object | null;
  readonly dryRun?: boolean;
}

/** `object` as `workload` makes it, or any other. */
export function review(object: object | null, options: ReviewOptions = {}) {
  const { resource = 'pods', subResource, operation = 'CREATE', namespace = 'shop', oldObject = null, dryRun = false } = options;
  const [group, kind] = GROUPS[resource] ?? ['example.com', 'Thing'];
  const gvk = { group, version: 'v1', kind };
  const gvr = { group, version: 'v1', resource };
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: UID,
      kind: gvk,
      resource: gvr,
      ...(subResource === undefined ? {} : { subResource }),
      requestKind: gvk,
      requestResource: gvr,
      ...(subResource === undefined ? {} : { requestSubResource: subResource }),
      name: 'web',
      namespace,
      operation,
      userInfo: {
        username: 'system:serviceaccount:kube-system:replicaset-controller',
        uid: '6f1a6c1e-8ea3-4f3e-8f1c-ff3b7f3c6a11',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
      },
      object,
      oldObject,
      dryRun,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  };
}

export interface PodOptions {
  readonly init?: Readonly<Record<string, string>>;
  readonly ephemeral?: Readonly<Record<string, string>>;
  /** Of the object itself. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Of the pods that a workload makes. */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly object[];
}

/** A pod or workload with containers by name and image. */
export function workload(resource: string, containers: Readonly<Record<string, string>>, options: PodOptions = {}): object {
  const [group = '', kind = ''] = GROUPS[resource] ?? [];
  const { init, ephemeral, annotations, podAnnotations, ownerReferences } = options;
  const list = (images: Readonly<Record<string, string>>) =>
    Object.entries(images).map(([name, image]) => ({ name, image, resources: {}, imagePullPolicy: 'IfNotPresent' }));
  const spec = {
    ...(init && { initContainers: list(init) }),
    containers: list(containers),
    ...(ephemeral && { ephemeralContainers: list(ephemeral) }),
    restartPolicy: 'Always',
    serviceAccountName: 'default',
  };
  const template = { metadata: { labels: { app: 'web' }, ...(podAnnotations && { annotations: podAnnotations }) }, spec };
  const type = { kind, apiVersion: group === '' ? 'v1' : `${group}/v1` };
  const metadata = { name: 'web', namespace: 'shop', ...(annotations && { annotations }), ...(ownerReferences && { ownerReferences }) };
  if (resource === 'pods') return { ...type, metadata, spec };
  if (resource === 'cronjobs') return { ...type, metadata, spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } } };
  return { ...type, metadata, spec: { template } };
}

/** Where the pod of a workload is, as a JSON pointer. */
export function podAt(resource: string): string {
  if (resource === 'pods') return '';
  return resource === 'cronjobs' ? '/spec/jobTemplate/spec/template' : '/spec/template';
}

/** The operations of an answer's patch. */
export function patchOf(answer: unknown): readonly { readonly op: string; readonly path: string; readonly value: string }[] {
  const { response } = answer as { readonly response: { readonly patch?: string } };
  return response.patch === undefined ? [] : (JSON.parse(Buffer.from(response.patch, 'base64').toString()) as []);
}
