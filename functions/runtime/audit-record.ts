/**
 * What is told of a request: who, from where, what, on which object, allowed or not, with which result. Neither bodies, nor queries, nor headers
 * but the name of the client program: they may hold secrets. What clients make up is bounded. Pure.
 */
import { STATUS_CODES } from 'node:http';
import type { ApiRequest, ApiResponse, RequestInfo } from '../kubernetes/handlers.ts';
import type { AccessDecision } from '../resources/ports.ts';
import type { HttpEvent } from './http-request.ts';

/** Of one line in the log. Members without a value are left out. */
export interface AuditRecord {
  /** Answered as `Audit-Id`; the gateway's log has it as `requestId`. */
  readonly id: string;
  /** When the request arrived, RFC 3339. */
  readonly time: string;
  readonly user?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  /** Groups that are not listed. */
  readonly moreGroups?: number;
  readonly sourceIp?: string;
  readonly userAgent?: string;
  readonly verb: string;
  /** Of a resource; the path of anything else. */
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly path?: string;
  /** Absent when nobody was asked: a path that does not exist, or one that anybody may read. */
  readonly allowed?: boolean;
  /** Why: the authorizer's words, or those of the refusal. */
  readonly reason?: string;
  readonly code: number;
  /** Milliseconds. */
  readonly duration: number;
}

export interface Asked {
  readonly info: RequestInfo;
  /** The table has the resource. */
  readonly isKnown: boolean;
  /** null: the event could not be read. */
  readonly request: ApiRequest | null;
  readonly decision?: AccessDecision | undefined;
}

export interface Answered {
  /** As it is sent. */
  readonly code: number;
  readonly response: ApiResponse | null;
  /** ms. */
  readonly started: number;
  readonly ended: number;
}

const MOST_GROUPS = 20;
/** Characters: a name of a tag may have 253 and a stream before it, a reason is a sentence with names. */
const LONGEST = { name: 512, text: 1_024, userAgent: 256, group: 256 } as const;

export function auditRecord({ requestContext }: HttpEvent, asked: Asked, answered: Answered): AuditRecord {
  const { request, info, isKnown } = asked;
  const identity = request?.identity;
  const groups = identity?.groups ?? [];
  const { group, version, resource, subresource, namespace, name, path } = info;
  const named = name === '' && info.verb === 'create' ? createdName(answered.response) : name;
  const object = info.isResourceRequest ? { group, version, resource, subresource, namespace, name: named } : { path };
  const { sourceIp, userAgent } = requestContext.http;
  return withoutEmpty({
    id: requestContext.requestId,
    time: new Date(answered.started).toISOString(),
    user: bounded(identity?.user, LONGEST.name),
    uid: identity?.uid,
    groups: groups.slice(0, MOST_GROUPS).map((each) => bounded(each, LONGEST.group)),
    moreGroups: Math.max(0, groups.length - MOST_GROUPS),
    sourceIp,
    userAgent: bounded(userAgent, LONGEST.userAgent),
    verb: info.verb,
    ...mapValues(object, (text) => bounded(text, LONGEST.name)),
    ...(info.isResourceRequest && !isKnown ? { path: bounded(path, LONGEST.name) } : {}),
    ...outcomeOf(asked, answered),
    code: answered.code,
    duration: answered.ended - answered.started,
  });
}

/** Whatever was decided before: a request that is answered 401 or 403 was not allowed. */
function outcomeOf({ request, decision }: Asked, { code, response }: Answered): Pick<AuditRecord, 'allowed' | 'reason'> {
  if (code === 401) return { allowed: false, reason: bounded(request?.unauthenticatedReason, LONGEST.text) };
  if (code === 403) return { allowed: false, reason: bounded(messageOf(response) ?? STATUS_CODES[code], LONGEST.text) };
  return decision === undefined ? {} : { allowed: decision.allowed, reason: bounded(decision.reason, LONGEST.text) };
}

/** A POST has no name in its path: that of the object which is answered, or that a refusal names. */
function createdName(response: ApiResponse | null): string {
  const { metadata, details } = (response?.body ?? {}) as { readonly metadata?: unknown; readonly details?: unknown };
  const named = [details, metadata].find((part) => typeof part === 'object' && part !== null && 'name' in part);
  return named !== undefined ? String((named as { readonly name: unknown }).name) : '';
}

/** Of a Status. Refusals name users, resources and objects. */
function messageOf(response: ApiResponse | null): string | undefined {
  const body = response?.body;
  const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
  return typeof message === 'string' ? message : undefined;
}

/** Without control characters, which terminals act on. */
function bounded(text: string | undefined, most: number): string {
  const clean = (text ?? '').replaceAll(/\p{Cc}/gu, ' ');
  return clean.length <= most ? clean : `${clean.slice(0, most)}…`;
}

function mapValues<T extends object>(object: T, change: (text: string) => string): Partial<Record<keyof T, string>> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(String(value))])) as Partial<Record<keyof T, string>>;
}

/** Empty texts and lists and 0 tell nothing; `false` does. */
function withoutEmpty(record: Readonly<Record<string, unknown>> & Pick<AuditRecord, 'code' | 'duration'>): AuditRecord {
  const isKept = ([key, value]: [string, unknown]): boolean => {
    if (key === 'duration' || key === 'group') return value !== undefined;
    return value !== undefined && value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0);
  };
  // Of the members above, those that are required are never empty.
  return Object.fromEntries(Object.entries(record).filter(isKept)) as unknown as AuditRecord;
}
