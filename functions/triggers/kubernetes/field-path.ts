/** The one form of path that names the image of a container (openshift-semantics.md §8.1; library-go `image/trigger`). Pure. */
import type { WorkloadKind } from './workloads.ts';

export type ContainerList = 'containers' | 'initContainers';

/** By name: looked for among the init containers first, then the others, whichever list was written. */
export type ContainerSelector = { readonly name: string } | { readonly list: ContainerList; readonly index: number };

export type ParsedFieldPath =
  { readonly ok: true; readonly container: ContainerSelector } | { readonly ok: false; readonly message: string };

const LONGEST = 1024;
const CONTAINER = /^(containers|initContainers)\[(?:(0|[1-9]\d{0,3})|\?\(@\.name=="([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)"\))\]\.image$/;

/** `spec.template.spec.containers[0].image`, `…initContainers[?(@.name=="NAME")].image`; of a CronJob below `spec.jobTemplate`. */
export function parseFieldPath(text: string, { kind, podSpec }: WorkloadKind): ParsedFieldPath {
  const base = `${podSpec.join('.')}.`;
  const [, list, index, name] = CONTAINER.exec(text.length <= LONGEST && text.startsWith(base) ? text.slice(base.length) : '') ?? [];
  if (list === undefined) {
    const forms = `${base}containers[INDEX].image or ${base}containers[?(@.name=="NAME")].image, or the same with initContainers`;
    return { ok: false, message: `the field path of a ${kind} must be ${forms}` };
  }
  if (name !== undefined) return { ok: true, container: { name } };
  return { ok: true, container: { list: list as ContainerList, index: Number(index) } };
}

/** For people. */
export function formatSelector(container: ContainerSelector): string {
  return 'name' in container ? JSON.stringify(container.name) : `${container.list}[${container.index}]`;
}
