/** Lists in a strategic merge patch: merging by key, removing, and putting in order (apimachinery `util/strategicpatch`). */
import { isObject } from './object-meta.ts';
import { patchProblem } from './strategic-errors.ts';

type Element = Readonly<Record<string, unknown>>;

export interface ElementMerge {
  readonly mergeKey: string;
  /** An element with its change applied. */
  merge(element: Element, change: Element): Element;
  /** A change as the element it makes where there was none. */
  clean(change: Element): Element;
}

/** Elements of `change` merged into those with the same key, appended where there is none. Directives remove elements or all of them. */
export function mergeElements(original: readonly unknown[], change: readonly unknown[], rules: ElementMerge): readonly unknown[] {
  const changes = change.map((element) => requireElement(element));
  const wanted = changes.filter((element) => element['$patch'] === undefined);
  const removed = new Set(changes.flatMap((element) => removedKey(element, rules.mergeKey)));
  const isReplaced = changes.some((element) => element['$patch'] === 'replace');
  const kept = isReplaced ? [] : original.map(requireElement).filter((element) => !removed.has(element[rules.mergeKey]));
  const merged = [...kept];
  const places = new Map(kept.map((element, index) => [requireKey(element, rules.mergeKey), index]));
  for (const element of wanted) {
    const key = requireKey(element, rules.mergeKey);
    const place = places.get(key);
    if (place === undefined) places.set(key, merged.push(rules.clean(element)) - 1);
    else merged[place] = rules.merge(merged[place] ?? {}, element);
  }
  return orderElements(merged, wanted, kept, rules.mergeKey);
}

/** `$deleteFromPrimitiveList`: every occurrence of the values goes. */
export function deleteFromPrimitives(original: unknown, values: readonly unknown[]): readonly unknown[] {
  const removed = new Set(values);
  return requireList(original).filter((value) => !removed.has(value));
}

/**
 * Elements named by `order` in that order; the others keep the places they have in `live` as far as that leaves both orders whole.
 */
export function orderElements(
  elements: readonly unknown[],
  order: readonly unknown[],
  live: readonly unknown[],
  mergeKey: string | undefined,
): readonly unknown[] {
  const rank = ranks(order, mergeKey);
  const place = ranks(live, mergeKey);
  const rankOf = (element: unknown) => rank.get(identity(element, mergeKey));
  const named = elements.filter((element) => rankOf(element) !== undefined).sort((a, b) => (rankOf(a) ?? 0) - (rankOf(b) ?? 0));
  const others = elements
    .filter((element) => rankOf(element) === undefined)
    .sort((a, b) => (place.get(identity(a, mergeKey)) ?? 0) - (place.get(identity(b, mergeKey)) ?? 0));
  const ordered: unknown[] = [];
  let next = 0;
  for (const element of named) {
    const here = place.get(identity(element, mergeKey));
    while (next < others.length && here !== undefined && isBefore(place.get(identity(others[next], mergeKey)), here)) {
      ordered.push(others[next++]);
    }
    ordered.push(element);
  }
  return [...ordered, ...others.slice(next)];
}

/** `$setElementOrder` must name the elements the patch changes, in the order it changes them. */
export function requireSameOrder(change: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  const rank = ranks(order, mergeKey);
  if (rank.size === 0) return;
  let last = -1;
  for (const element of change) {
    if (isObject(element) && element['$patch'] !== undefined) continue;
    const place = rank.get(identity(element, mergeKey)) ?? -1;
    if (place <= last) throw patchProblem("The order in patch list doesn't match $setElementOrder list");
    last = place;
  }
}

export function requireList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw patchProblem(`expected a []interface {}, but received a ${goType(value)}`);
}

function removedKey(element: Element, mergeKey: string): readonly unknown[] {
  const directive = element['$patch'];
  if (directive === undefined || directive === 'replace') return [];
  if (directive === 'delete') return [requireKey(element, mergeKey)];
  if (directive === 'merge') throw patchProblem('merging lists cannot yet be specified in the patch');
  throw patchProblem(`unknown patch type: ${JSON.stringify(directive)} in map`);
}

function requireElement(value: unknown): Element {
  if (isObject(value)) return value;
  throw Array.isArray(value)
    ? patchProblem('lists of lists are not supported')
    : patchProblem(`expected a map[string]interface {}, but received a ${goType(value)}`);
}

function requireKey(element: Element, mergeKey: string): unknown {
  if (Object.hasOwn(element, mergeKey)) return element[mergeKey];
  throw patchProblem(`map does not contain declared merge key: ${mergeKey}`);
}

function ranks(list: readonly unknown[], mergeKey: string | undefined): ReadonlyMap<unknown, number> {
  return new Map(list.map((element, index) => [identity(element, mergeKey), index]));
}

function identity(element: unknown, mergeKey: string | undefined): unknown {
  return mergeKey !== undefined && isObject(element) ? element[mergeKey] : element;
}

function isBefore(place: number | undefined, other: number): boolean {
  return place !== undefined && place < other;
}

function goType(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'float64' : 'string';
}
