/** RFC 6902, appendix A, and what follows from the RFC for any document; RFC 7396 for any document. */
import fc from 'fast-check';
import { createPatch } from 'rfc6902';
import { describe, expect, it } from 'vitest';
import { applyJsonPatch, parseJsonPatch } from '../../functions/kubernetes/json-patch.ts';
import { applyMergePatch } from '../../functions/kubernetes/merge-patch.ts';
import { refusal } from './refusal.ts';

const apply = (document: unknown, ...operations: object[]) => applyJsonPatch(document, parseJsonPatch(operations));

describe('JSON patch, appendix A', () => {
  it.each<[string, unknown, object[], unknown]>([
    ['A.1', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { baz: 'qux', foo: 'bar' }],
    ['A.2', { foo: ['bar', 'baz'] }, [{ op: 'add', path: '/foo/1', value: 'qux' }], { foo: ['bar', 'qux', 'baz'] }],
    ['A.3', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
    ['A.4', { foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
    ['A.5', { baz: 'qux', foo: 'bar' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo', foo: 'bar' }],
    [
      'A.6',
      { foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } },
      [{ op: 'move', from: '/foo/waldo', path: '/qux/thud' }],
      { foo: { bar: 'baz' }, qux: { corge: 'grault', thud: 'fred' } },
    ],
    [
      'A.7',
      { foo: ['all', 'grass', 'cows', 'eat'] },
      [{ op: 'move', from: '/foo/1', path: '/foo/3' }],
      { foo: ['all', 'cows', 'eat', 'grass'] },
    ],
    [
      'A.8',
      { baz: 'qux', foo: ['a', 2, 'c'] },
      [
        { op: 'test', path: '/baz', value: 'qux' },
        { op: 'test', path: '/foo/1', value: 2 },
      ],
      { baz: 'qux', foo: ['a', 2, 'c'] },
    ],
    ['A.10', { foo: 'bar' }, [{ op: 'add', path: '/child', value: { grandchild: {} } }], { foo: 'bar', child: { grandchild: {} } }],
    ['A.11', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }], { foo: 'bar', baz: 'qux' }],
    ['A.14', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
    ['A.16', { foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }], { foo: ['bar', ['abc', 'def']] }],
  ])('%s', (_name, document, operations, result) => {
    expect(apply(document, ...operations)).toEqual(result);
  });

  it.each<[string, unknown, object]>([
    ['A.9: a test that fails', { baz: 'qux' }, { op: 'test', path: '/baz', value: 'bar' }],
    ['A.12: a parent that is not there', { foo: 'bar' }, { op: 'add', path: '/baz/bat', value: 'qux' }],
    ['A.15: text and number', { '/': 9, '~1': 10 }, { op: 'test', path: '/~01', value: '10' }],
    ['an index past the end', { a: [1] }, { op: 'add', path: '/a/2', value: 2 }],
    ['an index with a zero in front', { a: [1, 2] }, { op: 'replace', path: '/a/01', value: 2 }],
    ['an index below zero', { a: [1] }, { op: 'remove', path: '/a/-1' }],
    ['the place behind the last, to be removed', { a: [1] }, { op: 'remove', path: '/a/-' }],
    ['no index', { a: [1] }, { op: 'add', path: '/a/x', value: 1 }],
    ['something below a text', { a: 'text' }, { op: 'add', path: '/a/0', value: 1 }],
    ['lists of another order', { a: [1, 2] }, { op: 'test', path: '/a', value: [2, 1] }],
    ['a member of all objects', { a: {} }, { op: 'test', path: '/a/toString/name', value: 'toString' }],
    ['the length of a list', { a: [1, 2] }, { op: 'replace', path: '/a/length', value: 0 }],
    ['a place inside what is moved', { a: { b: 1 } }, { op: 'move', from: '/a', path: '/a/b' }],
  ])('refuses %s', (_name, document, operation) => {
    const before = JSON.stringify(document);
    expect(refusal(() => apply(document, operation)).code).toBe(422);
    expect(JSON.stringify(document)).toBe(before);
  });

  it.each<[string, unknown, object, unknown]>([
    ['a member again', { a: 1 }, { op: 'add', path: '/a', value: 2 }, { a: 2 }],
    ['a member without a name', {}, { op: 'add', path: '/', value: 1 }, { '': 1 }],
    ['an element before the first', { a: [1] }, { op: 'add', path: '/a/0', value: 0 }, { a: [0, 1] }],
    ['an element behind the last, by number', { a: [1] }, { op: 'add', path: '/a/1', value: 2 }, { a: [1, 2] }],
    ['objects whatever their order', { a: { x: 1, y: 2 } }, { op: 'test', path: '/a', value: { y: 2, x: 1 } }, { a: { x: 1, y: 2 } }],
    ['numbers by value', { a: 1 }, { op: 'test', path: '/a', value: 1.0 }, { a: 1 }],
    ['null', { a: 1 }, { op: 'replace', path: '/a', value: null }, { a: null }],
    // Not in the RFC, but what Kubernetes does, and clients have come to rely on.
    ['what is not there yet, to be replaced', { a: {} }, { op: 'replace', path: '/a/b', value: 1 }, { a: { b: 1 } }],
    ['null where nothing is', { a: {} }, { op: 'test', path: '/a/b', value: null }, { a: {} }],
    [
      'constructor as a name',
      { a: { constructor: 1 } },
      { op: 'copy', from: '/a/constructor', path: '/b' },
      { a: { constructor: 1 }, b: 1 },
    ],
    ['to where it is', { a: 1 }, { op: 'move', from: '/a', path: '/a' }, { a: 1 }],
    ['a copy of its own parent', { a: { b: 1 } }, { op: 'copy', from: '/a', path: '/a/c' }, { a: { b: 1, c: { b: 1 } } }],
  ])('takes %s', (_name, document, operation, result) => {
    expect(apply(document, operation)).toEqual(result);
  });
});

/** Names that need escapes, and few of them, so that documents have members in common. */
const name = fc.constantFrom('a', 'b', '/', '~', '~1', '', 'a/b~c');
const document = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, 0, 1, 'x', ''),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

it('a JSON patch made of two documents turns one into the other', () => {
  fc.assert(
    fc.property(document, document, (one, other) => {
      const before = JSON.stringify(one);
      const operations = parseJsonPatch(JSON.parse(JSON.stringify(createPatch({ x: one }, { x: other }))));
      expect(applyJsonPatch({ x: one }, operations)).toEqual({ x: other });
      expect(JSON.stringify(one)).toBe(before);
    }),
    { numRuns: 500 },
  );
});

describe('merge patch', () => {
  it('turns one document into another by their difference, where there is no null', () => {
    fc.assert(
      fc.property(document.map(withoutNull), document.map(withoutNull), (one, other) => {
        expect(applyMergePatch(one, difference(one, other))).toEqual(other);
      }),
      { numRuns: 500 },
    );
  });

  it('is what the RFC writes in pseudocode', () => {
    fc.assert(
      fc.property(document, document, (target, patch) => {
        expect(applyMergePatch(target, patch)).toEqual(pseudocode(target, patch));
      }),
      { numRuns: 500 },
    );
  });
});

type Members = Record<string, unknown>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => each !== null).map(withoutNull);
  if (!isMembers(value)) return value ?? 0;
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, withoutNull(each)]])));
}

function difference(one: unknown, other: unknown): unknown {
  if (!isMembers(one) || !isMembers(other)) return other;
  const gone = Object.keys(one).filter((key) => !(key in other));
  const changed = Object.entries(other).map(([key, value]) => [key, key in one ? difference(one[key], value) : value] as const);
  return Object.fromEntries([...gone.map((key) => [key, null] as const), ...changed]);
}

/** RFC 7396, section 2: step by step, on a copy. */
function pseudocode(target: unknown, patch: unknown): unknown {
  if (!isMembers(patch)) return patch;
  const merged: Members = isMembers(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete merged[key];
    else merged[key] = pseudocode(merged[key], patch[key]);
  }
  return merged;
}
