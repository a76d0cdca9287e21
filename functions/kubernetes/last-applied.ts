/**
 * `kubectl apply --server-side` after `kubectl apply`: what the annotation of the latter says is still as it was belongs to kubectl, under whatever
 * name (apimachinery `managedfields/internal/lastapplied*.go`). Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { type FieldSet, fieldsOf } from './field-set.ts';
import { parseJson } from './json-text.ts';
import type { KindSchema } from './kind-schema.ts';
import { isObject } from './object-meta.ts';
import type { KubernetesObject } from './types.ts';

/** Field manager of kubectl when it applies server-side; nobody else follows the annotation. */
export const KUBECTL = 'kubectl';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** Fields that kubectl once applied and nobody has changed since. */
export function lastAppliedFields(live: KubernetesObject, schema: KindSchema, apiVersion: string): FieldSet {
  const parsed = parseJson(Buffer.from(live.metadata?.annotations?.[ANNOTATION] ?? ''));
  if (!parsed.ok || !isObject(parsed.value) || parsed.value['apiVersion'] !== apiVersion) return new Set();
  const now = fieldsOf({ ...live }, schema);
  const unchanged = [...fieldsOf(parsed.value, schema)].filter(([key, value]) => now.has(key) && isDeepStrictEqual(now.get(key), value));
  return new Set(unchanged.map(([key]) => key));
}

/** Keeps the annotation true, so that kubectl may go back to applying by itself. An object without it stays without. */
export function withLastApplied(object: KubernetesObject, applied: KubernetesObject): KubernetesObject {
  const annotations = object.metadata?.annotations;
  if (!annotations?.[ANNOTATION]) return object;
  const { [ANNOTATION]: _old, ...kept } = applied.metadata?.annotations ?? {};
  const metadata = { ...applied.metadata, ...(applied.metadata?.annotations === undefined ? {} : { annotations: kept }) };
  const text = `${JSON.stringify({ ...applied, metadata })}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [ANNOTATION]: text } } };
}
