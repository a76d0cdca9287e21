import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectSchema } from '../../functions/kubernetes/kind-schema.ts';
import { decodePatch } from '../../functions/kubernetes/patch.ts';
import { applyStrategicMergePatch } from '../../functions/kubernetes/strategic-merge-patch.ts';
import { refusal } from './refusal.ts';
import { WIDGET } from './widget-schema.ts';

const apply = (original: object, patch: object, schema: ObjectSchema = WIDGET) =>
  applyStrategicMergePatch({ ...original }, { ...patch }, schema);
const parts = (...names: string[]) => names.map((name) => ({ name }));

describe('strategic merge patch', () => {
  it.each<[string, object, object, object]>([
    ['merges maps and removes by null', { labels: { a: '1', b: '2' } }, { labels: { b: null, c: '3' } }, { labels: { a: '1', c: '3' } }],
    [
      'merges lists by their key',
      { parts: [{ name: 'a', size: 1 }] },
      { parts: [{ name: 'a', color: 'red' }] },
      { parts: [{ name: 'a', size: 1, color: 'red' }] },
    ],
    ['puts elements that are new first, as upstream', { parts: parts('a') }, { parts: parts('b') }, { parts: parts('b', 'a') }],
    ['replaces lists without a key', { plain: [1, 2] }, { plain: [3] }, { plain: [3] }],
    ['replaces what is of another type', { labels: 'x' }, { labels: { a: '1', b: null } }, { labels: { a: '1' } }],
    ['keeps null where lists are replaced', { plain: [1] }, { plain: [null, { a: null }] }, { plain: [null, { a: null }] }],
    ['takes elements out', { parts: parts('a', 'b') }, { parts: [{ $patch: 'delete', name: 'a' }] }, { parts: parts('b') }],
    ['takes out what is not there', { parts: parts('a') }, { parts: [{ $patch: 'delete', name: 'z' }] }, { parts: parts('a') }],
    [
      'replaces an element',
      { parts: [{ name: 'a', size: 1 }] },
      { parts: [{ $patch: 'delete', name: 'a' }, { name: 'a' }] },
      { parts: parts('a') },
    ],
    ['replaces a list', { parts: parts('a', 'b') }, { parts: [{ $patch: 'replace' }, { name: 'c' }] }, { parts: parts('c') }],
    ['replaces a map', { labels: { a: '1' } }, { labels: { $patch: 'replace', b: '2' } }, { labels: { b: '2' } }],
    ['empties a map', { labels: { a: '1' } }, { labels: { $patch: 'delete' } }, { labels: {} }],
    ['retains keys', { box: { a: 1, b: 2, c: 3 } }, { box: { $retainKeys: ['b', 'd'], d: 4 } }, { box: { b: 2, d: 4 } }],
    ['takes values out of a list', { plain: ['a', 'b', 'a', 'c'] }, { '$deleteFromPrimitiveList/plain': ['a', 'c'] }, { plain: ['b'] }],
    ['takes no values out of nothing', {}, { '$deleteFromPrimitiveList/plain': ['a'] }, {}],
    ['orders', { parts: parts('a', 'b', 'c') }, { '$setElementOrder/parts': parts('c', 'a', 'b') }, { parts: parts('c', 'a', 'b') }],
    [
      'leaves elements only the server knows where they are',
      { parts: parts('s', 'a', 't', 'b') },
      { '$setElementOrder/parts': parts('a', 'n', 'b'), parts: parts('n') },
      { parts: parts('s', 'a', 'n', 't', 'b') },
    ],
    ['orders a list that is new', {}, { '$setElementOrder/parts': parts('b', 'a'), parts: parts('b', 'a') }, { parts: parts('b', 'a') }],
    ['orders nothing', {}, { '$setElementOrder/parts': parts('a') }, {}],
    [
      'leaves directives out of what is new',
      {},
      { box: { $retainKeys: ['a'], a: { x: null, y: 1 } }, parts: [{ $patch: 'delete', name: 'a' }] },
      { box: { a: { y: 1 } }, parts: [] },
    ],
    ['takes fields it does not know', {}, { other: { a: 1 } }, { other: { a: 1 } }],
    [
      'treats __proto__ as a name',
      {},
      JSON.parse('{"labels":{"__proto__":"x"}}') as object,
      JSON.parse('{"labels":{"__proto__":"x"}}') as object,
    ],
  ])('%s', (_title, original, patch, wanted) => {
    const before = JSON.stringify([original, patch]);
    expect(JSON.stringify(apply(original, patch))).toBe(JSON.stringify(wanted));
    expect(JSON.stringify([original, patch])).toBe(before);
  });

  it.each<[object, object, string]>([
    [{ parts: parts('a') }, { parts: [{ size: 1 }] }, 'map does not contain declared merge key: name'],
    [{ parts: parts('a') }, { parts: [{ $patch: 'delete' }] }, 'map does not contain declared merge key: name'],
    [{ parts: parts('a') }, { parts: [{ $patch: 'merge', name: 'a' }] }, 'merging lists cannot yet be specified in the patch'],
    [{ parts: parts('a') }, { parts: [{ $patch: 'sort', name: 'a' }] }, 'unknown patch type: "sort" in map'],
    [{ parts: parts('a') }, { parts: [[1]] }, 'lists of lists are not supported'],
    [{ parts: parts('a') }, { parts: ['a'] }, 'expected a map[string]interface {}, but received a string'],
    [{}, { $patch: 'sort' }, 'unknown patch type: sort in map'],
    [{}, { $retainKeys: 'a' }, 'invalid patch format of retainKeys'],
    [{}, { $retainKeys: ['a'], b: 1 }, "patch content doesn't match retainKeys list"],
    [{ parts: [] }, { '$setElementOrder/parts': 'a' }, 'expected a []interface {}, but received a string'],
    [{ plain: [1] }, { '$deleteFromPrimitiveList/plain': 1 }, 'expected a []interface {}, but received a float64'],
    [{ plain: 'x' }, { '$deleteFromPrimitiveList/plain': [1] }, 'expected a []interface {}, but received a string'],
    [
      { parts: parts('a') },
      { '$setElementOrder/parts': parts('a', 'b'), parts: parts('b', 'a') },
      "The order in patch list doesn't match $setElementOrder list",
    ],
    [
      { parts: parts('a') },
      { '$setElementOrder/parts': parts('a'), parts: parts('z') },
      "The order in patch list doesn't match $setElementOrder list",
    ],
  ])('%j with %j is refused', (original, patch, message) => {
    expect(refusal(() => apply(original, patch))).toMatchObject({ code: 400, reason: 'BadRequest', message });
  });

  it('turns what is into what is wanted by their difference', () => {
    fc.assert(
      fc.property(widget, widget, (original, wanted) => {
        expect(apply(original, difference(original, wanted))).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws anything but a refusal, and never changes its arguments', () => {
    const name = fc.constantFrom(
      'parts',
      'plain',
      '$patch',
      '$retainKeys',
      '$setElementOrder/parts',
      '$deleteFromPrimitiveList/plain',
      'labels',
      'name',
    );
    const hostile = fc.letrec<{ value: unknown; map: Record<string, unknown> }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(null, 1, 'a', 'delete', 'replace', true),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('map'),
      ),
      map: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(hostile.map, hostile.map, (original, patch) => {
        const before = JSON.stringify([original, patch]);
        try {
          apply(original, patch);
        } catch (error) {
          expect(error).toMatchObject({ status: { code: 400 } });
        }
        expect(JSON.stringify([original, patch])).toBe(before);
      }),
    );
  });

  it('merges ten thousand elements into ten thousand', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ name: `tag-${index}` }));
    const merged = apply({ parts: many }, { '$setElementOrder/parts': many, parts: many.map((part) => ({ ...part, size: 1 })) });
    expect(merged['parts']).toHaveLength(10_000);
  });
});

