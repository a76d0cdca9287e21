/** What an API server answers, from the objects it stores. */
import { ApiError } from '../../../functions/kubernetes/api-error.ts';
import { parseLabelSelector } from '../../../functions/kubernetes/label-selector.ts';
import { decodePatch } from '../../../functions/kubernetes/patch.ts';
import { alreadyExists, badRequest, gone, methodNotAllowed, noSuchResource, notFound } from '../../../functions/kubernetes/status.ts';
import { isObject } from '../../../functions/image/tolerant-reader.ts';
import { SERVED_KINDS, type ServedKind } from './kinds.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: object;
}

/** `namespaces/NS/RESOURCE[/NAME]`, or `RESOURCE` for those of all namespaces. */
const OBJECTS = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/;

export function findKind(path: string): { readonly kind: ServedKind; readonly namespace: string | null; readonly name: string } | null {
  const [, group = '', version, namespace = null, resource, name = ''] = OBJECTS.exec(path) ?? [];
  const kind = SERVED_KINDS.find((each) => each.group === group && each.version === version && each.resource === resource);
  return kind === undefined ? null : { kind, namespace, name: decodeURIComponent(name) };
}

/** Throws ApiError. */
export function answerRequest(store: ObjectStore, request: ApiRequest): ApiAnswer {
  const discovery = request.method === 'GET' ? discoveryDocument(request.path) : undefined;
  if (discovery !== undefined) return { status: 200, body: discovery };
  const found = findKind(request.path);
  if (found === null) throw new ApiError(noSuchResource());
  const { kind, namespace, name } = found;
  const dryRun = readDryRun(request.query);
  if (name === '' && request.method === 'GET') return { status: 200, body: list(store, kind, namespace, request.query) };
  if (namespace === null) throw new ApiError(methodNotAllowed());
  if (name === '' && request.method === 'POST') {
    const object = readObject(request.body, kind, namespace);
    if (store.read(kind, namespace, object.metadata.name ?? '') !== undefined)
      throw new ApiError(alreadyExists(kind.group, kind.resource, object.metadata.name ?? ''));
    return { status: 201, body: store.write(kind, object, dryRun) };
  }
  const stored = store.read(kind, namespace, name);
  if (stored === undefined) throw new ApiError(notFound(kind.group, kind.resource, name));
  if (request.method === 'GET') return { status: 200, body: stored };
  if (request.method !== 'PATCH') throw new ApiError(methodNotAllowed());
  const patch = decodePatch(request.body, request.contentType, kind.schema);
  const patched = patch(stored) as StoredObject;
  requireSame(kind, stored, patched);
  return { status: 200, body: store.write(kind, patched, dryRun) };
}

function list(store: ObjectStore, kind: ServedKind, namespace: string | null, query: URLSearchParams): object {
  const selector = parseLabelSelector(query.get('labelSelector') ?? '');
  if (!selector.ok) throw new ApiError(badRequest(`unable to parse requirement: ${selector.message}`));
  const limit = Number(query.get('limit') ?? '0');
  const token = query.get('continue');
  const start = token === null ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (Number.isNaN(start)) throw new ApiError(gone('The provided continue parameter is too old'));
  const all = store.list(kind, namespace).filter(({ metadata: { labels } }) => selector.matches(labels));
  const items = limit > 0 ? all.slice(start, start + limit) : all.slice(start);
  const next = start + items.length;
  const more =
    next < all.length ? { continue: Buffer.from(String(next)).toString('base64url'), remainingItemCount: all.length - next } : {};
  return {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: '1', ...more },
    // As upstream: elements of a list of one kind do not repeat it.
    items: items.map(({ kind: _, apiVersion: _version, ...rest }) => rest),
  };
}

function readDryRun(query: URLSearchParams): boolean {
  const wanted = query.getAll('dryRun');
  if (wanted.some((value) => value !== 'All')) throw new ApiError(badRequest('Invalid value: dryRun: supported values: "All"'));
  return wanted.length > 0;
}

function readObject(body: Buffer, kind: ServedKind, namespace: string): StoredObject {
  const parsed: unknown = JSON.parse(body.toString());
  if (!isObject(parsed) || parsed['kind'] !== kind.kind || parsed['apiVersion'] !== apiVersionOf(kind))
    throw new ApiError(badRequest(`the object provided is no ${kind.kind} of ${apiVersionOf(kind)}`));
  const object = parsed as unknown as StoredObject;
  if ((object.metadata.namespace ?? namespace) !== namespace)
    throw new ApiError(badRequest('the namespace of the provided object does not match the namespace sent on the request'));
  return { ...object, metadata: { ...object.metadata, namespace } };
}

function requireSame(kind: ServedKind, before: StoredObject, after: StoredObject): void {
  const isSame = (['name', 'namespace', 'uid'] as const).every((member) => before.metadata[member] === after.metadata[member]);
  if (!isSame || after['kind'] !== kind.kind || after['apiVersion'] !== apiVersionOf(kind))
    throw new ApiError(badRequest('the name, namespace, uid, kind and apiVersion of an object cannot be patched'));
}

function apiVersionOf({ group, version }: Pick<ServedKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Enough for kubectl and oc to find the kinds. */
function discoveryDocument(path: string): object | undefined {
  const groups = [...new Set(SERVED_KINDS.map(({ group }) => group))].filter((group) => group !== '');
  if (path === '/version') return { major: '1', minor: '33', gitVersion: 'v1.33.0' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis')
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map((name) => {
        const version = { groupVersion: `${name}/v1`, version: 'v1' };
        return { name, versions: [version], preferredVersion: version };
      }),
    };
  const [, group = '', version] = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path) ?? [];
  const kinds = SERVED_KINDS.filter((kind) => kind.group === group && kind.version === version);
  if (kinds.length === 0) return undefined;
  const verbs = ['get', 'list', 'create', 'patch'];
  const resources = kinds.map(({ kind, resource, shortName }) => ({
    name: resource,
    singularName: kind.toLowerCase(),
    namespaced: true,
    kind,
    verbs,
    ...(shortName === undefined ? {} : { shortNames: [shortName] }),
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: group === '' ? 'v1' : `${group}/v1`, resources };
}
