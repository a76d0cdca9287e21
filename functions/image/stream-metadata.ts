/** Metadata of a stream on the wire and back: what the product keeps beside the client's annotations goes in and out here. Pure. */
import type { ObjectMeta } from '../kubernetes/types.ts';
import type { StreamState } from './stream-state.ts';
import { MISSING_IMAGES_ANNOTATION } from './missing-image.ts';
import { PENDING_IMAGES_ANNOTATION } from './pending-view.ts';
import { deniedImages } from './tag-policy.ts';
import { filledMap } from './tag-reference.ts';

/** When the stream was last imported. Upstream keeps it among the annotations; clients look for it there (openshift-semantics.md §6.4, §7). */
export const REPOSITORY_CHECK_ANNOTATION = 'openshift.io/image.dockerRepositoryCheck';
/** JSON object {tag: number of events not embedded}; only on tags whose history is longer than what is shown (§12). Computed, never stored. */
export const OLDER_HISTORY_ANNOTATION = 'image-streams.io/older-history';

type StringMap = Readonly<Record<string, string>>;

/** Metadata every view of the stream shares. `more` annotations win over the stream's. */
export function streamMetadata(stream: StreamState, more: StringMap = {}): ObjectMeta {
  const check = stream.repositoryCheck === undefined ? {} : { [REPOSITORY_CHECK_ANNOTATION]: stream.repositoryCheck };
  const labels = filledMap(stream.labels);
  const annotations = filledMap({ ...stream.annotations, ...check, ...more });
  return {
    name: stream.name,
    namespace: stream.namespace,
    uid: stream.uid,
    ...resourceVersion(stream),
    generation: stream.generation,
    creationTimestamp: stream.creationTimestamp,
    ...(labels === null ? {} : { labels }),
    ...(annotations === null ? {} : { annotations }),
  };
}

/** A stream that was never stored (dry run) has none. */
export function resourceVersion({ revision }: StreamState): Pick<ObjectMeta, 'resourceVersion'> {
  return revision === 0 ? {} : { resourceVersion: String(revision) };
}

/** Labels and annotations as a client sent them: they replace the stored ones, as upstream's update does. */
export function metadataFromWire({
  labels,
  annotations,
}: ObjectMeta): Pick<StreamState, 'labels' | 'annotations' | 'repositoryCheck' | 'deniedImages'> {
  const {
    [REPOSITORY_CHECK_ANNOTATION]: repositoryCheck,
    [OLDER_HISTORY_ANNOTATION]: _older,
    [PENDING_IMAGES_ANNOTATION]: _pending,
    [MISSING_IMAGES_ANNOTATION]: _missing,
    ...kept
  } = annotations ?? {};
  const denied = deniedImages(kept);
  return { labels: labels ?? {}, annotations: kept, repositoryCheck, ...(denied.length === 0 ? {} : { deniedImages: denied }) };
}
