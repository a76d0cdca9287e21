/**
 * The request pipeline: who asks, for which resource, may they, what does it say, do it, encode the answer. Every failure is a Status, since
 * clients print it and act on its code and reason (clients-on-the-wire.md §3.3, §3.6).
 */
import { negotiateForm } from './accept.ts';
import { ApiError } from './api-error.ts';
import { type ApiResource, resourceKey } from './api-resource.ts';
import { JSON_TYPE } from './body.ts';
import { deniedStatus, impersonationStatus } from './denial.ts';
import type { ApiRequest, ApiResponse, RequestInfo, ResourceHandlers, ResourceKey } from './handlers.ts';
import { hasUnparsedSegments, parseRequestInfo } from './request-info.ts';
import { pathNotFound, statusResponse, successResponse } from './responses.ts';
import { methodNotAllowed, methodNotSupported, noSuchResource, notAcceptable, serviceUnavailable, unauthorized } from './status.ts';
import { transformAnswer } from './table.ts';
import { toStatus, UNEXPECTED } from './to-status.ts';
import type { Identity, Status } from './types.ts';
import { AUTHENTICATION_UNAVAILABLE } from './unauthenticated.ts';
import { VERB_ACTIONS, type VerbAction } from './verbs.ts';
import { withWarnings } from './warnings.ts';
import { formatEvents } from './watch-events.ts';

export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** What is told about each request once it is answered. */
export interface Observation {
  readonly info: RequestInfo;
  /** The table has this resource: only then is `info` few-valued enough to measure by. */
  readonly isKnown: boolean;
  readonly code: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly user: string | undefined;
  readonly unauthenticatedReason: string | undefined;
}

export interface ApiDependencies {
  /** The resource table. */
  readonly entries: readonly ApiResource[];
  /** Those of its resources that are served here. */
  readonly resources: ReadonlyMap<ResourceKey, ResourceHandlers>;
  readonly authorizer: {
    authorize(identity: Identity, question: AccessQuestion): Promise<{ readonly allowed: boolean; readonly reason: string }>;
  };
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Words errors of adapters as Status; null for errors it does not know. */
  readonly mapError: (error: unknown, info: RequestInfo) => Status | null;
  /** Gets errors nobody foresaw, once; the client learns nothing of them. */
  readonly onError: (error: unknown, info: RequestInfo) => void;
  readonly observe?: (observation: Observation) => void;
  /** Answers of paths that are no resource served here; null leaves them a plain 404. */
  readonly otherwise?: (request: ApiRequest) => ApiResponse | null;
}

/** Never rejects. */
export function createApi(dependencies: ApiDependencies): (request: ApiRequest) => Promise<ApiResponse> {
  const entries = new Map(dependencies.entries.map((entry) => [resourceKey(entry), entry]));
  return async (request) => {
    const started = dependencies.clock();
    const info = parseRequestInfo(request.method, request.path, request.query);
    const response = await answer(dependencies, entries, { request, info, now: started }).catch((error: unknown) => {
      const status = toStatus(error, (unknown) => dependencies.mapError(unknown, info));
      if (status === UNEXPECTED) dependencies.onError(error, info);
      return statusResponse(status, request.requestId);
    });
    const duration = dependencies.clock() - started;
    const { identity, unauthenticatedReason } = request;
    const isKnown = info.isResourceRequest && entries.has(resourceKey(info));
    dependencies.observe?.({ info, isKnown, code: response.code, duration, user: identity?.user, unauthenticatedReason });
    return response;
  };
}

interface Asked {
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  readonly now: number;
}

async function answer(
  dependencies: ApiDependencies,
  entries: ReadonlyMap<ResourceKey, ApiResource>,
  { request, info, now }: Asked,
): Promise<ApiResponse> {
  const identity = requireIdentity(request);
  const found = findResource(dependencies, entries, info);
  if (found === null) return dependencies.otherwise?.(request) ?? pathNotFound(dependencies.entries, request);
  const { entry, handlers } = found;
  const action = requireAction(entry, handlers, info);
  const form = negotiateForm(request.headers['accept'], { table: handlers.table !== undefined });
  if (form === null) throw new ApiError(notAcceptable([JSON_TYPE]));
  const asked = entry.isNamespace === true && info.name !== '' ? { ...info, namespace: info.name } : info;
  if (entry.asksAccess !== true) await requireAccess(dependencies, identity, asked);
  const context = { info, identity, now, dryRun: false, fieldManager: '' };
  const warnings = new Set<string>();
  const requireCreate = () => requireAccess(dependencies, identity, { ...asked, verb: 'create' });
  const outcome = await action.run({ entry, handlers, info, request, context, requireCreate, warn: (text) => warnings.add(text) });
  const includeObject = request.query.get('includeObject') ?? '';
  const options = { definition: handlers.table, isTyped: handlers.schema?.isBuiltIn === true, includeObject, now };
  if ('watched' in outcome) {
    const { watched, bookmarks } = outcome;
    return successResponse(200, formatEvents(watched, form, { ...options, entry, bookmarks }), request.requestId);
  }
  const body = transformAnswer(outcome.answer, form, options);
  return withWarnings(successResponse(outcome.code, body, request.requestId), warnings);
}

