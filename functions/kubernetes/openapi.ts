/** `/openapi/v3`: what kubectl apply, create, replace and explain read (clients-on-the-wire.md §1.4). Made from the table and the schemas. */
import type { ApiResource } from './api-resource.ts';
import type { ApiRequest, ApiResponse } from './handlers.ts';
import type { KindSchema } from './kind-schema.ts';
import { API_INFO, type ApiDescription, describeApi, documentHash } from './openapi-description.ts';
import { successResponse } from './responses.ts';

const ROOT = '/openapi/v3';
/** A document under its hash never changes; the Expires header may not be further off. Milliseconds. */
const YEAR = 365 * 24 * 60 * 60 * 1000;

export interface OpenApiDependencies {
  /** The resource table. */
  readonly entries: readonly ApiResource[];
  readonly kinds: readonly KindSchema[];
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Answers paths of OpenAPI v3, null for all others. Documents are made when first asked for. */
export function createOpenApi({ entries, kinds, clock }: OpenApiDependencies): (request: ApiRequest) => ApiResponse | null {
  let documents: ReadonlyMap<string, Document> | undefined;
  return ({ path, query, headers, requestId }) => {
    if (path !== ROOT && !path.startsWith(`${ROOT}/`)) return null;
    documents ??= new Map([...describeApi(entries, kinds)].map(([name, description]) => [name, makeDocument(description)]));
    if (path === ROOT) return indexResponse(documents, headers['if-none-match'], requestId);
    const name = path.slice(ROOT.length + 1);
    const document = documents.get(name);
    if (document === undefined) return null;
    const hash = query.get('hash');
    if (hash !== null && hash !== document.hash) return redirect(name, document, requestId);
    return answer(document, { isPinned: hash !== null, known: headers['if-none-match'], now: clock(), requestId });
  };
}

interface Document {
  readonly text: string;
  readonly hash: string;
}

function makeDocument(description: ApiDescription): Document {
  const text = JSON.stringify({ openapi: '3.0.0', info: API_INFO, ...description });
  return { text, hash: documentHash(text) };
}

function indexResponse(documents: ReadonlyMap<string, Document>, known: string | undefined, requestId: string): ApiResponse {
  const { headers, ...response } = successResponse(200, index(documents), requestId);
  // The index holds the hashes of all documents, and nothing else that could change.
  const etag = `"${documentHash([...documents.values()].map(({ hash }) => hash).join(''))}"`;
  const all = { ...headers, etag };
  return known === etag ? { code: 304, headers: all, body: '' } : { ...response, headers: all };
}

function index(documents: ReadonlyMap<string, Document>): unknown {
  const paths = [...documents].map(([name, document]) => [name, { serverRelativeURL: urlOf(name, document) }]);
  return { paths: Object.fromEntries(paths) as unknown };
}

function answer(
  { text, hash }: Document,
  { isPinned, known, now, requestId }: { isPinned: boolean; known: string | undefined; now: number; requestId: string },
): ApiResponse {
  const etag = `"${hash}"`;
  const { headers, ...response } = successResponse(200, text, requestId);
  const lasting: Readonly<Record<string, string>> = isPinned
    ? { 'cache-control': 'public, immutable', expires: new Date(now + YEAR).toUTCString() }
    : {};
  const all = { ...headers, vary: 'Accept', etag, ...lasting };
  return known === etag ? { code: 304, headers: all, body: '' } : { ...response, headers: all };
}

/** The client has the index of an older deployment. */
function redirect(name: string, document: Document, requestId: string): ApiResponse {
  const { headers } = successResponse(301, '', requestId);
  return { code: 301, headers: { ...headers, location: urlOf(name, document) }, body: '' };
}

function urlOf(name: string, { hash }: Document): string {
  return `${ROOT}/${name}?hash=${hash}`;
}
