/** Which container of an object gets which image: as the trigger says, or where it says nothing, as the object's annotation does. Pure. */
import type { JsonObject } from '../../image/tolerant-reader.ts';
import { followedTag, followKey } from '../followed-tags.ts';
import type { DeliveredImage } from '../targets/target.ts';
import { type ContainerSelector, parseFieldPath } from './field-path.ts';
import { type AnnotationEntry, readTriggerAnnotation } from './trigger-annotation.ts';
import type { WorkloadKind } from './workloads.ts';

export interface WantedImage {
  readonly container: ContainerSelector;
  readonly image: string;
}

/** What is wrong with the object or what is asked of it, until somebody changes one of them. */
export interface Misfit {
  readonly kind: 'misfit';
  /** CamelCase. */
  readonly reason: string;
  readonly message: string;
}

export interface WantedImages {
  readonly kind: 'wanted';
  readonly wanted: readonly WantedImage[];
  /** Tags without a place of their own that the object mentions; paused ones included. */
  readonly mentioned: ReadonlySet<DeliveredImage>;
  /** Tags that the annotation follows and the trigger does not, as `namespace/stream:tag`. */
  readonly unknown: readonly string[];
}

type Images = readonly DeliveredImage[];

/** `namespace`: of the trigger, where the annotation names none. */
export function wantedImages(workload: JsonObject, kind: WorkloadKind, images: Images, namespace: string): WantedImages | Misfit {
  const wanted: WantedImage[] = [];
  const mentioned = new Set<DeliveredImage>();
  const unknown: string[] = [];
  const add = (fieldPath: string, image: string): Misfit | null => {
    const parsed = parseFieldPath(fieldPath, kind);
    if (!parsed.ok) return misfit('InvalidFieldPath', `${parsed.message}, not ${JSON.stringify(fieldPath.slice(0, 80))}`);
    wanted.push({ container: parsed.container, image });
    return null;
  };

  for (const { container, fieldPath, dockerImageReference: image } of images) {
    if (container !== undefined) wanted.push({ container: { name: container }, image });
    const problem = fieldPath === undefined ? null : add(fieldPath, image);
    if (problem !== null) return problem;
  }
  const free = new Map(images.filter(hasNoPlace).map((image) => [followKey(image), image]));
  if (free.size === 0) return { kind: 'wanted', wanted, mentioned, unknown };

  const annotation = readTriggerAnnotation(workload);
  if (!annotation.ok) return misfit('InvalidAnnotation', annotation.message);
  for (const entry of annotation.entries) {
    const image = imageOf(entry, free, namespace);
    if (image === undefined) {
      if (!entry.paused) unknown.push(`${entry.namespace ?? namespace}/${entry.name}`);
      continue;
    }
    mentioned.add(image);
    const problem = entry.paused ? null : add(entry.fieldPath, image.dockerImageReference);
    if (problem !== null) return problem;
  }
  return { kind: 'wanted', wanted, mentioned, unknown };
}

export function hasNoPlace({ container, fieldPath }: Pick<DeliveredImage, 'container' | 'fieldPath'>): boolean {
  return container === undefined && fieldPath === undefined;
}

export function misfit(reason: string, message: string): Misfit {
  return { kind: 'misfit', reason, message };
}

function imageOf(entry: AnnotationEntry, images: ReadonlyMap<string, DeliveredImage>, namespace: string): DeliveredImage | undefined {
  const tag = followedTag({ kind: 'ImageStreamTag', name: entry.name, namespace: entry.namespace }, namespace);
  return tag === null ? undefined : images.get(followKey(tag));
}
