/** Signatures of images (openshift-semantics.md §4.5, §9, §11b.7). Pure. */
import type { FieldError } from '../kubernetes/types.ts';
import { pathSegmentProblems, validateObjectMeta } from './object-meta-validation.ts';
import { splitImageName } from './reference.ts';
import type { Image, ImageSignature, SignatureCondition } from './types.ts';

/** An old importer left it on the signatures it made; it is the only annotation that is removed instead of refused. */
const MANAGED_ANNOTATION = 'image.openshift.io/managed-signature';

/** A signature as it is kept in its image: what a client posts, without what only a verifier may say. */
export function newSignature({ metadata, type, content }: ImageSignature): ImageSignature {
  return { metadata, type: type ?? '', content: content ?? '' };
}

/** The same name, or the same bytes of the same type under another name. */
export function hasSignature({ signatures = [] }: Image, { metadata, type, content }: ImageSignature): boolean {
  return signatures.some((known) => known.metadata.name === metadata.name || (known.type === type && known.content === content));
}

export function withoutManagedMarks(image: Image): Image {
  const { signatures } = image;
  if (signatures?.some(({ metadata }) => metadata?.annotations?.[MANAGED_ANNOTATION] !== undefined) !== true) return image;
  return { ...image, signatures: signatures.map(withoutManagedMark) };
}

function withoutManagedMark(signature: ImageSignature): ImageSignature {
  const { annotations, ...metadata } = signature.metadata;
  const { [MANAGED_ANNOTATION]: _mark, ...rest } = annotations ?? {};
  return { ...signature, metadata: Object.keys(rest).length === 0 ? metadata : { ...metadata, annotations: rest } };
}

/** Errors of a signature at `path` ('' when it is the object itself). */
export function validateSignature(signature: ImageSignature, path = ''): readonly FieldError[] {
  const at = (field: string) => (path === '' ? field : `${path}.${field}`);
  const { metadata = {}, type = '', content = '' } = signature;
  const { name = '', labels, annotations } = metadata;
  return [
    ...validateObjectMeta(metadata, at('metadata'), pathSegmentProblems, false),
    ...(isEmpty(labels) ? [] : [forbidden(at('metadata.labels'), 'signature labels cannot be set')]),
    ...(isEmpty(annotations) ? [] : [forbidden(at('metadata.annotations'), 'signature annotations cannot be set')]),
    ...(splitImageName(name) === null ? [invalid(at('metadata.name'), name, 'name must be of format <imageName>@<signatureName>')] : []),
    ...(type === '' ? [required(at('type'))] : []),
    ...(content === '' ? [required(at('content'))] : []),
    ...validateVerdict(signature, at),
  ];
}

/** What a verifier says has to be said in both conditions, and nothing about the signer without a verdict. */
function validateVerdict(signature: ImageSignature, at: (field: string) => string): readonly FieldError[] {
  const conditions = signature.conditions ?? [];
  const trusted = newest(conditions, 'Trusted');
  const forImage = newest(conditions, 'ForImage');
  const missing = trusted === undefined ? 'Trusted' : 'ForImage';
  const isHalf = (trusted === undefined) !== (forImage === undefined);
  const unverified = trusted === undefined || trusted.status === 'Unknown';
  const claims = (['imageIdentity', 'signedClaims', 'issuedBy', 'issuedTo'] as const).filter((field) => !isEmpty(signature[field]));
  return [
    ...(isHalf ? [invalid(at('conditions'), conditions, `missing "${missing}" condition type`)] : []),
    ...(unverified ? claims.map((field) => invalid(at(field), signature[field], 'must be unset for unknown signature state')) : []),
  ];
}

function newest(conditions: readonly SignatureCondition[], type: string): SignatureCondition | undefined {
  const probed = (condition: SignatureCondition) => Date.parse(condition.lastProbeTime ?? '') || 0;
  const found = conditions.filter((condition) => condition.type === type);
  return found.reduce<SignatureCondition | undefined>(
    (latest, condition) => (latest === undefined || probed(condition) >= probed(latest) ? condition : latest),
    undefined,
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function required(field: string): FieldError {
  return { type: 'Required', field, detail: '' };
}

function forbidden(field: string, detail: string): FieldError {
  return { type: 'Forbidden', field, detail };
}

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}
