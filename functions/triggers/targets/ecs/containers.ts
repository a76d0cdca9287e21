/** Which container gets which image. Pure. */
import type { ContainerImages, Revision } from './revision.ts';
import type { DeliveredImage, Refusal } from '../target.ts';

/** An image without container is for the only one there is. */
export function placeImages(
  { family, containerDefinitions }: Revision,
  images: readonly DeliveredImage[],
): { readonly images: ContainerImages } | Refusal {
  const names = containerDefinitions.map(({ name = '' }) => name);
  const only = names.length === 1 ? names[0] : undefined;
  const placed = images.map((image) => ({ image, name: image.container ?? only ?? '' }));
  const missing = placed.find(({ name }) => !names.includes(name))?.image;
  if (missing === undefined) {
    const meant = placed.filter(({ image }) => isMeant(image));
    return { images: new Map(meant.map(({ name, image }) => [name, image.dockerImageReference])) };
  }
  const { container, stream, tag } = missing;
  const what = container === undefined ? `nothing says for which container ${stream}:${tag} is` : `there is no container ${container}`;
  return { kind: 'refused', reason: 'ContainerNotFound', message: `${what}: task definition ${family} has ${names.join(', ')}` };
}

/** For people. */
export function describeImages(images: ContainerImages): string {
  return `would set ${[...images].map(([container, image]) => `${container} to ${image}`).join(', ')}`;
}

/** An image that is no news but another than the service was told has been dealt with, or is older: its container stays as it is. */
function isMeant({ changed, previous, dockerImageReference }: DeliveredImage): boolean {
  return changed || previous === null || previous.dockerImageReference === dockerImageReference;
}
