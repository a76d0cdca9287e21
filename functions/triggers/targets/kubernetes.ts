/** Acts on targets of kind `kubernetes` (docs/targets/kubernetes.md). */
import { objectOf } from '../../image/tolerant-reader.ts';
import type { Clock } from '../../resources/ports.ts';
import { projectedSecretName } from '../kubernetes/projected-secret.ts';
import { workloadKind } from '../kubernetes/workloads.ts';
import type { KubernetesTarget } from '../kubernetes/target-spec.ts';
import { bringAnnotated } from './kubernetes/bring-annotated.ts';
import { bringPullSecret } from './kubernetes/bring-pull-secret.ts';
import { bringWorkload, type Wish } from './kubernetes/bring-workload.ts';
import { type AccessDeps, createFindAccess } from './kubernetes/cluster-access.ts';
import { type ClusterClient, ClusterRefusal, createClusterClient, describeObject } from './kubernetes/cluster-client.ts';
import { ClusterUnreachable, createConnectCluster } from './kubernetes/cluster-connection.ts';
import type { Delivery, DeliveryTarget, Outcome } from './target.ts';

export interface KubernetesDeps extends AccessDeps {
  /** API servers on loopback, private and link-local addresses. */
  readonly allowPrivateAddresses: boolean;
  readonly clock: Clock;
  /** ms for one request. Default 10 s. */
  readonly timeout?: number;
}

const TIMEOUT = 10_000;
/** A page of large objects with all their managedFields: 80 KB each. Five deliveries share a function's memory. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Compares what runs with what should, so that a repeat does nothing. A dry run has the server check every write, and keep none. */
export function createKubernetesTarget(deps: KubernetesDeps): DeliveryTarget<KubernetesTarget> {
  const { allowPrivateAddresses, clock, timeout = TIMEOUT } = deps;
  const findAccess = createFindAccess(deps);
  const connect = createConnectCluster({ allowPrivateAddresses, timeout, maxBytes: MOST_BYTES });
  return {
    kind: 'kubernetes',
    async deliver(delivery) {
      const found = await findAccess(delivery);
      if (!found.ok) return found.refusal;
      const connection = connect(found.access, delivery.signal);
      try {
        return await act(createClusterClient(connection, found.access, { clock, dryRun: delivery.dryRun }), delivery, deps);
      } catch (error) {
        if (error instanceof ClusterRefusal || error instanceof ClusterUnreachable) return error.refusal;
        throw error;
      } finally {
        connection.close();
      }
    },
  };
}

async function act(client: ClusterClient, delivery: Delivery<KubernetesTarget>, { secrets }: KubernetesDeps): Promise<Outcome> {
  const { trigger, target, images } = delivery;
  const namespace = target.object?.namespace ?? target.annotated?.namespace ?? '';
  let brought: Promise<void> | undefined;
  const wish: Wish = {
    images,
    namespace: trigger.namespace,
    needsAll: target.annotated === undefined,
    pullSecret: projectedSecretName(target, trigger.namespace),
    bringPullSecret: () => (brought ??= bringPullSecret(client, secrets, { trigger, target, namespace })),
  };
  if (target.annotated !== undefined) return bringAnnotated(client, target.annotated, wish);
  return bringObject(client, delivery, wish);
}

async function bringObject(client: ClusterClient, { target }: Delivery<KubernetesTarget>, wish: Wish): Promise<Outcome> {
  const { kind: name = '', namespace = '', name: objectName = '' } = target.object ?? {};
  const kind = workloadKind(name);
  if (kind === undefined)
    return { kind: 'refused', reason: 'UnknownKind', message: `objects of kind ${JSON.stringify(name)} are not patched` };
  const workload = { kind, namespace, name: objectName };
  const result = await bringWorkload(client, workload, wish);
  if (result.kind === 'misfit') {
    return { kind: 'refused', reason: result.reason, message: `${describeObject(workload)}: ${result.message}` };
  }
  const { generation } = objectOf(result.object['metadata']);
  const details = { object: describeObject(workload), ...(typeof generation === 'number' ? { generation: String(generation) } : {}) };
  return result.kind === 'patched'
    ? { kind: 'delivered', details }
    : { kind: 'delivered', details, message: 'the object has the images already' };
}
