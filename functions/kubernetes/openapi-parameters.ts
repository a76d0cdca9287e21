/** Parameters of the operations that OpenAPI documents tell of. */
import type { Component } from './openapi-components.ts';

const QUERY: Readonly<Record<string, string>> = {
  limit: 'Most objects of a page.',
  continue: 'Where this page begins, from the list before.',
  labelSelector: 'Only objects with these labels.',
  fieldSelector: 'Only objects with these fields.',
  watch: 'Tell what changes instead, from resourceVersion on, until something did or some seconds are over.',
  resourceVersion: 'Where a watch begins; absent or 0: with every object there is.',
  timeoutSeconds: 'How long a watch may last at most.',
  allowWatchBookmarks: 'End a watch by saying up to where everything is known.',
  dryRun: 'All answers as if, and writes nothing.',
  fieldManager: 'Who is writing. A server-side apply has to say so.',
  force: 'True takes fields that others own. For server-side apply only.',
  fieldValidation: 'What fields that do not exist, or come twice, lead to: Ignore, Warn (the default) or Strict.',
};

const SELECTORS = ['labelSelector', 'fieldSelector'];
const OF_WATCHES = ['watch', 'resourceVersion', 'timeoutSeconds', 'allowWatchBookmarks'];
const OF_WRITES = ['dryRun', 'fieldManager', 'fieldValidation'];

const QUERY_OF: Readonly<Record<string, readonly string[]>> = {
  list: ['limit', 'continue', ...SELECTORS],
  create: OF_WRITES,
  update: OF_WRITES,
  patch: OF_WRITES,
  delete: ['dryRun'],
  deletecollection: ['dryRun', ...SELECTORS],
};

const TYPES: Readonly<Record<string, string>> = {
  limit: 'integer',
  timeoutSeconds: 'integer',
  watch: 'boolean',
  force: 'boolean',
  allowWatchBookmarks: 'boolean',
};

/** Of an operation. A watch is a list that asks for more; what has owners can be applied. */
export function queryParameters(
  verb: string,
  { isWatched, isOwnable }: { readonly isWatched: boolean; readonly isOwnable: boolean },
): readonly Component[] {
  const names = [...(QUERY_OF[verb] ?? [])];
  if (verb === 'list' && isWatched) names.push(...OF_WATCHES);
  if (verb === 'patch' && isOwnable) names.push('force');
  return names.map(queryParameter);
}

export function queryParameter(name: string): Component {
  return { name, in: 'query', description: QUERY[name], schema: { type: TYPES[name] ?? 'string' } };
}

export function pathParameter(name: string, description: string): Component {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}
