import type { DeliveredImage, Delivery } from './target.ts';

/** The image of a kind whose triggers follow one tag. Throws for a delivery without any, which is never made. */
export function onlyImage({ images }: Pick<Delivery, 'images'>): DeliveredImage {
  const [image] = images;
  if (image === undefined) throw new Error('a delivery has at least one image');
  return image;
}
