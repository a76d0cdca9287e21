/** Brings the pull secret of a target to where its images run. */
import type { SecretValues } from '../../ports.ts';
import type { TriggerOwner } from '../../stored-trigger.ts';
import {
  isProjectedFrom,
  planSecretPatch,
  projectedSecretName,
  projectSecret,
  PULL_SECRET_KEY,
} from '../../kubernetes/projected-secret.ts';
import type { KubernetesTarget } from '../../kubernetes/target-spec.ts';
import { type ClusterClient, ClusterRefusal } from './cluster-client.ts';

const SECRET = { kind: 'Secret', apiVersion: 'v1', resource: 'secrets' } as const;

/**
 * Created or changed only when it is not what it should be. Rejects with ClusterRefusal, also when there is no such pull secret, and when a Secret of
 * that name in the cluster is somebody else's. `namespace`: of the cluster.
 */
export async function bringPullSecret(
  client: ClusterClient,
  secrets: SecretValues,
  { trigger, target, namespace }: { readonly trigger: TriggerOwner; readonly target: KubernetesTarget; readonly namespace: string },
): Promise<void> {
  const { pullSecret } = target;
  const name = projectedSecretName(target, trigger.namespace);
  if (pullSecret === undefined || name === undefined) return;
  const value = await secrets.readSecretValue(trigger.namespace, pullSecret.name, PULL_SECRET_KEY);
  const wanted = value === null ? null : projectSecret(name, trigger.namespace, value);
  if (wanted === null) throw refused('NoPullSecret', `pull secret ${pullSecret.name} is not there, or has no ${PULL_SECRET_KEY}`);
  const object = { kind: SECRET, namespace, name };
  const stored = await orNull(client.get(object));
  if (stored === null) return void (await client.create(object, wanted));
  if (!isProjectedFrom(stored, trigger.namespace))
    throw refused('PullSecretTaken', `Secret ${namespace}/${name} of the cluster was not made for this`);
  const patch = planSecretPatch(stored, wanted);
  if (patch !== null) await client.patch(object, 'merge-patch', patch);
}

async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ClusterRefusal && error.status === 404) return null;
    throw error;
  }
}

function refused(reason: string, message: string): ClusterRefusal {
  return new ClusterRefusal(0, { kind: 'refused', reason, message });
}