function requireIdentity({ identity, unauthenticatedReason, headers }: ApiRequest): Identity {
  if (identity === null) {
    const isUnavailable = unauthenticatedReason === AUTHENTICATION_UNAVAILABLE;
    throw new ApiError(isUnavailable ? serviceUnavailable('the server is currently unable to tell who is asking') : unauthorized());
  }
  const impersonation = Object.keys(headers).find((name) => name.startsWith('impersonate-'));
  if (impersonation !== undefined) throw new ApiError(impersonationStatus(identity, headers['impersonate-user'] ?? ''));
  return identity;
}

/** null for a URL that does not exist: a resource nobody serves, a namespaced object without its namespace, or the reverse. */
function findResource(
  { resources }: ApiDependencies,
  entries: ReadonlyMap<ResourceKey, ApiResource>,
  info: RequestInfo,
): { readonly entry: ApiResource; readonly handlers: ResourceHandlers } | null {
  const key = resourceKey(info);
  const entry = entries.get(key);
  const handlers = resources.get(key);
  if (!info.isResourceRequest || entry === undefined || handlers === undefined || hasUnparsedSegments(info)) return null;
  // The namespace of a Namespace is its own name.
  const isNamespaced = info.namespace !== '' && info.resource !== 'namespaces';
  const isAcrossNamespaces = entry.namespaced && !isNamespaced;
  if (!entry.namespaced && isNamespaced) return null;
  return isAcrossNamespaces && isNamed(info) ? null : { entry, handlers };
}

/** list and watch carry a name only when a field selector asks for it. */
function isNamed({ verb, name }: RequestInfo): boolean {
  return name !== '' && verb !== 'list' && verb !== 'watch';
}

function requireAction(entry: ApiResource, handlers: ResourceHandlers, info: RequestInfo): VerbAction {
  const { verb, name } = info;
  const action = VERB_ACTIONS.get(verb);
  // POST goes to a collection, PUT and PATCH to one object.
  const isAddressed = verb === 'create' ? name === '' || info.subresource !== '' : name !== '' || (verb !== 'update' && verb !== 'patch');
  // Only reading goes across namespaces.
  const isReachable = !entry.namespaced || info.namespace !== '' || verb === 'list' || verb === 'watch';
  if (action !== undefined && isReachable && isAddressed && entry.verbs.includes(verb) && action.isServedBy(handlers)) return action;
  throw new ApiError(refusal(entry, info));
}

/** A watch has the path of a list: the resource, not the path, refuses it. */
function refusal(entry: ApiResource, info: RequestInfo): Status {
  if (info.verb === 'watch' && entry.verbs.includes('list')) return methodNotSupported(info.group, info.resource, 'watch');
  return isPathOf(entry, info) ? methodNotAllowed() : noSuchResource();
}

/** Whether any method goes to the path: to a collection, or to one object. */
function isPathOf({ verbs, namespaced }: ApiResource, { name, namespace, subresource }: RequestInfo): boolean {
  const onOne = subresource === '' ? ['get', 'update', 'patch', 'delete'] : ['get', 'update', 'patch', 'delete', 'create'];
  const onMany = namespaced && namespace === '' ? ['list', 'watch'] : ['list', 'watch', 'create', 'deletecollection'];
  return verbs.some((verb) => (name === '' ? onMany : onOne).includes(verb));
}

async function requireAccess({ authorizer }: ApiDependencies, identity: Identity, info: RequestInfo): Promise<void> {
  const { verb, group, resource, subresource, namespace, name } = info;
  const { allowed, reason } = await authorizer.authorize(identity, { verb, group, resource, subresource, namespace, name });
  if (!allowed) throw new ApiError(deniedStatus(identity, info, reason));
}
