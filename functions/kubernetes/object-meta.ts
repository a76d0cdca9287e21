/** Types of `metadata` as a client sends it: what a Go server would refuse while decoding, so that no resource meets anything else. */
import type { ObjectMeta } from './types.ts';

const TEXTS = ['name', 'generateName', 'namespace', 'uid', 'resourceVersion'] as const;
const MAPS = ['labels', 'annotations'] as const;

type Metadata = Readonly<Record<string, unknown>>;

export type DecodedMeta = { readonly ok: true; readonly metadata: ObjectMeta } | { readonly ok: false; readonly message: string };

/** null counts as absent everywhere, as in Go; the message is that of Go's decoder. */
export function decodeObjectMeta(value: unknown): DecodedMeta {
  if (value === undefined || value === null) return { ok: true, metadata: {} };
  if (!isObject(value)) return { ok: false, message: wrongType(value, 'metadata', 'ObjectMeta') };
  const problem = textProblem(value) ?? mapProblem(value) ?? scalarProblem(value);
  return problem === undefined ? { ok: true, metadata: withoutNulls(value) } : { ok: false, message: problem };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textProblem(metadata: Metadata): string | undefined {
  const field = TEXTS.find((name) => !isAbsent(metadata[name]) && typeof metadata[name] !== 'string');
  return field === undefined ? undefined : wrongType(metadata[field], `metadata.${field}`, 'string');
}

function mapProblem(metadata: Metadata): string | undefined {
  for (const field of MAPS) {
    const map = metadata[field];
    if (isAbsent(map)) continue;
    if (!isObject(map)) return wrongType(map, `metadata.${field}`, 'map[string]string');
    const wrong = Object.values(map).find((entry) => !isAbsent(entry) && typeof entry !== 'string');
    if (wrong !== undefined) return wrongType(wrong, `metadata.${field}`, 'string');
  }
  return undefined;
}

function scalarProblem({ generation, creationTimestamp: created }: Metadata): string | undefined {
  if (!isAbsent(generation) && !Number.isInteger(generation)) return wrongType(generation, 'metadata.generation', 'int64');
  const isTime = isAbsent(created) || (typeof created === 'string' && !Number.isNaN(Date.parse(created)));
  return isTime ? undefined : wrongType(created, 'metadata.creationTimestamp', 'Time');
}

function withoutNulls(metadata: Metadata): ObjectMeta {
  const present = Object.entries(metadata).filter(([, value]) => value !== null);
  return Object.fromEntries(
    present.map(([field, value]) => [field, field === 'labels' || field === 'annotations' ? textMap(value) : value]),
  );
}

/** A null entry of a map is Go's zero value, the empty string. */
function textMap(map: unknown): unknown {
  return Object.fromEntries(Object.entries(map as Metadata).map(([key, entry]) => [key, entry ?? '']));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function wrongType(value: unknown, field: string, type: string): string {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${found} into Go struct field ObjectMeta.${field} of type ${type}`;
}
