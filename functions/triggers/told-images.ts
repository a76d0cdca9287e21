/** What the target of a trigger was told last, by tag: `status.images`. Pure. */
import { formatTime } from '../resources/rfc3339.ts';
import { isSameSource } from './followed-tags.ts';
import type { PlannedImage } from './plan-delivery.ts';
import type { FollowedImage, ImageTriggerStatus, TriggerImageStatus, TriggerSource } from './types.ts';

type Told = Pick<ImageTriggerStatus, 'images' | 'lastTriggeredImage' | 'lastTriggerTime'>;

/** After a delivery of these images. `now` in ms. */
export function tell(status: ImageTriggerStatus, images: readonly PlannedImage[], now: number): Told {
  const time = formatTime(now);
  const told = new Map(
    images.map((image): [string, TriggerImageStatus] => {
      const before = status.images?.find(({ from }) => isSameSource(from, image.from));
      const lastTriggerTime = image.changed ? time : (before?.lastTriggerTime ?? time);
      const { dockerImageReference: lastTriggeredImage, image: lastImage, revision: lastRevision } = image;
      return [JSON.stringify(image.from), { from: image.from, lastTriggeredImage, lastImage, lastRevision, lastTriggerTime }];
    }),
  );
  const kept = (status.images ?? []).filter(({ from }) => !images.some((image) => isSameSource(image.from, from)));
  const [first] = images;
  return {
    images: [...kept, ...told.values()],
    lastTriggerTime: time,
    ...(first === undefined ? {} : { lastTriggeredImage: first.dockerImageReference }),
  };
}

/**
 * Keeps of what the target was told of `before` what holds for `after`: a tag that is for other places of the target now has to be told to
 * those, too.
 */
export function keepImages(
  told: readonly TriggerImageStatus[],
  before: readonly FollowedImage[],
  after: readonly FollowedImage[],
): readonly TriggerImageStatus[] {
  const placesOf = (images: readonly FollowedImage[], source: TriggerSource) =>
    images.filter(({ from }) => isSameSource(from, source)).map(({ container, fieldPath }) => JSON.stringify([container, fieldPath]));
  return told.filter(({ from }) => {
    const known = new Set(placesOf(before, from));
    const wanted = placesOf(after, from);
    return wanted.length > 0 && wanted.every((place) => known.has(place));
  });
}
