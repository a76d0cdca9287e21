/** What each verb does with a resource. A verb not listed here is 405; a further one is one more entry. */
import { ApiError } from './api-error.ts';
import { parseDeleteOptions } from './delete-options.ts';
import { runDeleteCollection } from './delete-collection.ts';
import type { ApiRequest, RequestContext, ResourceHandlers, WatchAnswer, Written } from './handlers.ts';
import { parseListOptions } from './list-options.ts';
import { APPLY_TYPE, patchTypes, requirePatchType } from './patch.ts';
import { recordFields, writerOf } from './record-fields.ts';
import { objectToCreate, patched, replacement, type Target } from './request-object.ts';
import { appliedObject } from './server-side-apply.ts';
import type { Answer } from './table.ts';
import type { KubernetesObject, StatusReason } from './types.ts';
import { parseWatchOptions } from './watch-options.ts';
import { parseApplyOptions, parseWriteOptions, type WriteOptions } from './write-options.ts';

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
  /** Throws ApiError 403 unless whoever asks may also create the object. */
  readonly requireCreate: () => Promise<void>;
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
  const writer = writerOf(call, { ...call.context, ...options });
  const object = recordFields(call, writer, null, objectToCreate(call, call.request));
  const answer = served(await call.handlers.create?.({ ...call.context, ...options }, object));
  return { code: 'code' in answer ? (answer.code ?? 201) : 201, answer };
}

async function runUpdate(call: Call): Promise<Outcome> {
  return write(call, writeOptions('UpdateOptions', call), replacement(call, call.request));
}

async function runPatch(call: Call): Promise<Outcome> {
  const { request, entry, handlers } = call;
  // The content type comes first: options of server-side apply would be wrong with any other patch.
  const type = requirePatchType(request.headers['content-type'], patchTypes(handlers.schema, entry.subresource !== undefined));
  if (type === APPLY_TYPE) return runApply(call);
  const next = patched(call, request);
  return write(call, writeOptions('PatchOptions', call), next);
}

/** Applying creates what is not there. That is found out by trying: a plain update reads no more for it. */
async function runApply(call: Call): Promise<Outcome> {
  const { force, ...options } = parseApplyOptions(call.request.query);
  const context = { ...call.context, ...options };
  const next = await appliedObject(call, call.request, { writer: writerOf(call, context), force });
  const update = () => updateOrCreate(call, context, next);
  const updated = await unless('NotFound', call, update);
  if (updated !== null) return outcomeOf(updated);
  await call.requireCreate();
  const created = await unless('AlreadyExists', call, () => served(call.handlers.create?.(context, next(null))));
  // Somebody else was first.
  return created === null ? outcomeOf(await update()) : { code: 201, answer: created };
}

/** null when the attempt is refused for this reason, and the object of the request is what it is about. */
async function unless<T>(reason: StatusReason, { info }: Call, attempt: () => Promise<T>): Promise<T | null> {
  try {
    return await attempt();
  } catch (error) {
    const status = error instanceof ApiError ? error.status : undefined;
    if (status?.reason === reason && status.details?.name === info.name) return null;
    throw error;
  }
}

async function runDelete({ handlers, context, info, request }: Call): Promise<Outcome> {
  const { dryRun, ...preconditions } = parseDeleteOptions(request.body, request.headers['content-type'], request.query);
  return { code: 200, answer: served(await handlers.delete?.({ ...context, dryRun }, info.name, preconditions)) };
}

async function write(call: Call, options: WriteOptions, next: (current: KubernetesObject | null) => KubernetesObject): Promise<Outcome> {
  const context = { ...call.context, ...options };
  const writer = writerOf(call, context);
  const recorded = (current: KubernetesObject | null) => recordFields(call, writer, current, next(current));
  return outcomeOf(await updateOrCreate(call, context, recorded));
}

type Next = (current: KubernetesObject | null) => KubernetesObject;

/** Some kinds are created by a PUT or PATCH of what is not there: that takes the right to create, too (apiserver `handlers/update.go`). */
async function updateOrCreate(
  { handlers, info, requireCreate }: Call,
  context: RequestContext,
  next: Next,
): Promise<Written<KubernetesObject>> {
  const onlyUpdating: Next = (current) => {
    const wanted = next(current);
    // What is not stored is shown without identity and version, if at all.
    const { uid = '', resourceVersion = '' } = current?.metadata ?? {};
    if (uid === '' && resourceVersion === '') throw new CreationAsked();
    return wanted;
  };
  try {
    return served(await handlers.update?.(context, info.name, onlyUpdating));
  } catch (error) {
    if (!(error instanceof CreationAsked)) throw error;
  }
  await requireCreate();
  return served(await handlers.update?.(context, info.name, next));
}

/** Ends an update that would create. */
class CreationAsked extends Error {
  override name = 'CreationAsked';
}

function outcomeOf({ object, created }: Written<KubernetesObject>): Outcome {
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
