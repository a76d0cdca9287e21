/** Fields of an image stream that selectors may name (openshift-semantics.md §1). */
import type { ImageStream } from '../../image/types.ts';
import type { ListOptions } from '../../kubernetes/handlers.ts';
import { matchesFields } from '../field-selection.ts';

export const STREAM_FIELDS = ['metadata.name', 'metadata.namespace', 'spec.dockerImageRepository', 'status.dockerImageRepository'];

/** True when the stream passes the field selector. */
export function matchesStreamFields({ metadata, spec, status }: ImageStream, { fieldRequirements }: ListOptions): boolean {
  return matchesFields(fieldRequirements, {
    'metadata.name': metadata.name ?? '',
    'metadata.namespace': metadata.namespace ?? '',
    'spec.dockerImageRepository': spec.dockerImageRepository ?? '',
    'status.dockerImageRepository': status.dockerImageRepository,
  });
}
