/**
 * Lists of kinds that live in a cluster, not here: always empty. `oc adm prune images` and `oc status` read them and give up on a 404
 * (clients-on-the-wire.md §2.6). They are in no discovery document, so that nobody else takes them for served.
 */
import type { ApiRequest, ApiResponse } from '../kubernetes/handlers.ts';
import { formatGroupVersion } from '../kubernetes/api-resource.ts';
import { parseRequestInfo } from '../kubernetes/request-info.ts';
import { successResponse } from '../kubernetes/responses.ts';

/** Kinds by `group/version/resource`. */
const KINDS: Readonly<Record<string, string>> = {
  '/v1/pods': 'Pod',
  '/v1/replicationcontrollers': 'ReplicationController',
  '/v1/services': 'Service',
  '/v1/persistentvolumeclaims': 'PersistentVolumeClaim',
  'apps/v1/daemonsets': 'DaemonSet',
  'apps/v1/deployments': 'Deployment',
  'apps/v1/replicasets': 'ReplicaSet',
  'apps/v1/statefulsets': 'StatefulSet',
  'batch/v1/jobs': 'Job',
  'batch/v1/cronjobs': 'CronJob',
  'autoscaling/v1/horizontalpodautoscalers': 'HorizontalPodAutoscaler',
  'route.openshift.io/v1/routes': 'Route',
  'apps.openshift.io/v1/deploymentconfigs': 'DeploymentConfig',
  'build.openshift.io/v1/buildconfigs': 'BuildConfig',
  'build.openshift.io/v1/builds': 'Build',
};

/** null for everything but a GET of such a list, in one namespace or in all. */
export function listAbsentKind({ method, path, query, requestId }: ApiRequest): ApiResponse | null {
  const { verb, group, version, resource, subresource } = parseRequestInfo(method, path, query);
  const key = `${group}/${version}/${resource}`;
  const kind = Object.hasOwn(KINDS, key) ? KINDS[key] : undefined;
  if (kind === undefined || verb !== 'list' || subresource !== '') return null;
  const list = { kind: `${kind}List`, apiVersion: formatGroupVersion(group, version), metadata: { resourceVersion: '1' }, items: [] };
  return successResponse(200, list, requestId);
}
