/** Objects with the metadata an API server gives them: uid, resourceVersion, generation. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../../../functions/kubernetes/api-error.ts';
import { conflict, invalid } from '../../../functions/kubernetes/status.ts';
import type { ObjectMeta } from '../../../functions/kubernetes/types.ts';
import type { ServedKind } from './kinds.ts';
import { validateObject } from './validate-object.ts';

export interface StoredObject {
  readonly metadata: ObjectMeta;
  readonly [member: string]: unknown;
}

const CHANGED = 'the object has been modified; please apply your changes to the latest version and try again';

export interface ObjectStore {
  read(kind: ServedKind, namespace: string, name: string): StoredObject | undefined;
  /** By namespace and name. */
  list(kind: ServedKind, namespace: string | null): readonly StoredObject[];
  /**
   * Answers what is stored then, or would be on a dry run. A resourceVersion in it must be that of what is stored; a write that changes nothing
   * leaves the version as it is. Throws ApiError 409, 422.
   */
  write(kind: ServedKind, object: StoredObject, dryRun?: boolean): StoredObject;
  remove(kind: ServedKind, namespace: string, name: string): void;
}

export function createObjectStore(): ObjectStore {
  const objects = new Map<string, StoredObject>();
  let version = 1000;
  const keyOf = ({ resource }: ServedKind, namespace: string, name: string) => JSON.stringify([resource, namespace, name]);

  return {
    read: (kind, namespace, name) => objects.get(keyOf(kind, namespace, name)),
    list(kind, namespace) {
      const found = [...objects].filter(([key]) => {
        const [resource, at] = JSON.parse(key) as [string, string];
        return resource === kind.resource && (namespace === null || at === namespace);
      });
      return found.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, object]) => object);
    },
    write(kind, object, dryRun = false) {
      const { name = '', namespace = '', resourceVersion = '' } = object.metadata;
      const before = objects.get(keyOf(kind, namespace, name));
      if (resourceVersion !== '' && resourceVersion !== before?.metadata.resourceVersion)
        throw new ApiError(conflict(kind.group, kind.resource, name, CHANGED));
      const errors = validateObject(kind, object, before);
      if (errors.length > 0) throw new ApiError(invalid(kind.group, kind.kind, name, errors));
      if (before !== undefined && isDeepStrictEqual(withoutVersion(object), withoutVersion(before))) return before;
      const written = {
        ...object,
        metadata: { ...object.metadata, ...identityOf(object, before), resourceVersion: String((version += 1)) },
      };
      if (!dryRun) objects.set(keyOf(kind, namespace, name), structuredClone(written));
      return written;
    },
    remove: (kind, namespace, name) => void objects.delete(keyOf(kind, namespace, name)),
  };
}

/** The generation counts changes of the spec. */
function identityOf(object: StoredObject, before: StoredObject | undefined): Pick<ObjectMeta, 'uid' | 'generation'> {
  if (before === undefined) return { uid: randomUUID(), generation: 1 };
  const { uid, generation = 1 } = before.metadata;
  return { uid, generation: isDeepStrictEqual(object['spec'], before['spec']) ? generation : generation + 1 };
}

function withoutVersion({
  metadata: { resourceVersion: _, uid: _uid, generation: _generation, ...metadata },
  ...rest
}: StoredObject): unknown {
  return JSON.parse(JSON.stringify({ ...rest, metadata }));
}
