/** Images as services that only run images of ECR take them. Pure. */
import { parseReference } from '../../../image/reference.ts';
import { parseEcrHost } from '../../../registry/ecr-host.ts';
import type { DeliveredImage, Refusal } from '../target.ts';

/** The pull spec, if it names an image of a private ECR registry in the Region by its digest, in whatever account. */
export function requireEcrImage(
  { dockerImageReference }: Pick<DeliveredImage, 'dockerImageReference'>,
  region: string,
): { readonly ok: true; readonly imageUri: string } | { readonly ok: false; readonly refusal: Refusal } {
  const read = parseReference(dockerImageReference);
  const host = read.ok ? parseEcrHost(read.reference.registry) : null;
  if (!read.ok || host === null || read.reference.id === '')
    return refuse('NotAnEcrImage', `is no image of a private ECR registry by its digest`);
  if (host.region !== region) return refuse('WrongRegion', `is in ${host.region}: the target takes images of ${region}`);
  return { ok: true, imageUri: dockerImageReference };

  function refuse(reason: string, problem: string) {
    return { ok: false, refusal: { kind: 'refused', reason, message: `${dockerImageReference} ${problem}` } } as const;
  }
}
