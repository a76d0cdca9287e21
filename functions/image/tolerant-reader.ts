/**
 * Readers of JSON nobody vouches for: each answers the value if it has the type asked for, else a harmless one. Hostile documents then
 * lose fields instead of breaking code further on.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The document as an object; null when the bytes are no JSON object. */
export function readDocument(bytes: Uint8Array): JsonObject | null {
  return readText(new TextDecoder().decode(bytes));
}

export function readText(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Bytes and counts: whole, not negative, exact; anything else is 0. */
export function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** Members that are objects; others are dropped. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Members that are strings; others are dropped. */
export function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((member) => typeof member === 'string') : [];
}
