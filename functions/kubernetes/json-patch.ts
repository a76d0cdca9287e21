/** JSON patch (RFC 6902) with upstream's limit and answers (apiserver `handlers/patch.go`). */
import { applyPatch, type Operation, Pointer } from 'rfc6902';
import { ApiError } from './api-error.ts';
import { isObject } from './object-meta.ts';
import { badRequest, requestEntityTooLarge } from './status.ts';
import type { Status } from './types.ts';

const MAX_OPERATIONS = 10_000;
/** Copying a value into itself doubles it: 30 operations would be gigabytes. Characters of JSON that all copies of a patch may make. */
const MAX_COPIED = 8 * 1024 * 1024;

const WITH_VALUE = new Set(['add', 'replace', 'test']);
const WITH_FROM = new Set(['move', 'copy']);

/** Checks the patch document itself. Throws ApiError 400 when it is none, 422 for operations that do not exist or lack something, 413 past 10,000. */
export function parseJsonPatch(value: unknown): readonly Operation[] {
  if (!Array.isArray(value)) throw new ApiError(badRequest('error decoding patch: expected an array of operations'));
  if (value.length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${value.length}`;
    throw new ApiError(requestEntityTooLarge(message));
  }
  return value.map((operation: unknown, index) => {
    if (!isObject(operation)) throw new ApiError(badRequest(`error decoding patch: operation ${index} is no JSON patch operation`));
    if (!isOperation(operation)) throw new ApiError(patchFailed());
    return operation;
  });
}

/** The patched copy; `target` stays. Throws ApiError 422 at the first operation that fails, and 413 when the result outgrows all bounds. */
export function applyJsonPatch(target: unknown, operations: readonly Operation[]): unknown {
  const document = { root: structuredClone(target) };
  let copied = 0;
  for (const operation of operations) {
    const step = rooted(operation);
    if (step.op === 'copy') copied += sizeOf(Pointer.fromJSON(step.from).get(document));
    if (copied > MAX_COPIED) throw new ApiError(requestEntityTooLarge(`the copies of a JSON patch may make ${MAX_COPIED} characters`));
    const [problem] = applyPatch(document, [step]);
    if (problem !== null && problem !== undefined) throw new ApiError(patchFailed());
  }
  return document.root;
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}

/** One level down, so that the whole document (path '') can be replaced, tested and copied too. */
function rooted(operation: Operation): Operation {
  const path = `/root${operation.path}`;
  return 'from' in operation ? { ...operation, path, from: `/root${operation.from}` } : { ...operation, path };
}

function isOperation(value: unknown): value is Operation {
  if (!isObject(value) || !isPointer(value['path'])) return false;
  const { op } = value;
  if (typeof op !== 'string') return false;
  if (WITH_VALUE.has(op)) return Object.hasOwn(value, 'value');
  return WITH_FROM.has(op) ? isPointer(value['from']) : op === 'remove';
}

/** RFC 6901: empty, or beginning with a slash. */
function isPointer(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || value.startsWith('/'));
}

/** A failed test and a missing path look alike to clients upstream, too. */
function patchFailed(): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'the server rejected our request due to an error in our request',
    reason: 'Invalid',
    details: {},
    code: 422,
  };
}
