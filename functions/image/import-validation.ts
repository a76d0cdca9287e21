/** Rules of import requests, with upstream's messages (openshift-semantics.md §6.1, §9). Pure. */
import type { FieldError } from '../kubernetes/types.ts';
import { validateObjectMeta } from './object-meta-validation.ts';
import { parseReference } from './reference.ts';
import { validateImportPolicy, validateStreamName } from './stream-validation.ts';
import type { ImageImportSpec, ImageStreamImport, RepositoryImportSpec } from './types.ts';

/** What very old clients send for "all tags" is let through; its import fails on its own. */
const ANY = '*';

/** Errors of an import request. Its name has no limit of length, unlike a stream's. */
export function validateImportRequest({ metadata, spec }: ImageStreamImport): readonly FieldError[] {
  const images = spec?.images ?? [];
  const repository = spec?.repository ?? null;
  const isEmpty = images.length === 0 && repository === null;
  return [
    ...images.flatMap((image, index) => validateImageImport(image, `spec.images[${index}]`)),
    ...(repository === null ? [] : validateRepositoryImport(repository, 'spec.repository')),
    ...(isEmpty ? [invalid('spec.images', null, 'you must specify at least one image or a repository import')] : []),
    ...validateObjectMeta(metadata ?? {}, 'metadata', validateStreamName),
  ];
}

function validateImageImport({ from, to, importPolicy }: ImageImportSpec, path: string): readonly FieldError[] {
  const policy = validateImportPolicy(`${path}.importPolicy`, importPolicy ?? {});
  if (from?.kind !== 'DockerImage') return [unsupported(path, from?.kind), ...policy];
  const isUnnamed = to !== undefined && to !== null && (to.name ?? '') === '';
  return [
    ...(isUnnamed ? [invalid(`${path}.to.name`, '', 'the name of the target tag must be specified')] : []),
    ...(from.name === ANY ? [] : validateName(from.name ?? '', path, '')),
    ...policy,
  ];
}

function validateRepositoryImport({ from, importPolicy }: RepositoryImportSpec, path: string): readonly FieldError[] {
  const policy = validateImportPolicy(`${path}.importPolicy`, importPolicy ?? {});
  if (from?.kind !== 'DockerImage') return [unsupported(path, from?.kind), ...policy];
  const name = from.name ?? '';
  const parsed = parseReference(name);
  const isPrecise = parsed.ok && (parsed.reference.tag !== '' || parsed.reference.id !== '');
  return [
    ...validateName(name, path, 'container image references require a name'),
    ...(isPrecise ? [invalid(`${path}.from.name`, name, 'you must specify an image repository, not a tag or ID')] : []),
    ...policy,
  ];
}

function validateName(name: string, path: string, missing: string): readonly FieldError[] {
  if (name === '') return [{ type: 'Required', field: `${path}.from.name`, detail: missing }];
  const parsed = parseReference(name);
  return parsed.ok ? [] : [invalid(`${path}.from.name`, name, parsed.message)];
}

function unsupported(path: string, kind: string | undefined): FieldError {
  return invalid(`${path}.from.kind`, kind ?? '', 'only DockerImage is supported');
}

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}
