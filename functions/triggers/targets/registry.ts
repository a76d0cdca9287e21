import type { FireRequest, Outcome, TriggerTarget } from './target.ts';

/** Fires whichever of the known targets the trigger names. */
export type FireTarget = (request: FireRequest) => Promise<Outcome>;

export function createTargetRegistry(targets: readonly TriggerTarget[]): FireTarget {
  const byKind = new Map<string, TriggerTarget>(targets.map((target) => [target.kind, target]));
  return async (request) => {
    const [kind] = Object.keys(request.target);
    const target = byKind.get(kind ?? '');
    if (target === undefined)
      return { kind: 'failed', reason: 'UnknownTarget', message: `this deployment has no target of kind ${JSON.stringify(kind)}` };
    return target.fire(request);
  };
}
