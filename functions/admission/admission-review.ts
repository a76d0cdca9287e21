/** admission.k8s.io/v1 AdmissionReview: reading what an API server asks, and wording the answer (kubernetes `api/admission/v1`). */
import { ApiError } from '../kubernetes/api-error.ts';
import { decodeBody } from '../kubernetes/body.ts';
import { isObject } from '../kubernetes/object-meta.ts';
import { badRequest } from '../kubernetes/status.ts';

const REVIEW = { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' } as const;
/** Characters of one warning: API servers cut longer ones. */
const LONGEST_WARNING = 256;
/** API servers drop what is beyond 4 KB of warnings. */
const MOST_WARNINGS = 15;

export type Members = Readonly<Record<string, unknown>>;

/** What of a request is looked at. */
export interface AdmissionRequest {
  /** Echoed: ties the answer to the request. */
  readonly uid: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** '' for objects of the cluster. */
  readonly namespace: string;
  /** CREATE, UPDATE, DELETE, CONNECT. */
  readonly operation: string;
  /** Without members where there is none. */
  readonly object: Members;
  readonly oldObject: Members;
}

export interface ImagePatch {
  /** JSON pointer. */
  readonly path: string;
  readonly value: string;
}

export interface Verdict {
  readonly patches: readonly ImagePatch[];
  readonly warnings: readonly string[];
  /** Of the cluster's audit log: what became of which pull spec. */
  readonly resolved: Readonly<Record<string, string>>;
}

/** Throws ApiError 400 for what is no AdmissionReview v1, 413, 415. */
export function readReview(body: Uint8Array | null, contentType: string | undefined): AdmissionRequest {
  const { request } = decodeBody(body, contentType, REVIEW) as { readonly request?: unknown };
  if (!isObject(request)) throw malformed('request is required');
  const { uid, resource } = request;
  if (typeof uid !== 'string' || uid === '') throw malformed('request.uid is required');
  if (!isObject(resource)) throw malformed('request.resource is required');
  return {
    uid,
    group: text(resource, 'group'),
    resource: text(resource, 'resource'),
    subresource: text(request, 'subResource'),
    namespace: text(request, 'namespace'),
    operation: text(request, 'operation'),
    object: membersOf(request['object']),
    oldObject: membersOf(request['oldObject']),
  };
}

/** Always allowed: whether an image may run is not ours to say. Without anything to change it has no patch. */
export function answerReview({ uid }: AdmissionRequest, { patches, warnings, resolved }: Verdict): object {
  const operations = patches.map(({ path, value }) => ({ op: 'replace', path, value }));
  const patch = Buffer.from(JSON.stringify(operations)).toString('base64');
  const response = {
    uid,
    allowed: true,
    ...(operations.length === 0
      ? {}
      : { patchType: 'JSONPatch', patch, auditAnnotations: { 'resolved-images': JSON.stringify(resolved) } }),
    ...(warnings.length === 0 ? {} : { warnings: shortened(warnings) }),
  };
  return { ...REVIEW, response };
}

export function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}

function text(members: Members, name: string): string {
  const value = members[name] ?? '';
  if (typeof value !== 'string') throw malformed(`${name} must be a string`);
  return value;
}

function malformed(why: string): ApiError {
  return new ApiError(badRequest(`AdmissionReview cannot be handled: ${why}`));
}

function shortened(warnings: readonly string[]): readonly string[] {
  const shown = warnings.slice(0, MOST_WARNINGS).map((warning) => warning.slice(0, LONGEST_WARNING));
  return warnings.length <= MOST_WARNINGS ? shown : [...shown, `and ${warnings.length - MOST_WARNINGS} warnings more`];
}
