/** Deliveries whose end a target has yet to tell (docs/decisions/0072-a-deployment-that-fails.md). Pure. */
import { isSameSource } from './followed-tags.ts';
import type { AwaitedDelivery, AwaitedImage, StoredTrigger, ToldImage } from './stored-trigger.ts';
import type { TriggerDelivery, TriggerSource } from './types.ts';

/** Whether a target may still tell what came of it. */
export function isOpen({ outcome }: Pick<TriggerDelivery, 'outcome'>): boolean {
  return outcome === 'Pending' || outcome === 'Unknown';
}

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

/** Without one that failed, unless it has images that the target was not brought back from: none of those is one to go back to later. */
export function withFailed(trigger: StoredTrigger, failed: string, restored: readonly AwaitedImage[]): StoredTrigger {
  const { awaited = [] } = trigger;
  const next = awaited.flatMap((each): readonly AwaitedDelivery[] => {
    if (each.id !== failed) return [each];
    const images = each.images.filter(({ from }) => !restored.some((image) => isSameSource(image.from, from)));
    return images.length === 0 ? [] : [{ id: failed, images }];
  });
  return awaited.length === 0 ? trigger : replaceAwaited(trigger, next);
}

/**
 * Without one that went well, and without what failed before it; what is still open goes on, less the images that are known to run now.
 * `proven`: those of one that is not among the awaited.
 */
export function withSucceeded(
  trigger: StoredTrigger,
  succeeded: string,
  proven: readonly Pick<AwaitedImage, 'from' | 'now'>[] = [],
): StoredTrigger {
  const { awaited = [], status } = trigger;
  if (awaited.length === 0) return trigger;
  const position = awaited.findIndex(({ id }) => id === succeeded);
  const good = [...proven, ...(awaited[position]?.images ?? [])];
  const isGood = ({ from, now }: AwaitedImage) => good.some((each) => isSameSource(each.from, from) && isSameImage(each.now, now));
  const open = new Set(status.deliveries?.filter(isOpen).map(({ id }) => id));
  const older = awaited.slice(position + 1).flatMap((each): readonly AwaitedDelivery[] => {
    const images = each.images.filter((image) => !isGood(image));
    return open.has(each.id) && images.length > 0 ? [{ ...each, images }] : [];
  });
  return replaceAwaited(trigger, [...awaited.slice(0, Math.max(position, 0)), ...older]);
}

/**
 * What was new in a delivery, each with the image to go back to: one before it that failed, or that the target left before it told, is none.
 * What it had before that one is, and so on.
 */
export function imagesToUndo({ awaited = [] }: StoredTrigger, delivery: string): readonly AwaitedImage[] {
  const position = awaited.findIndex(({ id }) => id === delivery);
  const older = awaited.slice(position + 1).flatMap(({ images }) => images);
  const goodBefore = ({ from, previous }: AwaitedImage) =>
    older.reduce(
      (good, each) => (good !== null && isSameSource(each.from, from) && isSameImage(each.now, good) ? each.previous : good),
      previous,
    );
  return (awaited[position]?.images ?? []).map((image) => ({ ...image, previous: goodBefore(image) }));
}

/** Until the delivery is settled, neither of its images is news to the target. Answers the same object when that is known already. */
export function withRestoring(trigger: StoredTrigger, failed: string): StoredTrigger {
  const { awaited = [] } = trigger;
  if (!awaited.some(({ id, restoring }) => id === failed && restoring !== true)) return trigger;
  return replaceAwaited(
    trigger,
    awaited.map((each) => (each.id === failed ? { ...each, images: imagesToUndo(trigger, failed), restoring: true } : each)),
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
