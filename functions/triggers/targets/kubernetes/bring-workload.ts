/** Brings one object to the images it is to run. */
import type { JsonObject } from '../../../image/tolerant-reader.ts';
import { type PatchPlan, planPatch } from '../../kubernetes/plan-patch.ts';
import { hasNoPlace, type Misfit, misfit, wantedImages } from '../../kubernetes/wanted-images.ts';
import { TRIGGERS_ANNOTATION } from '../../kubernetes/trigger-annotation.ts';
import type { WorkloadKind } from '../../kubernetes/workloads.ts';
import type { DeliveredImage } from '../target.ts';
import { type ClusterClient, type ClusterObject, ClusterRefusal } from './cluster-client.ts';

export interface Workload extends ClusterObject {
  readonly kind: WorkloadKind;
}

export interface Wish {
  readonly images: readonly DeliveredImage[];
  /** Of the trigger. */
  readonly namespace: string;
  /** An object without a place for one of them is refused. */
  readonly needsAll: boolean;
  /** Name of a Secret in the object's namespace that its pods are to pull with. */
  readonly pullSecret?: string;
  /** Called before the object is told to use the pull secret. */
  readonly bringPullSecret: () => Promise<void>;
}

export interface Brought {
  readonly kind: 'current' | 'patched';
  /** The object as it is now. */
  readonly object: JsonObject;
}

const TRIES = 3;

/**
 * Patches what it read, and reads again when somebody changed it in between. Does nothing when the object runs the images already.
 * @param known the object as it was listed; read when absent
 */
export async function bringWorkload(client: ClusterClient, workload: Workload, wish: Wish, known?: JsonObject): Promise<Brought | Misfit> {
  let object = known ?? (await client.get(workload));
  for (let tries = 1; ; tries++) {
    const plan = planWorkload(object, workload, wish);
    if (plan.kind === 'misfit') return plan;
    await wish.bringPullSecret();
    if (plan.kind === 'current') return { kind: 'current', object };
    try {
      return { kind: 'patched', object: await client.patch(workload, 'strategic-merge-patch', plan.patch) };
    } catch (error) {
      if (!(error instanceof ClusterRefusal && error.status === 409) || tries === TRIES) throw error;
    }
    object = await client.get(workload);
  }
}

function planWorkload(object: JsonObject, { kind }: Workload, { images, namespace, needsAll, pullSecret }: Wish): PatchPlan {
  const found = wantedImages(object, kind, images, namespace);
  if (found.kind === 'misfit') return found;
  const lost = needsAll ? images.find((image) => hasNoPlace(image) && !found.mentioned.has(image)) : undefined;
  if (lost === undefined) return planPatch(object, kind, found.wanted, pullSecret);
  return misfit('NotAnnotated', `its annotation ${TRIGGERS_ANNOTATION} does not follow ${lost.namespace}/${lost.stream}:${lost.tag}`);
}
