/** What applying does to an object: the applied fields go in, fields nobody wants any more go out. Pure; nothing given is changed. */
import { type FieldTree, isGranular, keyedList, keyElement, memberSchema, SELF } from './field-set.ts';
import type { ValueSchema } from './kind-schema.ts';
import { isObject } from './object-meta.ts';

/** `applied` over `live`: objects and keyed lists merge, everything else is replaced, null leaves things as they are. */
export function mergeApplied(live: unknown, applied: unknown, schema: ValueSchema | undefined): unknown {
  if (applied === null || applied === undefined) return live;
  const keyed = keyedList(schema);
  if (keyed !== undefined && Array.isArray(applied)) return mergeElements(Array.isArray(live) ? live : [], applied, keyed);
  if (!isObject(applied) || !isObject(live) || !isGranular(schema)) return applied;
  const members = Object.entries(applied).map(([name, value]) => {
    const old = Object.hasOwn(live, name) ? live[name] : undefined;
    return [name, mergeApplied(old, value, memberSchema(schema, name))] as const;
  });
  return Object.fromEntries([...Object.entries(live), ...members]);
}

/** Elements stay in their order; new ones come last. */
function mergeElements(
  live: readonly unknown[],
  applied: readonly unknown[],
  { list, mergeKey }: { readonly list: ValueSchema; readonly mergeKey: string },
): readonly unknown[] {
  const elements = new Map<string, unknown>(live.map((element) => [elementName(element, mergeKey), element]));
  for (const element of applied) {
    const name = elementName(element, mergeKey);
    elements.set(name, mergeApplied(elements.get(name), element, list));
  }
  return [...elements.values()];
}

function elementName(element: unknown, mergeKey: string): string {
  return keyElement(mergeKey, isObject(element) ? element[mergeKey] : undefined);
}

/** Without the fields and elements of `removed`; objects and lists that are empty then go, too. Answers `value` itself when nothing goes. */
export function removeFields(value: unknown, removed: FieldTree, schema: ValueSchema | undefined): unknown {
  const keyed = keyedList(schema);
  if (keyed !== undefined && Array.isArray(value)) return removeFromList(value, removed, keyed);
  if (!isObject(value)) return value;
  let isChanged = false;
  const members = Object.entries(value).flatMap(([name, member]) => {
    const below = removed.get(`f:${name}`);
    const left = below === undefined ? member : removeBelow(member, below, memberSchema(schema, name));
    isChanged ||= left !== member;
    return left === undefined ? [] : [[name, left] as const];
  });
  return isChanged ? Object.fromEntries(members) : value;
}

function removeFromList(
  value: readonly unknown[],
  removed: FieldTree,
  { list, mergeKey }: { readonly list: ValueSchema; readonly mergeKey: string },
): unknown {
  let isChanged = false;
  const elements = value.flatMap((element) => {
    const below = removed.get(elementName(element, mergeKey));
    if (below === undefined) return [element];
    // The key is what the element is: it goes with the element only.
    const left = removeBelow(element, new Map([...below].filter(([name]) => name !== `f:${mergeKey}`)), list);
    isChanged ||= left !== element;
    return left === undefined ? [] : [left];
  });
  return isChanged ? elements : value;
}

/** undefined when nothing is left. */
function removeBelow(value: unknown, removed: FieldTree, schema: ValueSchema | undefined): unknown {
  if (removed.has(SELF)) return undefined;
  const left = removeFields(value, removed, schema);
  return left !== value && isEmpty(left) ? undefined : left;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}
