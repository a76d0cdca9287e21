/** Deliveries whose end a target has yet to tell (docs/decisions/0072-a-deployment-that-fails.md). Pure. */
import { isSameSource } from './followed-tags.ts';
import type { AwaitedDelivery, StoredTrigger, ToldImage } from './stored-trigger.ts';
import type { TriggerDelivery, TriggerSource } from './types.ts';

/**
 * With `added` in front, or in the place of the one with its id; those that `deliveries` know no longer go, and whatever was being restored is
 * not any more: the target was told something newer, or it takes too long.
 */
export function withAwaited(
  trigger: StoredTrigger,
  added: AwaitedDelivery | null,
  deliveries: readonly Pick<TriggerDelivery, 'id'>[],
): StoredTrigger {
  const others = (trigger.awaited ?? []).filter(({ id }) => id !== added?.id && deliveries.some((known) => known.id === id));
  const kept = others.map(({ restoring: _, ...awaited }) => awaited);
  return replaceAwaited(trigger, added === null ? kept : [added, ...kept]);
}

/** Without one that came to its end. */
export function withoutAwaited(trigger: StoredTrigger, ended: string): StoredTrigger {
  const { awaited = [] } = trigger;
  return awaited.some(({ id }) => id === ended)
    ? replaceAwaited(
        trigger,
        awaited.filter(({ id }) => id !== ended),
      )
    : trigger;
}

/** Until the delivery is settled, neither of its images is news to the target. Answers the same object when that is known already. */
export function withRestoring(trigger: StoredTrigger, failed: string): StoredTrigger {
  const { awaited = [] } = trigger;
  if (!awaited.some(({ id, restoring }) => id === failed && restoring !== true)) return trigger;
  return replaceAwaited(
    trigger,
    awaited.map((each) => (each.id === failed ? { ...each, restoring: true } : each)),
  );
}

/** The tag is on its way from one of these images to the other, to where the target went by itself. */
export function isRestoring({ awaited = [] }: StoredTrigger, from: TriggerSource, found: ToldImage): boolean {
  return awaited.some(
    ({ restoring, images }) =>
      restoring === true &&
      images.some((image) => isSameSource(image.from, from) && [image.now, image.previous].some((known) => isSameImage(known, found))),
  );
}

export function isSameImage(one: ToldImage | null, other: ToldImage): boolean {
  return one?.image === other.image && one.dockerImageReference === other.dockerImageReference;
}

function replaceAwaited({ awaited: _, ...trigger }: StoredTrigger, awaited: readonly AwaitedDelivery[]): StoredTrigger {
  return awaited.length === 0 ? trigger : { ...trigger, awaited };
}
