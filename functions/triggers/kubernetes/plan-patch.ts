/** From an object and the images it is to run to the patch that makes it so. Pure. */
import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../image/tolerant-reader.ts';
import { type ContainerList, type ContainerSelector, formatSelector } from './field-path.ts';
import { type Misfit, misfit, type WantedImage } from './wanted-images.ts';
import type { WorkloadKind } from './workloads.ts';

export type PatchPlan =
  /** It runs what it is to run. */
  | { readonly kind: 'current' }
  /** A strategic merge patch that the server takes only for the version of the object it was made for. */
  | { readonly kind: 'patch'; readonly patch: JsonObject }
  | Misfit;

const LISTS = ['initContainers', 'containers'] as const;

interface Found {
  readonly list: ContainerList;
  readonly name: string;
  readonly image: string;
}

/** `pullSecret`: name of a Secret that the pods are to pull with, besides those they have. */
export function planPatch(workload: JsonObject, kind: WorkloadKind, wanted: readonly WantedImage[], pullSecret?: string): PatchPlan {
  const podSpec = kind.podSpec.reduce<unknown>((parent, name) => (isObject(parent) ? parent[name] : undefined), workload);
  if (!isObject(podSpec)) return misfit('NotAWorkload', `it has no ${kind.podSpec.join('.')}`);
  const changes = new Map<string, Found>();
  const images = new Map<string, string>();
  for (const { container, image } of wanted) {
    const found = findContainer(podSpec, container);
    if (found === undefined) return misfit('UnknownContainer', `it has no container ${formatSelector(container)}`);
    if ((images.get(found.name) ?? image) !== image)
      return misfit('AmbiguousImage', `two tags are for its container ${JSON.stringify(found.name)}`);
    images.set(found.name, image);
    if (found.image !== image) changes.set(found.name, { ...found, image });
  }
  const secrets = objectsOf(podSpec['imagePullSecrets']).map(({ name }) => name);
  const missing = pullSecret === undefined || secrets.includes(pullSecret) ? [] : [{ name: pullSecret }];
  if (changes.size === 0 && missing.length === 0) return { kind: 'current' };
  const lists = LISTS.map((list) => [list, namedImages([...changes.values()], list)] as const).filter(([, entries]) => entries.length > 0);
  const inner = { ...Object.fromEntries(lists), ...(missing.length === 0 ? {} : { imagePullSecrets: missing }) };
  const nested = kind.podSpec.reduceRight<JsonObject>((value, name) => ({ [name]: value }), inner);
  const resourceVersion = stringOf(objectOf(workload['metadata'])['resourceVersion']);
  return { kind: 'patch', patch: { metadata: { resourceVersion }, ...nested } };
}

function findContainer(podSpec: JsonObject, selector: ContainerSelector): Found | undefined {
  const read = (list: ContainerList) =>
    objectsOf(podSpec[list]).map((container) => ({ list, name: stringOf(container['name']), image: stringOf(container['image']) }));
  const found = 'name' in selector ? LISTS.flatMap(read).find(({ name }) => name === selector.name) : read(selector.list)[selector.index];
  // A patch names the container; no API server stores one without a name.
  return found?.name === '' ? undefined : found;
}

function namedImages(changes: readonly Found[], wanted: ContainerList): readonly JsonObject[] {
  return changes.filter(({ list }) => list === wanted).map(({ name, image }) => ({ name, image }));
}
