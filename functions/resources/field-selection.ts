/** Field selectors of a list: which fields a resource offers, and whether an object passes (openshift-semantics.md §1). */
import { ApiError } from '../kubernetes/api-error.ts';
import type { FieldRequirement, ListOptions } from '../kubernetes/handlers.ts';
import { badRequest } from '../kubernetes/status.ts';
import type { PageRequest } from './ports.ts';

/** True when every requirement holds. Throws ApiError 400 for a field that is not among `fields`. */
export function matchesFields(requirements: readonly FieldRequirement[], fields: Readonly<Record<string, string>>): boolean {
  return requirements.every(({ field, operator, value }) => {
    const actual = fields[field];
    if (actual === undefined)
      throw new ApiError(badRequest(`${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`));
    return operator === '=' ? actual === value : actual !== value;
  });
}

/** The one namespace a list is about: the request's, or what its selector asks for. null: all. */
export function listedNamespace(
  { namespace }: { readonly namespace: string },
  { fieldRequirements }: Pick<ListOptions, 'fieldRequirements'>,
): string | null {
  if (namespace !== '') return namespace;
  return fieldRequirements.find(({ field, operator }) => field === 'metadata.namespace' && operator === '=')?.value || null;
}

/** What to read for a list. One that names its object comes whole: it may be all that the caller may list, and where a page ends would name others. */
export function pageOf({ limit, continue: token, fieldRequirements }: ListOptions): PageRequest {
  if (fieldRequirements.some(({ field, operator }) => field === 'metadata.name' && operator === '=')) return {};
  return { ...(limit === undefined ? {} : { limit }), ...(token === undefined ? {} : { continue: token }) };
}

/** Refuses unknown fields even when the list is empty. */
export function checkFieldSelector(options: ListOptions, supported: readonly string[]): void {
  matchesFields(options.fieldRequirements, Object.fromEntries(supported.map((field) => [field, ''])));
}

/** `matchesFields`, with the fields read from the object. */
export function matchesReaders<O>(
  requirements: readonly FieldRequirement[],
  readers: Readonly<Record<string, (object: O) => string>>,
  object: O,
): boolean {
  return matchesFields(requirements, Object.fromEntries(Object.entries(readers).map(([field, read]) => [field, read(object)])));
}