describe('as a request', () => {
  const body = Buffer.from('{"parts":[{"name":"b"}]}');
  const type = 'application/strategic-merge-patch+json';

  it('is taken by kinds that say how their lists merge', () => {
    expect(decodePatch(body, type, { ...WIDGET, isBuiltIn: true })({ parts: parts('a') })).toEqual({ parts: parts('b', 'a') });
    expect(refusal(() => decodePatch(Buffer.from('[]'), type, { ...WIDGET, isBuiltIn: true })).code).toBe(400);
  });

  it('is 415 for others, as it is for custom resources', () => {
    expect(refusal(() => decodePatch(body, type, { ...WIDGET, isBuiltIn: false })).code).toBe(415);
    expect(refusal(() => decodePatch(body, 'text/plain', { ...WIDGET, isBuiltIn: true })).message).toContain(
      'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json',
    );
  });
});

type Json = Record<string, unknown>;

const text = fc.string({ maxLength: 3 });
const optional = { requiredKeys: [] as [] };
const part = (name: string) =>
  fc.record({ size: fc.nat(3), color: text, labels: fc.dictionary(text, text) }, optional).map((rest): Json => ({ name, ...rest }));
const widget: fc.Arbitrary<Json> = fc.record(
  {
    size: fc.nat(3),
    plain: fc.array(fc.oneof(text, fc.record({ name: text, size: fc.nat(2) })), { maxLength: 4 }),
    labels: fc.dictionary(text, text),
    box: fc.record({ a: fc.nat(2), parts: partList() }, optional),
    parts: partList(),
  },
  optional,
);

function partList(): fc.Arbitrary<Json[]> {
  return fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 }).chain((names) => fc.tuple(...names.map(part)));
}

/** What kubectl computes from two objects. */
function difference(original: Json, wanted: Json): Json {
  const patch: Json = {};
  for (const key of Object.keys(original)) if (!Object.hasOwn(wanted, key)) define(patch, key, null);
  for (const [key, value] of Object.entries(wanted)) {
    const old = Object.hasOwn(original, key) ? original[key] : undefined;
    if (key === 'parts' && Array.isArray(value))
      Object.assign(patch, listDifference((old ?? []) as Json[], value as Json[], old === undefined));
    else if (isMap(old) && isMap(value)) define(patch, key, difference(old, value));
    else if (JSON.stringify(old) !== JSON.stringify(value)) define(patch, key, value);
  }
  return patch;
}

function listDifference(original: readonly Json[], wanted: readonly Json[], isNew: boolean): Json {
  const changed = wanted.flatMap((element) => {
    const old = original.find(({ name }) => name === element['name']);
    const change = difference(old ?? {}, element);
    return old !== undefined && Object.keys(change).length === 0 ? [] : [{ ...change, name: element['name'] }];
  });
  const removed = original.filter(({ name }) => !wanted.some((element) => element['name'] === name));
  const parts = [...changed, ...removed.map(({ name }) => ({ $patch: 'delete', name }))];
  if (isNew) return { parts };
  return { '$setElementOrder/parts': wanted.map(({ name }) => ({ name })), ...(parts.length === 0 ? {} : { parts }) };
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `__proto__` is a name. */
function define(target: Json, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
