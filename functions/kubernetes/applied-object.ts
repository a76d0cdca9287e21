/** What applying does to an object: the applied fields go in, fields nobody wants any more go out. Pure; nothing given is changed. */
import { type FieldPath, keyedList, keyElement, memberSchema } from './field-set.ts';
import type { ValueSchema } from './kind-schema.ts';
import { isObject } from './object-meta.ts';

/** `applied` over `live`: objects and keyed lists merge, everything else is replaced, null leaves things as they are. */
export function mergeApplied(live: unknown, applied: unknown, schema: ValueSchema | undefined): unknown {
  if (applied === null || applied === undefined) return live;
  const keyed = keyedList(schema);
  if (keyed !== undefined && Array.isArray(applied)) return mergeElements(Array.isArray(live) ? live : [], applied, keyed);
  if (!isObject(applied) || !isObject(live) || typeof schema !== 'object') return applied;
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

/** Without the field or element at `path`; objects and lists that are empty then go, too. */
export function removeField(value: unknown, path: FieldPath, schema: ValueSchema | undefined): unknown {
  const [element = '', ...rest] = path;
  if (element.startsWith('k:')) return removeFromList(value, element, rest, schema);
  const name = element.slice('f:'.length);
  if (!isObject(value) || !Object.hasOwn(value, name)) return value;
  const left = rest.length === 0 ? undefined : removeField(value[name], rest, memberSchema(schema, name));
  if (left !== undefined && left === value[name]) return value;
  const members = Object.entries(value).filter(([member]) => member !== name);
  return Object.fromEntries(isEmpty(left) ? members : [...members, [name, left]]);
}

function removeFromList(value: unknown, element: string, rest: FieldPath, schema: ValueSchema | undefined): unknown {
  const keyed = keyedList(schema);
  if (keyed === undefined || !Array.isArray(value)) return value;
  // The key is what the element is: it goes with the element only.
  if (rest.length === 1 && rest[0] === `f:${keyed.mergeKey}`) return value;
  return (value as readonly unknown[]).flatMap((each) => {
    if (elementName(each, keyed.mergeKey) !== element) return [each];
    return rest.length === 0 ? [] : [removeField(each, rest, keyed.list)];
  });
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0);
}
