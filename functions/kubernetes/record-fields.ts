/** Who has set what, recorded with every write but apply (apimachinery `managedfields/internal/fieldmanager.go`). Pure. */
import { formatGroupVersion, kindGroupVersion } from './api-resource.ts';
import { recordUpdate, type Writer } from './field-ownership.ts';
import type { RequestContext } from './handlers.ts';
import type { KindSchema } from './kind-schema.ts';
import { decodeManagers, encodeManagers, type FieldManager, managerTime } from './managed-fields.ts';
import { isObject } from './object-meta.ts';
import type { Target } from './request-object.ts';
import type { KubernetesObject } from './types.ts';

/** Whoever gives neither a name nor a user agent. */
const NOBODY = 'unknown';

/** The writer of a request, as `managedFields` names it. */
export function writerOf({ entry }: Pick<Target, 'entry'>, { fieldManager, now }: Pick<RequestContext, 'fieldManager' | 'now'>): Writer {
  const { group, version } = kindGroupVersion(entry);
  const manager = fieldManager === '' ? NOBODY : fieldManager;
  return { manager, apiVersion: formatGroupVersion(group, version), subresource: entry.subresource ?? '', time: managerTime(now) };
}

/** undefined when nobody's writes are recorded. */
export function ownedSchema({ handlers: { schema } }: Pick<Target, 'handlers'>): KindSchema | undefined {
  return schema?.ownable === undefined ? undefined : schema;
}

/** `wanted` with its managers, for a write that replaces `current` (null: creates). Answers `wanted` itself for kinds that record none. */
export function recordFields(
  target: Pick<Target, 'entry' | 'handlers'>,
  writer: Writer,
  current: KubernetesObject | null,
  wanted: KubernetesObject,
): KubernetesObject {
  const schema = ownedSchema(target);
  if (schema === undefined) return wanted;
  const managers = managersBefore(target, current, wanted);
  const before = { ...current };
  // Through a subresource only metadata is written: what else the body says of owned fields counts for nothing.
  const after = target.entry.subresource === undefined ? { ...wanted } : { ...wanted, ...ownedOf(before, schema) };
  return withManagers(wanted, recordUpdate(before, after, managers, { schema, writer }));
}

function ownedOf(object: Readonly<Record<string, unknown>>, { ownable = [] }: KindSchema): Readonly<Record<string, unknown>> {
  return Object.fromEntries(ownable.map((name) => [name, object[name]]));
}

export function withManagers(object: KubernetesObject, managers: readonly FieldManager[]): KubernetesObject {
  const { managedFields: _sent, ...metadata } = object.metadata ?? {};
  return { ...object, metadata: managers.length === 0 ? metadata : { ...metadata, managedFields: encodeManagers(managers) } };
}

/** Clients may edit the list and reset it, but who leaves it out, or sends something else, does not know of it. */
function managersBefore(
  { entry }: Pick<Target, 'entry'>,
  current: KubernetesObject | null,
  { metadata }: KubernetesObject,
): readonly FieldManager[] {
  const stored = decodeManagers(current?.metadata?.managedFields) ?? [];
  if (entry.subresource !== undefined) return stored;
  if (isReset(metadata?.managedFields)) return [];
  const sent = decodeManagers(metadata?.managedFields) ?? [];
  return sent.length === 0 ? stored : sent;
}

/** An empty list, or one with an empty entry. */
function isReset(managedFields: unknown): boolean {
  if (!Array.isArray(managedFields)) return false;
  const [first] = managedFields as readonly unknown[];
  return managedFields.length === 0 || (managedFields.length === 1 && isObject(first) && Object.keys(first).length === 0);
}
