/** Objects of a cluster, by the calls that triggers need. */
import { isObject, type JsonObject, objectOf, objectsOf, readDocument, stringOf } from '../../../image/tolerant-reader.ts';
import type { Clock } from '../../../resources/ports.ts';
import type { WorkloadKind } from '../../kubernetes/workloads.ts';
import type { Refusal } from '../target.ts';
import type { ClusterAccess, ClusterAnswer, ClusterConnection, ClusterRequest } from './cluster-connection.ts';
import { outcomeOfAnswer } from './cluster-outcome.ts';

/** An API server said no. */
export class ClusterRefusal extends Error {
  override readonly name = 'ClusterRefusal';
  readonly status: number;
  readonly refusal: Refusal;
  constructor(status: number, refusal: Refusal) {
    super(refusal.message);
    this.status = status;
    this.refusal = refusal;
  }
}

/** An object, by where it is. */
export interface ClusterObject {
  readonly kind: Pick<WorkloadKind, 'kind' | 'apiVersion' | 'resource'>;
  readonly namespace: string;
  readonly name: string;
}

export type PatchType = 'strategic-merge-patch' | 'merge-patch';

/** Each rejects with ClusterRefusal and ClusterUnreachable. */
export interface ClusterClient {
  get(object: ClusterObject): Promise<JsonObject>;
  /** All pages, up to 10,000 objects. `labelSelector` '' = all. */
  list(kind: ClusterObject['kind'], namespace: string, labelSelector: string): AsyncIterable<JsonObject>;
  /** Answers the object as it is then. */
  patch(object: ClusterObject, type: PatchType, patch: JsonObject): Promise<JsonObject>;
  create(object: ClusterObject, body: JsonObject): Promise<JsonObject>;
}

const PAGE = 50;
/** Pages and objects of one list: an API server that never ends one is not waited for. */
const MOST_PAGES = 200;
const MOST_OBJECTS = PAGE * MOST_PAGES;
/** As managedFields names us. */
const MANAGER = 'fieldManager=image-streams';

export interface ClientOptions {
  readonly clock: Clock;
  /** Writes are checked by the server, and not kept. */
  readonly dryRun: boolean;
}

export function createClusterClient(
  connection: ClusterConnection,
  { token }: ClusterAccess,
  { clock, dryRun }: ClientOptions,
): ClusterClient {
  const written = `?${MANAGER}${dryRun ? '&dryRun=All' : ''}`;

  async function ask(request: ClusterRequest, what: string, isSecret = false): Promise<JsonObject> {
    const answer = await connection.send(request);
    const document = answer.status >= 200 && answer.status < 300 ? readDocument(answer.body) : null;
    if (document !== null) return document;
    throw new ClusterRefusal(answer.status, refusalOf(answer, what, isSecret));
  }

  function refusalOf(answer: ClusterAnswer, what: string, isSecret: boolean): Refusal {
    if (answer.status < 300)
      return { kind: 'refused', reason: 'NoApiServer', message: `${what}: the server does not answer as an API server` };
    return outcomeOfAnswer(answer, what, { now: clock(), secrets: [token], isSecret });
  }

  return {
    get: (object) => ask({ method: 'GET', path: pathOf(object) }, describeObject(object), object.kind.kind === 'Secret'),
    async *list(kind, namespace, labelSelector) {
      let next = '';
      let left = MOST_OBJECTS;
      for (let page = 0; page < MOST_PAGES; page++) {
        const query = new URLSearchParams({ limit: String(PAGE), ...(labelSelector === '' ? {} : { labelSelector }) });
        if (next !== '') query.set('continue', next);
        const path = `${collectionOf(kind, namespace)}?${query.toString()}`;
        const list = await ask({ method: 'GET', path }, `${kind.resource} of ${namespace}`);
        const objects = objectsOf(list['items']).slice(0, left);
        left -= objects.length;
        yield* objects;
        next = stringOf(objectOf(list['metadata'])['continue']);
        if (next === '' || left === 0) return;
      }
    },
    patch(object, type, patch) {
      const request = { method: 'PATCH', path: pathOf(object) + written, contentType: `application/${type}+json` } as const;
      return ask({ ...request, body: JSON.stringify(patch) }, describeObject(object), object.kind.kind === 'Secret');
    },
    create(object, body) {
      const path = collectionOf(object.kind, object.namespace) + written;
      return ask({ method: 'POST', path, body: JSON.stringify(body) }, describeObject(object), object.kind.kind === 'Secret');
    },
  };
}

/** `Deployment shop/web`. */
export function describeObject({ kind: { kind }, namespace, name }: ClusterObject): string {
  return `${kind} ${namespace}/${name}`;
}

/** '' for an object without one. */
export function nameOf(object: JsonObject): string {
  const { metadata } = object;
  return isObject(metadata) ? stringOf(metadata['name']) : '';
}

function collectionOf({ apiVersion, resource }: ClusterObject['kind'], namespace: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

function pathOf({ kind, namespace, name }: ClusterObject): string {
  return `${collectionOf(kind, namespace)}/${encodeURIComponent(name)}`;
}
