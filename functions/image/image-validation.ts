/** Rules of images and mappings, with upstream's messages (openshift-semantics.md §5, §9). Pure. */
import type { FieldError } from '../kubernetes/types.ts';
import { pathSegmentProblems, validateObjectMeta } from './object-meta-validation.ts';
import { validateSignature } from './image-signature.ts';
import { parseReference } from './reference.ts';
import type { Image, ImageManifest, ImageStreamMapping } from './types.ts';

// As upstream, not anchored: it refuses only what holds no digest at all.
const DIGEST = /[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32}/;
const MEDIA_TYPE = /^ *[A-Za-z0-9][A-Za-z0-9!#$&^_-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126} *$/;

/** Errors of an image at `path` ('' when it is the object itself). */
export function validateImage(image: Image, path = ''): readonly FieldError[] {
  const at = (field: string) => (path === '' ? field : `${path}.${field}`);
  const manifests = image.dockerImageManifests ?? [];
  return [
    ...validateObjectMeta(image.metadata ?? {}, at('metadata'), pathSegmentProblems, false),
    ...validatePullSpec(image.dockerImageReference ?? '', at('dockerImageReference')),
    ...manifests.flatMap((manifest, index) => validateManifest(manifest, `${at('dockerImageManifests')}[${index}]`)),
    ...(image.signatures ?? []).flatMap((signature, index) => validateSignature(signature, `${at('signatures')}[${index}]`)),
    ...(manifests.length > 0 && (image.dockerImageLayers?.length ?? 0) > 0
      ? [invalid(at('dockerImageLayers'), image.dockerImageLayers, 'dockerImageLayers should not be set when dockerImageManifests is set')]
      : []),
  ];
}

/** Errors of a posted mapping, after its defaults were filled in. */
export function validateMapping(mapping: ImageStreamMapping): readonly FieldError[] {
  const name = mapping.metadata?.name ?? '';
  const missing = name === '' ? ['name', 'dockerImageRepository'] : [];
  if ((mapping.tag ?? '') === '') missing.push('tag');
  return [
    ...validateObjectMeta(mapping.metadata ?? {}, 'metadata', pathSegmentProblems),
    ...missing.map(required),
    ...validateImage(mapping.image ?? { metadata: {} }, 'image'),
  ];
}

function validatePullSpec(text: string, field: string): readonly FieldError[] {
  if (text === '') return [required(field)];
  const parsed = parseReference(text);
  return parsed.ok ? [] : [invalid(field, text, parsed.message)];
}

function validateManifest({ digest, mediaType, architecture, os, manifestSize }: ImageManifest, path: string): readonly FieldError[] {
  return [
    ...(DIGEST.test(digest ?? '') ? [] : [invalid(`${path}.digest`, digest ?? '', 'digest does not conform with OCI image specification')]),
    ...(MEDIA_TYPE.test(mediaType ?? '') ? [] : [invalid(`${path}.mediaType`, mediaType ?? '', 'media type does not conform to RFC6838')]),
    ...(architecture ? [] : [required(`${path}.architecture`)]),
    ...(os ? [] : [required(`${path}.os`)]),
    ...(manifestSize < 0 ? [invalid(`${path}.size`, manifestSize, 'manifest size cannot be negative')] : []),
  ];
}

function required(field: string): FieldError {
  return { type: 'Required', field, detail: '' };
}

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}
