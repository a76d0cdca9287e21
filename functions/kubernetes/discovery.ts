/** What anybody may read without an identity: which API this is and that it lives. All of it is made from the resource table. */
import { createHash } from 'node:crypto';
import { parseAccept } from './accept.ts';
import { aggregatedDiscovery, type DiscoveryVersion } from './aggregated-discovery.ts';
import { type ApiResource, formatGroupVersion } from './api-resource.ts';
import { groupVersions } from './group-versions.ts';
import type { ApiRequest, ApiResponse } from './handlers.ts';
import { coreVersions, groupDocument, groupList, resourceList } from './legacy-discovery.ts';
import { pathNotFound, successResponse, textResponse } from './responses.ts';

const AGGREGATED_KIND = 'APIGroupDiscoveryList';
const HEALTH_PATHS = ['/healthz', '/livez', '/readyz'];

export interface DiscoveryDependencies {
  /** The resource table. */
  readonly entries: readonly ApiResource[];
  /** Answer to `/version` (`version.Info`). kubectl's dispatcher picks the client by its gitVersion (clients-on-the-wire.md, top). */
  readonly version: Readonly<Record<string, string>>;
  /** Further documents anybody may read, OpenAPI above all; null for paths that are none of them. */
  readonly documents?: (request: ApiRequest) => ApiResponse | null;
}

/** Never rejects; whatever is no such document is Kubernetes' plain 404. */
export function createDiscoveryApi({
  entries,
  version,
  documents: more = () => null,
}: DiscoveryDependencies): (request: ApiRequest) => Promise<ApiResponse> {
  const documents = staticDocuments(entries, version);
  const aggregate = createAggregated(entries);
  return async (request) => {
    const { method, path, query, headers, requestId } = request;
    if (method !== 'GET' && method !== 'HEAD') return pathNotFound(entries, request);
    const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path;
    if (HEALTH_PATHS.includes(trimmed)) return textResponse(200, query.has('verbose') ? healthReport(trimmed) : 'ok', requestId);
    const aggregated = trimmed === '/api' || trimmed === '/apis' ? aggregatedVersion(headers['accept']) : null;
    if (aggregated !== null) return aggregatedResponse(aggregate(trimmed === '/api', aggregated), request);
    const document = documents.get(trimmed);
    if (document === undefined) return more({ ...request, path: trimmed }) ?? pathNotFound(entries, request);
    return varying(successResponse(200, document, requestId));
  };
}

function staticDocuments(entries: readonly ApiResource[], version: unknown): ReadonlyMap<string, unknown> {
  const documents = new Map<string, unknown>([
    ['/version', version],
    ['/api', coreVersions(entries)],
    ['/apis', groupList(entries)],
  ]);
  for (const found of groupVersions(entries)) {
    const prefix = found.group === '' ? '/api' : `/apis/${found.group}`;
    if (found.group !== '') documents.set(prefix, groupDocument(found));
    for (const each of found.versions) {
      documents.set(`${prefix}/${each.version}`, resourceList(formatGroupVersion(found.group, each.version), each.entries));
    }
  }
  return documents.set('/', { paths: [...documents.keys(), ...HEALTH_PATHS].sort() });
}

/** The aggregated form the client prefers to plain JSON, or null. */
function aggregatedVersion(accept: string | undefined): DiscoveryVersion | null {
  for (const { type, parameters } of parseAccept(accept)) {
    const { g, v, as } = parameters;
    if (as === undefined && (type === 'application/json' || type === '*/*' || type === 'application/*')) return null;
    if (type === 'application/json' && g === 'apidiscovery.k8s.io' && as === AGGREGATED_KIND && (v === 'v2' || v === 'v2beta1')) return v;
  }
  return null;
}

interface Aggregated {
  readonly version: DiscoveryVersion;
  readonly text: string;
  readonly etag: string;
}

/** Documents are made when first asked for. */
function createAggregated(entries: readonly ApiResource[]): (isCore: boolean, version: DiscoveryVersion) => Aggregated {
  const made = new Map<string, Aggregated>();
  return (isCore, version) => {
    const key = `${isCore} ${version}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const text = JSON.stringify(aggregatedDiscovery(entries, version, { core: isCore }));
    const document = { version, text, etag: `"${createHash('sha512').update(text).digest('hex').toUpperCase()}"` };
    made.set(key, document);
    return document;
  };
}

/** Clients take the document for a legacy one unless the media type says exactly this. They keep it and ask whether it is still the same. */
function aggregatedResponse({ version, text, etag }: Aggregated, { headers: asked, requestId }: ApiRequest): ApiResponse {
  const { headers, ...response } = varying(successResponse(200, text, requestId));
  const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=${AGGREGATED_KIND}`;
  const all = { ...headers, 'content-type': type, 'cache-control': 'public', etag };
  return asked['if-none-match'] === etag ? { code: 304, headers: all, body: '' } : { ...response, headers: all };
}

/** As upstream words `?verbose`. It lives when it answers; there is nothing else to check. */
function healthReport(path: string): string {
  return `[+]ping ok\n${path.slice(1)} check passed\n`;
}

function varying(response: ApiResponse): ApiResponse {
  return { ...response, headers: { ...response.headers, vary: 'Accept' } };
}
