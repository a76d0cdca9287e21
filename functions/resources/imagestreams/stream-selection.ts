/** Fields of an image stream that selectors may name (openshift-semantics.md §1). */
import type { ImageStream } from '../../image/types.ts';
import type { ListOptions } from '../../kubernetes/handlers.ts';
import { matchesReaders } from '../field-selection.ts';

export const STREAM_FIELDS: Readonly<Record<string, (stream: ImageStream) => string>> = {
  'metadata.name': ({ metadata }) => metadata.name ?? '',
  'metadata.namespace': ({ metadata }) => metadata.namespace ?? '',
  'spec.dockerImageRepository': ({ spec }) => spec.dockerImageRepository ?? '',
  'status.dockerImageRepository': ({ status }) => status.dockerImageRepository,
};

/** True when the stream passes the field selector. */
export function matchesStreamFields(stream: ImageStream, { fieldRequirements }: ListOptions): boolean {
  return matchesReaders(fieldRequirements, STREAM_FIELDS, stream);
}
