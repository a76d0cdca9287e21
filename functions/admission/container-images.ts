/** Where pods and workloads name images, and which of them a request brings or changes. Pure. */
import { type AdmissionRequest, type Members, membersOf } from './admission-review.ts';

/** Asks for streams by names they do not lend (upstream's name; `*` is its one value). */
const RESOLVE_NAMES = 'alpha.image.policy.openshift.io/resolve-names';

const TEMPLATE = ['spec', 'template'];
/** Where the pod is, by group and resource: what the plugin upstream covers, as far as Kubernetes has it. */
const PODS: ReadonlyMap<string, readonly string[]> = new Map([
  ['/pods', []],
  ['/replicationcontrollers', TEMPLATE],
  ['apps/daemonsets', TEMPLATE],
  ['apps/deployments', TEMPLATE],
  ['apps/replicasets', TEMPLATE],
  ['apps/statefulsets', TEMPLATE],
  ['batch/jobs', TEMPLATE],
  ['batch/cronjobs', ['spec', 'jobTemplate', ...TEMPLATE]],
]);

const CONTAINERS = ['initContainers', 'containers'] as const;
const EPHEMERAL = ['ephemeralContainers'] as const;

export interface ContainerImage {
  /** JSON pointer to the image. */
  readonly path: string;
  /** Name of the container. */
  readonly container: string;
  readonly image: string;
}

export interface NamedImages {
  readonly images: readonly ContainerImage[];
  /** The pod or workload asks for streams by any name. */
  readonly asksForNames: boolean;
}

const NONE: NamedImages = { images: [], asksForNames: false };

/**
 * Images of the containers that are new or have another image than the container of that name before; all of them when an update begins to ask
 * for names. None of what is no pod or workload, of other subresources than ephemeral containers, of an updated Job, whose images cannot change, and of
 * what a controller made: a controller that finds its ReplicaSet unlike the template makes another, and so on for ever (kubernetes #57167).
 */
export function namedImages(request: AdmissionRequest): NamedImages {
  const { group, resource, subresource, operation, object, oldObject } = request;
  const path = PODS.get(`${group}/${resource}`);
  const isUpdate = operation === 'UPDATE';
  if (path === undefined || (operation !== 'CREATE' && !isUpdate) || (isUpdate && resource === 'jobs')) return NONE;
  const isEphemeral = resource === 'pods' && subresource === 'ephemeralcontainers';
  if (!isEphemeral && (subresource !== '' || isControlled(object))) return NONE;

  const asksForNames = asksFor(object, path);
  const beginsToAsk = asksForNames && !asksFor(oldObject, path);
  const before = isUpdate && !beginsToAsk ? imagesBefore(oldObject, path) : new Map<string, string>();
  const images = (isEphemeral ? EPHEMERAL : CONTAINERS).flatMap((list) => imagesOf(object, path, list));
  return { images: images.filter(({ container, image }) => before.get(container) !== image), asksForNames };
}

/** Names are unique within a pod; of an object that breaks this, the first counts, as upstream. */
function imagesBefore(object: Members, path: readonly string[]): ReadonlyMap<string, string> {
  const images = [...CONTAINERS, ...EPHEMERAL].flatMap((list) => imagesOf(object, path, list));
  return new Map(images.map(({ container, image }) => [container, image] as const).reverse());
}

function imagesOf(object: Members, path: readonly string[], list: string): readonly ContainerImage[] {
  const at = [...path, 'spec', list];
  const containers = descend(object, at.slice(0, -1))[list];
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container: unknown, index) => {
    const { name, image } = membersOf(container);
    if (typeof image !== 'string' || image === '') return [];
    return [{ path: `/${[...at, index, 'image'].join('/')}`, container: typeof name === 'string' ? name : '', image }];
  });
}

/** On the object itself, or on the pods it makes. */
function asksFor(object: Members, path: readonly string[]): boolean {
  return [[], path].some((at) => descend(object, [...at, 'metadata', 'annotations'])[RESOLVE_NAMES] === '*');
}

function isControlled(object: Members): boolean {
  const { ownerReferences } = membersOf(object['metadata']);
  return Array.isArray(ownerReferences) && ownerReferences.some((owner: unknown) => membersOf(owner)['controller'] === true);
}

function descend(object: Members, path: readonly string[]): Members {
  return path.reduce((found, name) => membersOf(found[name]), object);
}
