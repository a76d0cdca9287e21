/**
 * JSON patch (RFC 6902) with upstream's limits, answers, and its two liberties with members that are not there: `replace` sets one, and
 * `test` finds null there (apiserver `handlers/patch.go`, json-patch v4).
 */
import { isDeepStrictEqual } from 'node:util';
import { ApiError } from './api-error.ts';
import { findPlace, insertAt, type Place, removeAt, setAt, valueAt } from './json-pointer.ts';
import { isObject } from './object-meta.ts';
import { badRequest, requestEntityTooLarge } from './status.ts';
import type { Status } from './types.ts';

const MAX_OPERATIONS = 10_000;
/** Copying a value into itself doubles it: 30 operations would be gigabytes. Characters of JSON that all copies of a patch may make. */
const MAX_COPIED = 8 * 1024 * 1024;

export type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string }
  | { readonly op: 'remove'; readonly path: string };

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
    if (operation.op === 'copy') copied += sizeOf(valueAt(find(document, operation.from)));
    if (copied > MAX_COPIED) throw new ApiError(requestEntityTooLarge(`the copies of a JSON patch may make ${MAX_COPIED} characters`));
    applyOperation(document, operation);
  }
  return document.root;
}

function applyOperation(document: object, operation: Operation): void {
  switch (operation.op) {
    case 'add':
      return insertAt(find(document, operation.path), structuredClone(operation.value));
    case 'remove':
      return removeAt(requireThere(find(document, operation.path)));
    case 'replace':
      return setAt(requireElement(find(document, operation.path)), structuredClone(operation.value));
    case 'test':
      return requireEqual(requireElement(find(document, operation.path)), operation.value);
    case 'copy':
      return insertAt(find(document, operation.path), structuredClone(valueAt(requireThere(find(document, operation.from)))));
    case 'move':
      return move(document, operation.from, operation.path);
  }
}

/** Nothing moves into itself. */
function move(document: object, from: string, path: string): void {
  const source = requireThere(find(document, from));
  if (path.startsWith(`${from}/`)) throw new ApiError(patchFailed());
  const value = valueAt(source);
  removeAt(source);
  insertAt(find(document, path), value);
}

/** One level down, so that the whole document (path '') can be replaced, tested and copied too. */
function find(document: object, path: string): Place {
  const place = findPlace(document, `/root${path}`);
  if (place === null) throw new ApiError(patchFailed());
  return place;
}

function requireThere(place: Place): Place {
  if (!place.exists) throw new ApiError(patchFailed());
  return place;
}

/** An element that is not there is refused, a member is not. */
function requireElement(place: Place): Place {
  return Array.isArray(place.in) ? requireThere(place) : place;
}

function requireEqual(place: Place, value: unknown): void {
  if (!isDeepStrictEqual(valueAt(place) ?? null, value)) throw new ApiError(patchFailed());
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
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
