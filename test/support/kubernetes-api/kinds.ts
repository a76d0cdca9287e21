/** Kinds the API server of tests stores, as much of them as patches of images are about. */
import type { KindSchema, ObjectSchema, ValueSchema } from '../../../functions/kubernetes/kind-schema.ts';

export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly resource: string;
  readonly shortName?: string;
  /** Where its pods are described; absent for Secrets. */
  readonly podSpec?: readonly string[];
  readonly schema: KindSchema;
}

const open = (name: string, fields: Readonly<Record<string, ValueSchema>>): ObjectSchema => ({
  name: `test.${name}`,
  description: '',
  isOpen: true,
  fields: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, { description: '', value }])),
});

const CONTAINER = open('Container', { env: { list: open('EnvVar', {}), mergeKey: 'name' } });
const POD_SPEC = open('PodSpec', {
  containers: { list: CONTAINER, mergeKey: 'name' },
  initContainers: { list: CONTAINER, mergeKey: 'name' },
  imagePullSecrets: { list: open('LocalObjectReference', {}), mergeKey: 'name' },
});
const TEMPLATE = open('PodTemplateSpec', { spec: POD_SPEC });
const WORKLOAD_SPEC = open('WorkloadSpec', { template: TEMPLATE });
const CRON_JOB_SPEC = open('CronJobSpec', { jobTemplate: open('JobTemplateSpec', { spec: WORKLOAD_SPEC }) });

function served(kind: Omit<ServedKind, 'schema' | 'resource'>, spec?: ObjectSchema): ServedKind {
  const { group, version } = kind;
  const fields: Readonly<Record<string, ValueSchema>> = spec === undefined ? {} : { spec };
  return {
    ...kind,
    resource: `${kind.kind.toLowerCase()}s`,
    schema: { ...open(kind.kind, fields), group, version, kind: kind.kind, isBuiltIn: true },
  };
}

const POD = ['spec', 'template', 'spec'];

export const SERVED_KINDS: readonly ServedKind[] = [
  served({ group: 'apps', version: 'v1', kind: 'Deployment', shortName: 'deploy', podSpec: POD }, WORKLOAD_SPEC),
  served({ group: 'apps', version: 'v1', kind: 'DaemonSet', shortName: 'ds', podSpec: POD }, WORKLOAD_SPEC),
  served({ group: 'apps', version: 'v1', kind: 'StatefulSet', shortName: 'sts', podSpec: POD }, WORKLOAD_SPEC),
  served({ group: 'batch', version: 'v1', kind: 'CronJob', shortName: 'cj', podSpec: ['spec', 'jobTemplate', ...POD] }, CRON_JOB_SPEC),
  served({ group: '', version: 'v1', kind: 'Secret' }),
];
