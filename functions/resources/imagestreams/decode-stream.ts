/** The defaults of an image stream, before who owns what is worked out: what a client left out is not a change (openshift-semantics.md §2.1). */
import { specTagsFromWire } from '../../image/stream-view.ts';
import type { ImageStream } from '../../image/types.ts';

/** `body` is of the kind's types. */
export function decodeStream(body: unknown): ImageStream {
  const { spec, ...stream } = body as Omit<ImageStream, 'spec'> & { readonly spec?: Partial<ImageStream['spec']> };
  const { lookupPolicy, dockerImageRepository = '', tags, ...others } = spec ?? {};
  const wanted = specTagsFromWire(tags);
  return {
    ...stream,
    spec: {
      ...others,
      lookupPolicy: { local: lookupPolicy?.local ?? false },
      ...(dockerImageRepository === '' ? {} : { dockerImageRepository }),
      ...(wanted.length === 0 ? {} : { tags: wanted }),
    },
  };
}
