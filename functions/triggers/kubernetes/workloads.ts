/** Objects of Kubernetes that run images and are kept up to date (openshift-semantics.md §8.1). */
export interface WorkloadKind {
  readonly kind: string;
  readonly apiVersion: string;
  /** As URLs and roles of RBAC name it. */
  readonly resource: string;
  /** Where the description of its pods is. */
  readonly podSpec: readonly string[];
}

const POD_SPEC = ['spec', 'template', 'spec'];

export const WORKLOADS: readonly WorkloadKind[] = [
  { kind: 'Deployment', apiVersion: 'apps/v1', resource: 'deployments', podSpec: POD_SPEC },
  { kind: 'DaemonSet', apiVersion: 'apps/v1', resource: 'daemonsets', podSpec: POD_SPEC },
  { kind: 'StatefulSet', apiVersion: 'apps/v1', resource: 'statefulsets', podSpec: POD_SPEC },
  { kind: 'CronJob', apiVersion: 'batch/v1', resource: 'cronjobs', podSpec: ['spec', 'jobTemplate', ...POD_SPEC] },
];

export function workloadKind(kind: string): WorkloadKind | undefined {
  return WORKLOADS.find((known) => known.kind === kind);
}
