/**
 * The grammar of every Kubernetes URL (apiserver `endpoints/request` RequestInfoFactory, openshift-semantics.md §1). Paths arrive decoded
 * once: they are split on `/` and never decoded again (aws-facts.md §1).
 */
import { parseFieldSelector } from './field-selector.ts';
import type { RequestInfo } from './handlers.ts';
import { parseBoolean } from './query-values.ts';

const API_PREFIXES = new Set(['api', 'apis']);
/** These follow a namespace's name without making the rest a resource of that namespace. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);
/** Verbs that old clients put in front of the resource instead of using the method. */
const VERBS_IN_PATH = new Set(['proxy', 'watch']);

const METHOD_VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Total: whatever is no resource path becomes a non-resource request with the method in lower case as its verb. */
export function parseRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const found = splitGroupVersion(splitPath(path));
  const verbInPath = found?.below.find((segment, index) => index === 0 && VERBS_IN_PATH.has(segment));
  if (found === null || (verbInPath !== undefined && found.below.length < 2)) return nonResource(method, path);
  const { namespace, parts } = splitNamespace(verbInPath === undefined ? found.below : found.below.slice(1));
  const [resource = '', name = '', third = ''] = parts;
  const verb = verbInPath ?? (Object.hasOwn(METHOD_VERBS, method) ? METHOD_VERBS[method] : undefined) ?? '';
  const subresource = verb === 'proxy' ? '' : third;
  const { group, version } = found;
  const info = { isResourceRequest: true, path, verb, group, version, namespace, resource, subresource, name };
  return name === '' ? collectionInfo(info, query) : info;
}

/** True when the path goes on after what a RequestInfo can say: no such URL exists. */
export function hasUnparsedSegments(info: RequestInfo): boolean {
  const segments = splitPath(info.path);
  const prefix = segments[0] === 'apis' ? 3 : 2;
  const verb = VERBS_IN_PATH.has(segments[prefix] ?? '') ? 1 : 0;
  const namespace = info.namespace !== '' && info.resource !== 'namespaces' ? 2 : 0;
  const named = [info.resource, info.name, info.subresource].filter((segment) => segment !== '').length;
  return segments.length > prefix + verb + namespace + named;
}

function splitPath(path: string): string[] {
  const trimmed = path.replace(/^\/+/, '').replace(/\/+$/, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

interface GroupVersionPath {
  readonly group: string;
  readonly version: string;
  /** At least one segment. */
  readonly below: readonly string[];
}

function splitGroupVersion(segments: readonly string[]): GroupVersionPath | null {
  const [prefix = '', ...rest] = segments;
  if (!API_PREFIXES.has(prefix)) return null;
  const [group = '', version = '', ...below] = prefix === 'api' ? ['', ...rest] : rest;
  return below.length === 0 ? null : { group, version, below };
}

/** `namespaces/N/R/…` is resource R in N; `namespaces/N` and `namespaces/N/status` are the namespace itself. */
function splitNamespace(parts: readonly string[]): { readonly namespace: string; readonly parts: readonly string[] } {
  if (parts[0] !== 'namespaces' || parts[1] === undefined) return { namespace: '', parts };
  const isResourceInside = parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2] ?? '');
  return { namespace: parts[1], parts: isResourceInside ? parts.slice(2) : parts };
}

/** Without a name a get is a list or a watch, a delete a deletecollection. `metadata.name=x` names the object for access control. */
function collectionInfo(info: RequestInfo, query: URLSearchParams): RequestInfo {
  if (info.verb === 'delete') return { ...info, verb: 'deletecollection' };
  if (info.verb !== 'get') return info;
  return { ...info, verb: parseBoolean(query.get('watch')) ? 'watch' : 'list', name: selectedName(query) };
}

function selectedName(query: URLSearchParams): string {
  const selector = parseFieldSelector(query.get('fieldSelector') ?? '');
  const exact = selector.ok
    ? selector.requirements.find(({ field, operator }) => field === 'metadata.name' && operator === '=')
    : undefined;
  return exact !== undefined && isPathSegment(exact.value) ? exact.value : '';
}

function isPathSegment(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/%]/.test(name);
}

function nonResource(method: string, path: string): RequestInfo {
  const verb = method.toLowerCase();
  return { isResourceRequest: false, path, verb, group: '', version: '', namespace: '', resource: '', subresource: '', name: '' };
}
