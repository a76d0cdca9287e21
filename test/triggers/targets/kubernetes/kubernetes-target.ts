/** What tests of the kubernetes target start from: its cluster, secrets of namespace `shop`, and objects that run an old image. */
import type { KubernetesTarget } from '../../../../functions/triggers/kubernetes/target-spec.ts';
import { createKubernetesTarget, type KubernetesDeps } from '../../../../functions/triggers/targets/kubernetes.ts';
import type { DeliveredImage } from '../../../../functions/triggers/targets/target.ts';
import { type KubernetesApi, workload } from '../../../support/kubernetes-api/server.ts';
import { deliveredImage, deliveryTo, recordSessions } from '../aws/aws-delivery.ts';

export const NEW = deliveredImage().dockerImageReference;
export const OLD = 'quay.io/shop/web@sha256:0ld';
export const KINDS = ['Deployment', 'DaemonSet', 'StatefulSet', 'CronJob'] as const;

export interface Setting extends Partial<KubernetesDeps> {
  /** By name: values of the key `token`, or `.dockerconfigjson`. */
  readonly values?: Readonly<Record<string, string>>;
}

export function setUp(cluster: KubernetesApi, { values = {}, ...deps }: Setting = {}) {
  const { openSession, asked } = recordSessions();
  const texts: Readonly<Record<string, string>> = { 'deployer/token': cluster.token, ...values };
  const target = createKubernetesTarget({
    openSession,
    secrets: {
      async readSecretValue(namespace, name, key) {
        const text = namespace === 'shop' ? texts[`${name}/${key}`] : undefined;
        return text === undefined ? null : Buffer.from(text);
      },
    },
    allowPrivateAddresses: true,
    clock: () => Date.parse('2026-08-01T10:00:00Z'),
    ...deps,
  });
  const deliver = (
    spec: Partial<KubernetesTarget>,
    images: readonly DeliveredImage[],
    over: { dryRun?: boolean; signal?: AbortSignal } = {},
  ) => target.deliver(deliveryTo<KubernetesTarget>({ ...reached(cluster), ...spec }, { images, ...over }));
  return { deliver, target, asked };
}

export function reached({ url, ca }: Pick<KubernetesApi, 'url' | 'ca'>): Pick<KubernetesTarget, 'server' | 'caBundle' | 'tokenSecretRef'> {
  return { server: url, caBundle: ca, tokenSecretRef: { name: 'deployer', key: 'token' } };
}

/** Two containers and an init container. */
export function oldWorkload(kind: string, name = 'web', metadata: object = {}): object {
  const podSpec = {
    initContainers: [{ name: 'migrate', image: OLD }],
    containers: [
      { name: 'proxy', image: 'proxy:1', env: [{ name: 'A', value: '1' }] },
      { name: 'web', image: OLD },
    ],
  };
  return workload(kind, name, podSpec, metadata);
}

export function annotated(entries: unknown): { readonly annotations: Readonly<Record<string, string>> } {
  return { annotations: { 'image.openshift.io/triggers': typeof entries === 'string' ? entries : JSON.stringify(entries) } };
}

/** `{ migrate, proxy, web }` of a stored workload. */
export function imagesOf(object: unknown): Readonly<Record<string, string>> {
  interface Pods {
    readonly containers: readonly { readonly name: string; readonly image: string }[];
    readonly initContainers: Pods['containers'];
  }
  const { spec } = object as { spec: { template?: { spec: Pods }; jobTemplate?: { spec: { template: { spec: Pods } } } } };
  const pods = spec.template?.spec ?? spec.jobTemplate?.spec.template.spec;
  return Object.fromEntries([...(pods?.initContainers ?? []), ...(pods?.containers ?? [])].map(({ name, image }) => [name, image]));
}
