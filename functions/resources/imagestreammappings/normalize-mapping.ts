/** What a posted mapping leaves out or spells differently, filled in before it is validated (openshift-semantics.md §5.2, §12). Pure. */
import { parseReference } from '../../image/reference.ts';
import type { Image, ImageStreamMapping } from '../../image/types.ts';
import type { FieldError } from '../../kubernetes/types.ts';

/**
 * Names the image after the digest of its reference when it has no name (the product's documentation prints such a mapping), defaults the
 * reference from the integrated registry, and drops signatures.
 */
export function normalizeMapping(mapping: ImageStreamMapping, repository: string): ImageStreamMapping {
  const image = mapping.image ?? { metadata: {} };
  const given = image.dockerImageReference ?? '';
  const name = (image.metadata?.name ?? '') || digestOf(given);
  const reference = given !== '' || repository === '' ? given : `${repository}@${name}`;
  const { signatures: _dropped, ...rest } = image;
  const normalized: Image = { ...rest, metadata: { ...rest.metadata, name }, dockerImageReference: reference };
  return { ...mapping, image: normalized };
}

/** A name and a reference that carry different digests contradict each other. */
export function validateImageName(image: Image): readonly FieldError[] {
  const digest = digestOf(image.dockerImageReference ?? '');
  const name = image.metadata.name ?? '';
  if (digest === '' || name === '' || digest === name) return [];
  const detail = `must be the digest of image.dockerImageReference, ${digest}`;
  return [{ type: 'Invalid', field: 'image.metadata.name', value: name, detail }];
}

function digestOf(reference: string): string {
  const parsed = parseReference(reference);
  return parsed.ok ? parsed.reference.id : '';
}
