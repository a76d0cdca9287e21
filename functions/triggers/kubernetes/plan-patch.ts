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
  const secrets = pullSecretPatch(podSpec, pullSecret);
  if (changes.size === 0 && secrets === null) return { kind: 'current' };
  const inner = { ...containersPatch(podSpec, changes), ...secrets };
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

/** In the order they have: a strategic merge patch puts elements into its own. */
function containersPatch(podSpec: JsonObject, changes: ReadonlyMap<string, Found>): JsonObject {
  const lists = LISTS.map((list) => {
    const names = objectsOf(podSpec[list]).map(({ name }) => stringOf(name));
    return [list, names.flatMap((name) => (changes.get(name)?.list === list ? [{ name, image: changes.get(name)?.image }] : []))] as const;
  });
  return Object.fromEntries(lists.filter(([, entries]) => entries.length > 0));
}

/** null when there is nothing to add. */
function pullSecretPatch(podSpec: JsonObject, pullSecret: string | undefined): JsonObject | null {
  const names = objectsOf(podSpec['imagePullSecrets']).map(({ name }) => stringOf(name));
  if (pullSecret === undefined || names.includes(pullSecret)) return null;
  const order = [...names, pullSecret].map((name) => ({ name }));
  return { imagePullSecrets: [{ name: pullSecret }], '$setElementOrder/imagePullSecrets': order };
}
