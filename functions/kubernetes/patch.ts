/** PATCH bodies, by content type (clients-on-the-wire.md §1.5). */
import { ApiError } from './api-error.ts';
import { limitBody } from './body.ts';
import { applyJsonPatch, parseJsonPatch } from './json-patch.ts';
import { parseJson } from './json-text.ts';
import { applyMergePatch } from './merge-patch.ts';
import type { KindSchema } from './kind-schema.ts';
import { isObject } from './object-meta.ts';
import { badRequest, unsupportedMediaType } from './status.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

/** Content type of a server-side apply, in YAML or JSON (server-side-apply.ts). */
export const APPLY_TYPE = 'application/apply-patch+yaml';

/** A patch ready to be applied, as often as races demand; it never changes what it is applied to. Throws ApiError 413, 422. */
export type Patch = (current: Readonly<Record<string, unknown>>) => unknown;

/** Reads one kind of patch document. Throws ApiError 400, 413. */
type PatchReader = (document: unknown, schema: KindSchema | undefined) => Patch;

const STRATEGIC = 'application/strategic-merge-patch+json';

const READERS: ReadonlyMap<string, PatchReader> = new Map([
  ['application/json-patch+json', readJsonPatch],
  ['application/merge-patch+json', readMergePatch],
  [STRATEGIC, readStrategicMergePatch],
]);

/**
 * The kinds of patch an object may be sent: a strategic one needs to know how its lists merge, an apply who owns what. Subresources are patched,
 * not applied.
 */
export function patchTypes(schema: KindSchema | undefined, isSubresource = false): readonly string[] {
  const patches = [...READERS.keys()].filter((type) => type !== STRATEGIC || schema?.isBuiltIn === true);
  return schema?.ownable === undefined || isSubresource ? patches : [...patches, APPLY_TYPE];
}

/** Content type of a PATCH in lower case, without parameters. Unlike other bodies, a patch has no default type. Throws ApiError 415 naming the kinds there are. */
export function requirePatchType(contentType: string | undefined, accepted: readonly string[]): string {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!accepted.includes(type)) throw new ApiError(unsupportedMediaType(accepted));
  return type;
}

/** Every kind but an apply, which is no patch document (server-side-apply.ts). Throws ApiError 400 for a body that is no patch, 413, and 415. */
export function decodePatch(body: Uint8Array | null, contentType: string | undefined, schema?: KindSchema): Patch {
  const accepted = patchTypes(schema);
  const read = READERS.get(requirePatchType(contentType, accepted));
  if (read === undefined) throw new ApiError(unsupportedMediaType(accepted));
  const parsed = parseJson(limitBody(body));
  if (!parsed.ok) throw new ApiError(badRequest(`error decoding patch: ${parsed.message}`));
  return read(parsed.value, schema);
}

function readJsonPatch(document: unknown): Patch {
  const operations = parseJsonPatch(document);
  return (current) => applyJsonPatch(current, operations);
}

function readMergePatch(document: unknown): Patch {
  if (!isObject(document)) throw new ApiError(badRequest('error decoding patch: a merge patch is an object'));
  return (current) => applyMergePatch(current, document);
}

function readStrategicMergePatch(document: unknown, schema: KindSchema | undefined): Patch {
  if (!isObject(document)) throw new ApiError(badRequest('error decoding patch: a strategic merge patch is an object'));
  return (current) => applyStrategicMergePatch(current, document, schema);
}
