/** PATCH bodies, by content type. A further kind of patch is one more entry of the map (clients-on-the-wire.md §1.5). */
import { ApiError } from './api-error.ts';
import { limitBody } from './body.ts';
import { applyJsonPatch, parseJsonPatch } from './json-patch.ts';
import { parseJson } from './json-text.ts';
import { applyMergePatch } from './merge-patch.ts';
import { isObject } from './object-meta.ts';
import { badRequest, unsupportedMediaType } from './status.ts';

/** A patch ready to be applied, as often as races demand; it never changes what it is applied to. Throws ApiError 413, 422. */
export type Patch = (current: Readonly<Record<string, unknown>>) => unknown;

/** Reads one kind of patch document. Throws ApiError 400, 413. */
type PatchReader = (document: unknown) => Patch;

const READERS: ReadonlyMap<string, PatchReader> = new Map([
  ['application/json-patch+json', readJsonPatch],
  ['application/merge-patch+json', readMergePatch],
]);

/** Throws ApiError 400 for a body that is no patch, 413, and 415 naming the kinds there are. */
export function decodePatch(body: Uint8Array | null, contentType: string | undefined): Patch {
  // Unlike other bodies, a patch has no default type.
  const read = READERS.get((contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '');
  if (read === undefined) throw new ApiError(unsupportedMediaType([...READERS.keys()]));
  const parsed = parseJson(limitBody(body));
  if (!parsed.ok) throw new ApiError(badRequest(`error decoding patch: ${parsed.message}`));
  return read(parsed.value);
}

function readJsonPatch(document: unknown): Patch {
  const operations = parseJsonPatch(document);
  return (current) => applyJsonPatch(current, operations);
}

function readMergePatch(document: unknown): Patch {
  if (!isObject(document)) throw new ApiError(badRequest('error decoding patch: a merge patch is an object'));
  return (current) => applyMergePatch(current, document);
}
