/** `/openapi/v3`: what kubectl apply, create, replace and explain read (clients-on-the-wire.md §1.4). Made from the table and the schemas. */
import { createHash } from 'node:crypto';
import { type ApiResource, formatGroupVersion, kindGroupVersion } from './api-resource.ts';
import { groupVersions } from './group-versions.ts';
import type { ApiRequest, ApiResponse } from './handlers.ts';
import type { KindSchema } from './kind-schema.ts';
import { kindSchema } from './meta-schema.ts';
import { openApiComponents } from './openapi-components.ts';
import { openApiPaths } from './openapi-paths.ts';
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
    documents ??= makeDocuments(entries, kinds);
    if (path === ROOT) return successResponse(200, index(documents), requestId);
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

/** By `api/v1` and `apis/GROUP/VERSION`. */
function makeDocuments(entries: readonly ApiResource[], kinds: readonly KindSchema[]): ReadonlyMap<string, Document> {
  const schemas = new Map(kinds.map((kind) => [kindKey(kind), kind]));
  const documents = groupVersions(entries).flatMap(({ group, versions }) =>
    versions.map(({ version, entries: own }) => {
      const schemaOf = (entry: ApiResource) => schemas.get(kindKey(kindOf(entry))) ?? unknownKind(entry);
      const name = group === '' ? `api/${version}` : `apis/${formatGroupVersion(group, version)}`;
      return [name, makeDocument(own, schemaOf)] as const;
    }),
  );
  return new Map(documents);
}

function makeDocument(entries: readonly ApiResource[], schemaOf: (entry: ApiResource) => KindSchema): Document {
  const listed = new Set(entries.filter(({ verbs }) => verbs.includes('list')).map((entry) => kindKey(kindOf(entry))));
  const kinds = new Map(entries.map((entry) => [kindKey(kindOf(entry)), schemaOf(entry)]));
  const text = JSON.stringify({
    openapi: '3.0.0',
    info: { title: 'Image Streams', version: 'v1' },
    paths: openApiPaths(entries, schemaOf),
    components: { schemas: openApiComponents([...kinds.values()], (kind) => listed.has(kindKey(kind))) },
  });
  return { text, hash: createHash('sha256').update(text).digest('hex').slice(0, 32).toUpperCase() };
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

type Kind = Pick<KindSchema, 'group' | 'version' | 'kind'>;

function kindOf(entry: ApiResource): Kind {
  return { ...kindGroupVersion(entry), kind: entry.kind };
}

function kindKey({ group, version, kind }: Kind): string {
  return `${group}/${version}/${kind}`;
}

/** Nobody has described the kind: it has metadata, and anything else. */
function unknownKind(entry: ApiResource): KindSchema {
  const { group, version, kind } = kindOf(entry);
  const reversed = group.split('.').reverse().filter(Boolean).join('.');
  const name = [reversed === '' ? 'io.k8s.api.core' : reversed, version, kind].join('.');
  const description = `${kind} of ${formatGroupVersion(group, version)}.`;
  return kindSchema({ group, version, kind, isBuiltIn: false, name, description, fields: {}, isOpen: true });
}
