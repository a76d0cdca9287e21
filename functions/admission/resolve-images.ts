/** Resolves the image names of a pod or workload by the streams of the namespace that its own is mapped to. Reads only. */
import { type LocalName, type LocalResolution, readLocalName, resolveLocalName } from '../image/local-name.ts';
import type { RegistryHosts } from '../image/stream-state.ts';
import type { StreamReader } from '../resources/ports.ts';
import type { AdmissionRequest, Verdict } from './admission-review.ts';
import { type ContainerImage, namedImages } from './container-images.ts';
import type { MappedNamespace } from './namespace-mapping.ts';

/** Pull specs looked up for one object: bounds what somebody who may write a pod makes us read. */
const MOST_LOOKUPS = 100;

export interface ResolveDependencies {
  readonly streams: Pick<StreamReader, 'readTags' | 'findMembers'>;
  readonly hosts: RegistryHosts;
}

export type ResolveImages = (request: AdmissionRequest, mapped: MappedNamespace) => Promise<Verdict>;

export function createResolveImages(dependencies: ResolveDependencies): ResolveImages {
  return async (request, mapped) => {
    const { images, asksForNames } = namedImages(request);
    const isAsked = asksForNames && mapped.resolveNames;
    const names = new Map(images.map(({ image }) => [image, readLocalName(image, isAsked)] as const));
    const wanted = [...names].filter((entry): entry is [string, LocalName] => entry[1] !== null);
    const looked = wanted.slice(0, MOST_LOOKUPS);
    const results = await lookUp(dependencies, mapped.namespace, new Map(looked), isAsked);
    const warnings = [
      ...(asksForNames && !mapped.resolveNames ? [`this cluster's AdmissionMapping does not let pods ask for names of image streams`] : []),
      ...(looked.length < wanted.length ? [`only the first ${MOST_LOOKUPS} image names were looked up`] : []),
    ];
    return verdict(images, results, warnings);
  };
}

/** By pull spec. One read for a stream, whatever is wanted of it, and one more for each digest. */
async function lookUp(
  { streams, hosts }: ResolveDependencies,
  namespace: string,
  names: ReadonlyMap<string, LocalName>,
  isAsked: boolean,
): Promise<ReadonlyMap<string, LocalResolution>> {
  const byStream = Map.groupBy(names, ([, { stream }]) => stream);
  const found = await Promise.all(
    [...byStream].map(async ([name, wanted]) => {
      const tags = new Set(wanted.map(([, { tag }]) => tag).filter((tag) => tag !== ''));
      const stream = await streams.readTags(namespace, name, [...tags]);
      const resolved = wanted.map(async ([image, local]) => {
        const members = stream === null || local.digest === '' ? [] : await streams.findMembers(stream, local.digest);
        return [image, resolveLocalName(local, { stream, members, hosts, isAsked })] as const;
      });
      return Promise.all(resolved);
    }),
  );
  return new Map(found.flat());
}

function verdict(images: readonly ContainerImage[], results: ReadonlyMap<string, LocalResolution>, warnings: readonly string[]): Verdict {
  const outcomes = images.map((image) => ({ ...image, result: results.get(image.image) ?? ({ found: 'no stream' } as const) }));
  const changed = outcomes.flatMap(({ path, image, result }) =>
    result.found === 'no stream' || result.reference === '' || result.reference === image ? [] : [{ path, image, value: result.reference }],
  );
  const missing = outcomes.flatMap(({ container, image, result }) =>
    result.found === 'nothing' ? [missingText(container, image, result.reference)] : [],
  );
  return {
    patches: changed.map(({ path, value }) => ({ path, value })),
    warnings: [...warnings, ...new Set(missing)],
    resolved: Object.fromEntries(changed.map(({ image, value }) => [image, value])),
  };
}

function missingText(container: string, image: string, reference: string): string {
  const outcome = reference === '' ? 'left as it is' : `taken from ${reference}`;
  return `container "${container}": the image stream has no ${image}, which is ${outcome}`;
}
