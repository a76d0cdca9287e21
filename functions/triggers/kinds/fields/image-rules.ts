/** Rules of kinds for `spec.images`: which part of the thing an image is for can only be said of things that have parts. */
import type { FieldError } from '../../../kubernetes/types.ts';
import type { FollowedImage } from '../../types.ts';

const FIELD = 'spec.images';

/** Of things that run or hold one image. */
export function validateOneImage(images: readonly FollowedImage[]): readonly FieldError[] {
  const detail = 'must have exactly one item for this kind of target';
  const many: readonly FieldError[] = images.length > 1 ? [{ type: 'Invalid', field: FIELD, value: images.length, detail }] : [];
  return [...many, ...validateNoPlaces(images)];
}

export function validateNoPlaces(images: readonly FollowedImage[]): readonly FieldError[] {
  return images.flatMap((image, index) =>
    (['container', 'fieldPath'] as const).flatMap((name): readonly FieldError[] => {
      const detail = 'may not be set for this kind of target';
      return image[name] === undefined ? [] : [{ type: 'Forbidden', field: `${FIELD}[${index}].${name}`, detail }];
    }),
  );
}
