import type { TargetSpec } from '../target-spec.ts';
import type { Delivery, DeliveryTarget, Outcome } from './target.ts';

export type Deliver = (target: TargetSpec, delivery: Omit<Delivery, 'target'>) => Promise<Outcome>;

/** Makes the acting half of a kind when it is first needed: most functions act on one or two kinds of the many there are. */
export type LoadTarget = () => DeliveryTarget | Promise<DeliveryTarget>;

/** Delivers to whichever of the known targets the trigger names. `loaders`: by kind. */
export function createTargetRegistry(loaders: Readonly<Record<string, LoadTarget>>): Deliver {
  const loaded = new Map<string, DeliveryTarget>();

  async function load(kind: string): Promise<DeliveryTarget | undefined> {
    const known = loaded.get(kind);
    if (known !== undefined || !Object.hasOwn(loaders, kind)) return known;
    const target = await loaders[kind]?.();
    if (target !== undefined) loaded.set(kind, target);
    return target;
  }

  return async (target, delivery) => {
    const [kind = '', spec] = Object.entries(target)[0] ?? [];
    const found = await load(kind);
    if (found === undefined || spec === undefined)
      return { kind: 'refused', reason: 'UnknownTarget', message: `this deployment has no target of kind ${JSON.stringify(kind)}` };
    return found.deliver({ ...delivery, target: spec });
  };
}
