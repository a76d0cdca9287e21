import { followedTag } from '../../../functions/image/followers.ts';
import type { StreamState } from '../../../functions/image/stream-state.ts';
import type { Image } from '../../../functions/image/types.ts';
import type { CommitRequest, ImageStore, StreamStore } from '../../../functions/resources/ports.ts';
import { StoreError } from '../../../functions/store/errors.ts';

/** Streams and images in memory, with the store's compare-and-swap. */
export interface MemoryStores {
  readonly streams: StreamStore;
  readonly images: ImageStore;
  readonly retry: <T>(attempt: () => Promise<T>) => Promise<T>;
  readonly stored: Map<string, StreamState>;
  readonly storedImages: Map<string, Image>;
  readonly commits: CommitRequest[];
  /** Called before each commit looks at the store: the place for a concurrent writer. */
  beforeCommit: (attempt: number) => void;
  /** Digests createImage refuses as too large. */
  readonly tooLarge: Set<string>;
  put(stream: StreamState): void;
  get(name: string): StreamState;
}

const NOT_NEEDED = () => Promise.reject(new Error('not needed by imports'));

export function createMemoryStores(): MemoryStores {
  const stored = new Map<string, StreamState>();
  const storedImages = new Map<string, Image>();
  const commits: CommitRequest[] = [];
  const tooLarge = new Set<string>();
  let attempts = 0;

  const streams: StreamStore = {
    readStream: async (namespace, name) => stored.get(`${namespace}/${name}`) ?? null,
    readTags: async (namespace, name, tags) => {
      const stream = stored.get(`${namespace}/${name}`);
      return stream === undefined ? null : { ...stream, annotations: null, tags: selectTags(stream, tags) };
    },
    commit: async (request) => {
      attempts += 1;
      stores.beforeCommit(attempts);
      const { before, after } = request;
      const key = `${after.namespace}/${after.name}`;
      const current = stored.get(key);
      if (before === null && current !== undefined) throw new StoreError('ERR_STORE_EXISTS', 'exists');
      if (before !== null && current?.revision !== before.revision) throw new StoreError('ERR_STORE_CONFLICT', 'conflict');
      commits.push(request);
      const revision = (current?.revision ?? 0) + 1;
      const written = {
        ...after,
        revision,
        incarnation: after.incarnation || String(revision),
        annotations: after.annotations ?? current?.annotations ?? {},
      };
      stored.set(key, { ...written, tags: new Map([...(current?.tags ?? []), ...after.tags]) });
      return written;
    },
    listStreams: NOT_NEEDED,
    countStreams: NOT_NEEDED,
    findMembers: NOT_NEEDED,
    listMembers: NOT_NEEDED,
    listSpecTags: NOT_NEEDED,
    deleteStream: NOT_NEEDED,
    hasPointedTo: NOT_NEEDED,
    readHistory: NOT_NEEDED,
    readAnnotations: NOT_NEEDED,
  };

  const images: ImageStore = {
    createImage: async (image) => {
      const name = image.metadata.name ?? '';
      if (tooLarge.has(name)) throw new StoreError('ERR_STORE_TOO_LARGE', 'the image is too large');
      const existing = storedImages.get(name);
      if (existing !== undefined) return { image: existing, created: false };
      const created = { ...image, metadata: { ...image.metadata, uid: `uid-${storedImages.size}` } };
      storedImages.set(name, created);
      return { image: created, created: true };
    },
    readImage: NOT_NEEDED,
    readImages: NOT_NEEDED,
    listImages: NOT_NEEDED,
    updateImage: NOT_NEEDED,
    deleteImage: NOT_NEEDED,
  };

  const stores: MemoryStores = {
    streams,
    images,
    stored,
    storedImages,
    commits,
    tooLarge,
    beforeCommit: () => undefined,
    retry: async (attempt) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt();
        } catch (error) {
          if (!(error instanceof StoreError) || error.code !== 'ERR_STORE_CONFLICT' || tries === 5) throw error;
        }
      }
    },
    put: (stream) => void stored.set(`${stream.namespace}/${stream.name}`, stream),
    get: (name) => {
      const stream = stored.get(name);
      if (stream === undefined) throw new Error(`no stream ${name}`);
      return stream;
    },
  };
  return stores;
}

/** As the store: the named tags and whatever follows them. */
function selectTags(stream: StreamState, names: readonly string[]): StreamState['tags'] {
  const wanted = new Set(names);
  for (let size = 0; size !== wanted.size;) {
    size = wanted.size;
    for (const [name, { spec }] of stream.tags) {
      const followed = spec === null ? null : followedTag(stream, spec);
      if (followed !== null && wanted.has(followed)) wanted.add(name);
    }
  }
  return new Map([...stream.tags].filter(([name]) => wanted.has(name)));
}
