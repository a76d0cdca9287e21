import { isObject } from './object-meta.ts';

/**
 * JSON merge patch (RFC 7386): objects merge, null removes, everything else replaces. Neither argument is changed. Members named `__proto__`
 * are data like any other.
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) merged.delete(name);
    else merged.set(name, applyMergePatch(merged.get(name), change));
  }
  return Object.fromEntries(merged);
}
