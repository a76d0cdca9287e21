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

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Answers a request; `onDecision` hears of each access question once it is answered. */
export type Api = (request: ApiRequest, onDecision?: (decision: Decision) => void) => Promise<ApiResponse>;

export interface ApiDependencies {
  /** The resource table. */
  readonly entries: readonly ApiResource[];
  /** Those of its resources that are served here. */
  readonly resources: ReadonlyMap<ResourceKey, ResourceHandlers>;
  readonly authorizer: {
    authorize(identity: Identity, question: AccessQuestion): Promise<Decision>;
  };
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Words errors of adapters as Status; null for errors it does not know. */
  readonly mapError: (error: unknown, info: RequestInfo) => Status | null;
  /** Gets errors nobody foresaw, once; the client learns nothing of them. */
  readonly onError: (error: unknown, info: RequestInfo) => void;
  /** Answers of paths that are no resource served here; null leaves them a plain 404. */
  readonly otherwise?: (request: ApiRequest) => ApiResponse | null;
}

/** The api never rejects. */
export function createApi(dependencies: ApiDependencies): Api {
  const entries = new Map(dependencies.entries.map((entry) => [resourceKey(entry), entry]));
  return async (request, onDecision = () => undefined) => {
    const info = parseRequestInfo(request.method, request.path, request.query);
    const asked = { request, info, now: dependencies.clock(), onDecision };
    return answer(dependencies, entries, asked).catch((error: unknown) => {
      const status = toStatus(error, (unknown) => dependencies.mapError(unknown, info));
      if (status === UNEXPECTED) dependencies.onError(error, info);
      return statusResponse(status, request.requestId);
    });
  };
}

interface Asked {
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  readonly now: number;
  readonly onDecision: (decision: Decision) => void;
}

async function answer(dependencies: ApiDependencies, entries: ReadonlyMap<ResourceKey, ApiResource>, asked: Asked): Promise<ApiResponse> {
  const { request, info, now } = asked;
  const identity = requireIdentity(request);
  const found = findResource(dependencies, entries, info);
  if (found === null) return dependencies.otherwise?.(request) ?? pathNotFound(dependencies.entries, request);
  const { entry, handlers } = found;
  const action = requireAction(entry, handlers, info);
  const form = negotiateForm(request.headers['accept'], { table: handlers.table !== undefined });
  if (form === null) throw new ApiError(notAcceptable([JSON_TYPE]));
  const object = entry.isNamespace === true && info.name !== '' ? { ...info, namespace: info.name } : info;
  if (entry.asksAccess !== true) await requireAccess(dependencies, identity, { ...asked, info: object });
  const context = { info, identity, now, dryRun: false, fieldManager: '' };
  const warnings = new Set<string>();
  const requireCreate = () => requireAccess(dependencies, identity, { ...asked, info: { ...object, verb: 'create' } });
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

async function requireAccess({ authorizer }: ApiDependencies, identity: Identity, { info, onDecision }: Asked): Promise<void> {
  const { verb, group, resource, subresource, namespace, name } = info;
  const decision = await authorizer.authorize(identity, { verb, group, resource, subresource, namespace, name });
  onDecision(decision);
  if (!decision.allowed) throw new ApiError(deniedStatus(identity, info, decision.reason));
}
