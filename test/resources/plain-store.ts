/** Plain objects in memory, and the pipeline before their handlers. */
import type { ObjectStore, StoredObject } from '../../functions/access/ports.ts';
import type { ApiRequest, ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import { createApi } from '../../functions/kubernetes/pipeline.ts';
import type { Identity, KubernetesObject } from '../../functions/kubernetes/types.ts';
import type { NamespaceReader } from '../../functions/resources/ports.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import { storeStatus } from '../../functions/resources/store-status.ts';
import { StoreError } from '../../functions/store/errors.ts';
import { EVERYBODY_MAY } from '../support/everybody-may.ts';

export const NOW = Date.parse('2026-01-02T00:00:00Z');

const ALICE: Identity = { user: 'alice', groups: ['developers'] };

/** Every namespace is there but `missing`. */
export const anyNamespace: NamespaceReader = {
  readNamespace: async (name) =>
    name === 'missing' ? null : { name, uid: name, revision: 1, creationTimestamp: '', labels: {}, annotations: {} },
};

export function memoryStore<T extends StoredObject>(): ObjectStore<T> & { readonly objects: Map<string, T>; writes: number } {
  const objects = new Map<string, T>();
  const keyOf = ({ namespace, name }: Pick<T, 'namespace' | 'name'>) => `${namespace}/${name}`;
  const put = (object: T) => {
    const written = { ...object, revision: ++store.writes };
    objects.set(keyOf(object), written);
    return written;
  };
  const checkUnchanged = (object: T) => {
    const stored = objects.get(keyOf(object));
    if (stored?.uid !== object.uid || stored.revision !== object.revision) throw new StoreError('ERR_STORE_CONFLICT', 'changed');
  };
  const store = {
    objects,
    writes: 0,
    read: async (namespace: string, name: string) => objects.get(`${namespace}/${name}`) ?? null,
    list: async (namespace: string | null) => ({
      items: [...objects.values()].filter((object) => namespace === null || object.namespace === namespace),
      revision: 7,
    }),
    create: async (object: T) => {
      if (objects.has(keyOf(object))) throw new StoreError('ERR_STORE_EXISTS', 'exists');
      return put(object);
    },
    update: async (object: T) => {
      checkUnchanged(object);
      return put(object);
    },
    remove: async (object: T) => {
      checkUnchanged(object);
      objects.delete(keyOf(object));
    },
  };
  return store;
}

/** Sends requests as alice, unless it is somebody else; answers code and body. */
export function sender<T extends KubernetesObject>(key: string, handlers: ResourceHandlers<T>, identity: Identity = ALICE) {
  const api = createApi({
    entries: RESOURCE_TABLE,
    resources: new Map([[key, handlers]]),
    authorizer: EVERYBODY_MAY,
    clock: () => NOW,
    mapError: storeStatus,
    onError: (error) => {
      throw error;
    },
  });
  return async (method: string, url: string, body?: unknown, contentType = 'application/json', headers: Record<string, string> = {}) => {
    const [path = '', query = ''] = url.split('?');
    const bytes = body === undefined ? null : body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
    const all = { 'content-type': contentType, ...headers };
    const request: ApiRequest = { method, path, query: new URLSearchParams(query), headers: all, body: bytes, identity, requestId: 'r' };
    const answer = await api(request);
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies are compared, not used
    return { code: answer.code, body: answer.body as any };
  };
}
