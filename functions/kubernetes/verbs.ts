/** What each verb does with a resource. A verb not listed here is 405; a further one is one more entry. */
import { parseDeleteOptions } from './delete-options.ts';
import { runDeleteCollection } from './delete-collection.ts';
import type { ApiRequest, RequestContext, ResourceHandlers, WatchAnswer } from './handlers.ts';
import { parseListOptions } from './list-options.ts';
import { objectToCreate, patched, replacement, type Target } from './request-object.ts';
import type { Answer } from './table.ts';
import type { KubernetesObject } from './types.ts';
import { parseWatchOptions } from './watch-options.ts';
import { parseWriteOptions, type WriteOptions } from './write-options.ts';

export interface Outcome {
  readonly code: number;
  readonly answer: Answer;
}

/** What a watch comes to. */
export interface WatchOutcome {
  readonly watched: WatchAnswer;
  readonly bookmarks: boolean;
}

/** A request past authentication and authorization. */
export interface Call extends Target {
  readonly request: ApiRequest;
  readonly context: RequestContext;
}

export interface VerbAction {
  isServedBy(handlers: ResourceHandlers): boolean;
  run(call: Call): Promise<Outcome | WatchOutcome>;
}

export const VERB_ACTIONS: ReadonlyMap<string, VerbAction> = new Map<string, VerbAction>([
  ['get', { isServedBy: (handlers) => handlers.get !== undefined, run: runGet }],
  ['list', { isServedBy: (handlers) => handlers.list !== undefined, run: runList }],
  ['create', { isServedBy: (handlers) => handlers.create !== undefined, run: runCreate }],
  ['update', { isServedBy: (handlers) => handlers.update !== undefined, run: runUpdate }],
  ['patch', { isServedBy: (handlers) => handlers.update !== undefined, run: runPatch }],
  ['delete', { isServedBy: (handlers) => handlers.delete !== undefined, run: runDelete }],
  ['watch', { isServedBy: (handlers) => handlers.watch !== undefined, run: runWatch }],
  [
    'deletecollection',
    { isServedBy: (handlers) => handlers.delete !== undefined && handlers.list !== undefined, run: runDeleteCollection },
  ],
]);

async function runGet({ handlers, context, info, request }: Call): Promise<Outcome> {
  return { code: 200, answer: served(await handlers.get?.(context, info.name, request.query)) };
}

async function runList({ handlers, context, request }: Call): Promise<Outcome> {
  return { code: 200, answer: served(await handlers.list?.(context, parseListOptions(request.query))) };
}

async function runWatch({ handlers, context, request, info }: Call): Promise<WatchOutcome> {
  const options = parseWatchOptions(request.query);
  // The old /watch/… path names its object there.
  const named =
    info.path.includes('/watch/') && info.name !== '' ? [{ field: 'metadata.name', operator: '=', value: info.name } as const] : [];
  const asked = { ...options, fieldRequirements: [...options.fieldRequirements, ...named] };
  return { watched: served(await handlers.watch?.(context, asked)), bookmarks: options.bookmarks };
}

async function runCreate(call: Call): Promise<Outcome> {
  const options = writeOptions('CreateOptions', call);
  const object = objectToCreate(call, call.request);
  const answer = served(await call.handlers.create?.({ ...call.context, ...options }, object));
  return { code: 'code' in answer ? (answer.code ?? 201) : 201, answer };
}

async function runUpdate(call: Call): Promise<Outcome> {
  return write(call, writeOptions('UpdateOptions', call), replacement(call, call.request));
}

async function runPatch(call: Call): Promise<Outcome> {
  // The content type comes first: options of server-side apply would be wrong with any other patch.
  const next = patched(call, call.request);
  return write(call, writeOptions('PatchOptions', call), next);
}

async function runDelete({ handlers, context, info, request }: Call): Promise<Outcome> {
  const { dryRun, ...preconditions } = parseDeleteOptions(request.body, request.headers['content-type'], request.query);
  return { code: 200, answer: served(await handlers.delete?.({ ...context, dryRun }, info.name, preconditions)) };
}

async function write(call: Call, options: WriteOptions, next: (current: KubernetesObject | null) => KubernetesObject): Promise<Outcome> {
  const { object, created } = served(await call.handlers.update?.({ ...call.context, ...options }, call.info.name, next));
  return { code: created ? 201 : 200, answer: object };
}

function writeOptions(kind: Parameters<typeof parseWriteOptions>[0], { request }: Call): WriteOptions {
  return parseWriteOptions(kind, request.query, request.headers['user-agent'] ?? '');
}

/** The pipeline asks `isServedBy` first. */
function served<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error('verb is not served');
  return answer;
}
