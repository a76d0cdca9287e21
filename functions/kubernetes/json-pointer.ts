/** Places in a JSON document (RFC 6901), by own members and elements only: nothing a prototype has is ever reached. */
import { isObject } from './object-meta.ts';

/** What a place is in; its key is a member's name, an element's index, or the length of the list for the place behind its last. */
export type Place =
  | { readonly in: Record<string, unknown>; readonly key: string; readonly exists: boolean }
  | { readonly in: unknown[]; readonly key: number; readonly exists: boolean };

const INDEX = /^(0|[1-9]\d*)$/;

/** The place `pointer` names below `document`; null when what it would be in is not there, or is a list that has no such place. */
export function findPlace(document: unknown, pointer: string): Place | null {
  const [last = '', ...above] = pointer.split('/').slice(1).map(unescape).reverse();
  let parent = document;
  for (const token of above.reverse()) {
    const place = placeIn(parent, token);
    if (place === null || !place.exists) return null;
    parent = valueAt(place);
  }
  return placeIn(parent, last);
}

/** undefined where there is nothing yet. */
export function valueAt(place: Place): unknown {
  if (!place.exists) return undefined;
  return Array.isArray(place.in) ? place.in[place.key as number] : place.in[place.key];
}

/** A member is set, `__proto__` like any other; an element is put in front of what is there. */
export function insertAt(place: Place, value: unknown): void {
  if (Array.isArray(place.in)) place.in.splice(place.key as number, 0, value);
  else setMember(place.in, String(place.key), value);
}

export function setAt(place: Place, value: unknown): void {
  if (Array.isArray(place.in)) place.in[place.key as number] = value;
  else setMember(place.in, String(place.key), value);
}

export function removeAt(place: Place): void {
  if (Array.isArray(place.in)) place.in.splice(place.key as number, 1);
  else delete place.in[place.key];
}

function placeIn(parent: unknown, token: string): Place | null {
  if (Array.isArray(parent)) {
    const key = token === '-' ? parent.length : INDEX.test(token) ? Number(token) : Infinity;
    return key > parent.length ? null : { in: parent, key, exists: key < parent.length };
  }
  if (!isObject(parent)) return null;
  return { in: parent as Record<string, unknown>, key: token, exists: Object.hasOwn(parent, token) };
}

function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

function unescape(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
