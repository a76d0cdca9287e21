/** Images as a watch reads them. Of a deleted one, name, labels and reference are left. */
import type { Image } from '../../image/types.ts';
import type { ImageHeadReader, ImageStore } from '../ports.ts';
import type { WatchedKind } from '../watching/watched-kind.ts';
import { viewImage } from './prepare-image.ts';

export interface WatchedImages {
  readonly imageHeads: ImageHeadReader;
  readonly images: Pick<ImageStore, 'readImage'>;
}

export function watchedImages({ imageHeads, images }: WatchedImages): WatchedKind<Image> {
  const view = (image: Image | null) => (image === null ? null : viewImage(image));
  return {
    isClusterScoped: true,
    heads: imageHeads,
    fields: { 'metadata.name': ({ metadata }) => metadata.name ?? '' },
    read: async ({ name }) => view(await images.readImage(name)),
    readDeleted: async ({ name }) => view(await imageHeads.readDeleted(name)),
  };
}
