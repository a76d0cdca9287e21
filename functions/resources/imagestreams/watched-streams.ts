/** Image streams as a watch reads them: heads while nothing happens, whole streams when something did. */
import type { RegistryHosts, StreamState } from '../../image/stream-state.ts';
import { viewStream } from '../../image/stream-view.ts';
import type { ImageStream } from '../../image/types.ts';
import type { HeadReader, ObjectHead, StreamStore } from '../ports.ts';
import type { WatchedKind } from '../watching/watched-kind.ts';
import { STREAM_FIELDS } from './stream-selection.ts';

export interface WatchedStreams {
  readonly heads: HeadReader;
  readonly streams: Pick<StreamStore, 'readStream'>;
  readonly hosts: RegistryHosts;
}

export function watchedStreams({ heads, streams, hosts }: WatchedStreams): WatchedKind<ImageStream> {
  return {
    heads,
    fields: STREAM_FIELDS,
    async read({ namespace, name }) {
      const state = await streams.readStream(namespace, name);
      return state === null ? null : viewStream(state, hosts);
    },
    readDeleted: async (head) => viewStream(remainder(head), hosts),
  };
}

/** What a tombstone keeps of a stream: enough to know which one is gone. */
function remainder({ namespace, name, uid, revision, creationTimestamp, labels }: ObjectHead): StreamState {
  const metadata = { namespace, name, uid, revision, creationTimestamp, labels, annotations: {}, generation: 1, incarnation: '' };
  return { ...metadata, lookupPolicy: { local: false }, dockerImageRepository: '', tags: new Map() };
}
