import type { HttpFunctionName, ResourceEntry } from '../functions/resources/table/entry.ts';

/** One route of the gateway, for every method: which verbs a path knows is the function's to answer, as a Status. */
export interface HttpRoute {
  /** As API Gateway spells it, with `{variables}`; `$default` takes what no other route matches. */
  readonly path: string;
  readonly function: HttpFunctionName;
}

/**
 * What anybody may read: which API this is, its documentation, and that it lives. These and admission's are the only routes without the
 * authorizer. `$default` answers everything else with a plain 404, so that a path that does not exist looks as it does on Kubernetes.
 */
export const OPEN_ROUTES: readonly HttpRoute[] = [
  '/',
  '/version',
  '/healthz',
  '/api',
  '/api/v1',
  '/apis',
  '/apis/{group}',
  '/apis/{group}/{version}',
  '/openapi/{proxy+}',
  '$default',
].map((path) => ({ path, function: 'discovery' }));

/**
 * Where API servers of clusters ask. They have no identity of ours, but a token in the path, which the function checks, whatever else the path says
 * (docs/decisions/0075-clusters-ask-by-a-token-in-the-url.md).
 */
export const ADMISSION_ROUTES: readonly HttpRoute[] = [{ path: '/admission/{proxy+}', function: 'admission' }];

/**
 * Routes of the resource table, at most three for a resource: over all namespaces, in one namespace, and everything below it; then those of
 * watches. A subresource has one of its own only where another function serves it. The last variable is greedy because names of tags may
 * contain slashes and arrive decoded (aws-facts.md §1).
 */
export function resourceRoutes(table: readonly ResourceEntry[]): readonly HttpRoute[] {
  const routes = table.flatMap((entry) => (entry.subresource === undefined ? ownRoutes(entry) : subresourceRoutes(entry, table)));
  return [...routes, ...watchRoutes(table)];
}

/** The old `/watch/…` paths, one route for a group version: what can be watched of one is served by one function. */
function watchRoutes(table: readonly ResourceEntry[]): HttpRoute[] {
  const watched = table.filter(({ verbs }) => verbs.includes('watch'));
  const functions = new Map(watched.map((entry) => [`${groupPath(entry)}/watch/{proxy+}`, entry.function] as const).reverse());
  return [...functions].map(([path, serving]) => ({ path, function: serving }));
}

function ownRoutes(entry: ResourceEntry): HttpRoute[] {
  const everywhere = `${groupPath(entry)}/${entry.resource}`;
  const collection = collectionPath(entry);
  return [...new Set([everywhere, collection, `${collection}/{proxy+}`])].map((path) => ({ path, function: entry.function }));
}

function subresourceRoutes(entry: ResourceEntry, table: readonly ResourceEntry[]): HttpRoute[] {
  const parent = table.find((other) => other.group === entry.group && other.resource === entry.resource && other.subresource === undefined);
  if (parent?.function === entry.function) return [];
  return [{ path: `${collectionPath(entry)}/{name}/${entry.subresource}`, function: entry.function }];
}

function collectionPath(entry: ResourceEntry): string {
  return `${groupPath(entry)}${entry.namespaced ? '/namespaces/{namespace}' : ''}/${entry.resource}`;
}

function groupPath(entry: ResourceEntry): string {
  return entry.group === '' ? `/api/${entry.version}` : `/apis/${entry.group}/${entry.version}`;
}
