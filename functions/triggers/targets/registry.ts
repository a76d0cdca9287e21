import type { TargetSpec } from '../types.ts';
import type { Delivery, DeliveryTarget, Outcome } from './target.ts';

export type Deliver = (target: TargetSpec, delivery: Omit<Delivery, 'target'>) => Promise<Outcome>;

/** Delivers to whichever of the known targets the trigger names. */
export function createTargetRegistry(targets: readonly DeliveryTarget[]): Deliver {
  const byKind = new Map(targets.map((target) => [target.kind, target]));
  return async (target, delivery) => {
    const [kind = '', spec] = Object.entries(target)[0] ?? [];
    const found = byKind.get(kind);
    if (found === undefined || spec === undefined)
      return { kind: 'refused', reason: 'UnknownTarget', message: `this deployment has no target of kind ${JSON.stringify(kind)}` };
    return found.deliver({ ...delivery, target: spec });
  };
}
