/**
 * The order in which Go prints the fields of openshift/api image/v1, and sorted keys for its maps. DynamoDB keeps no order inside a map, so
 * without this two reads of the same object would print differently: noise in `diff`, in Git and in caches. Pure.
 */
import type { ObjectReference } from '../kubernetes/types.ts';
import type { TagEvent, TagEventCondition, TagImportPolicy, TagReference } from './types.ts';

export const FROM_FIELDS = [
  'kind',
  'namespace',
  'name',
  'uid',
  'apiVersion',
  'resourceVersion',
  'fieldPath',
] as const satisfies (keyof ObjectReference)[];

const REFERENCE_FIELDS = [
  'name',
  'annotations',
  'from',
  'reference',
  'generation',
  'importPolicy',
  'referencePolicy',
] as const satisfies (keyof TagReference)[];

const IMPORT_POLICY_FIELDS = ['insecure', 'scheduled', 'importMode'] as const satisfies (keyof TagImportPolicy)[];

const EVENT_FIELDS = ['created', 'dockerImageReference', 'image', 'generation'] as const satisfies (keyof TagEvent)[];

export const CONDITION_FIELDS = [
  'type',
  'status',
  'lastTransitionTime',
  'reason',
  'message',
  'generation',
] as const satisfies (keyof TagEventCondition)[];

export function orderTagReference(spec: TagReference): TagReference {
  const { annotations, from, importPolicy } = spec;
  return ordered(
    {
      ...spec,
      annotations: annotations === null ? null : sortedMap(annotations),
      ...(from === undefined ? {} : { from: ordered(from, FROM_FIELDS) }),
      importPolicy: ordered(importPolicy, IMPORT_POLICY_FIELDS),
    },
    REFERENCE_FIELDS,
  );
}

export function orderTagEvent(event: TagEvent): TagEvent {
  return ordered(event, EVENT_FIELDS);
}

export function orderTagCondition(condition: TagEventCondition): TagEventCondition {
  return ordered(condition, CONDITION_FIELDS);
}

/** Keys in the order of their bytes, as Go prints a map. */
export function sortedMap<V>(map: Readonly<Record<string, V>>): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The named fields first, in that order; any other behind them, by name. */
function ordered<T extends object>(value: T, fields: readonly (keyof T & string)[]): T {
  const known = fields.filter((field) => field in value);
  const others = (Object.keys(value) as (keyof T & string)[]).filter((field) => !fields.includes(field)).sort();
  return Object.fromEntries([...known, ...others].map((field) => [field, value[field]])) as T;
}
