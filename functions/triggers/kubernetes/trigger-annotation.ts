/** Annotation `image.openshift.io/triggers`: which images of an object follow which tags (openshift-semantics.md §8.1). Pure. */
import { isObject, type JsonObject, objectOf } from '../../image/tolerant-reader.ts';

export const TRIGGERS_ANNOTATION = 'image.openshift.io/triggers';

export interface AnnotationEntry {
  /** `stream:tag`. */
  readonly name: string;
  /** Absent: that of whoever follows. */
  readonly namespace?: string;
  readonly fieldPath: string;
  readonly paused: boolean;
}

export type TriggerAnnotation =
  { readonly ok: true; readonly entries: readonly AnnotationEntry[] } | { readonly ok: false; readonly message: string };

const TEXTS = ['kind', 'name', 'namespace', 'apiVersion'];
const API_VERSIONS = new Set<unknown>([undefined, null, '', 'image.openshift.io/v1']);

/**
 * Entries that follow tags of image streams; no entries without the annotation. As upstream, one that cannot be read, or has two entries for one
 * place, counts for nothing as a whole.
 */
export function readTriggerAnnotation(object: JsonObject): TriggerAnnotation {
  const text = objectOf(objectOf(object['metadata'])['annotations'])[TRIGGERS_ANNOTATION];
  if (typeof text !== 'string') return { ok: true, entries: [] };
  const entries = parseEntries(text);
  if (entries === null) return { ok: false, message: `annotation ${TRIGGERS_ANNOTATION} is no list of {from, fieldPath, paused}` };
  const places = new Set(entries.map(({ fieldPath }) => fieldPath));
  if (places.size < entries.length) return { ok: false, message: `annotation ${TRIGGERS_ANNOTATION} has two entries for one field path` };
  return { ok: true, entries: entries.filter(followsTag).map(readEntry) };
}

interface WireEntry {
  readonly from: JsonObject;
  readonly fieldPath: string;
  readonly paused?: boolean | null;
}

function parseEntries(text: string): readonly WireEntry[] | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every(isEntry) ? parsed : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is WireEntry {
  if (!isObject(value) || typeof value['fieldPath'] !== 'string') return false;
  const { from, paused } = value;
  if (!isObject(from) || !TEXTS.every((name) => ['string', 'undefined'].includes(typeof (from[name] ?? undefined)))) return false;
  return paused === undefined || paused === null || typeof paused === 'boolean';
}

function followsTag({ from }: WireEntry): boolean {
  return from['kind'] === 'ImageStreamTag' && API_VERSIONS.has(from['apiVersion']);
}

function readEntry({ from, fieldPath, paused }: WireEntry): AnnotationEntry {
  const { name, namespace } = from as { readonly name?: string; readonly namespace?: string };
  return { name: name ?? '', ...(namespace ? { namespace } : {}), fieldPath, paused: paused === true };
}
