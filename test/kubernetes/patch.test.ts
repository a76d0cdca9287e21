import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMergePatch } from '../../functions/kubernetes/merge-patch.ts';
import { decodePatch } from '../../functions/kubernetes/patch.ts';
import { refusal } from './refusal.ts';

const JSON_PATCH = 'application/json-patch+json';
const MERGE_PATCH = 'application/merge-patch+json';

function patch(document: unknown, contentType: string) {
  return decodePatch(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)), contentType);
}

describe('merge patch', () => {
  // RFC 7386, appendix A.
  it.each<[unknown, unknown, unknown]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, change, result) => {
    expect(applyMergePatch(target, change)).toEqual(result);
  });

  it('changes neither side and does nothing twice', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, change) => {
        const before = JSON.stringify([target, change]);
        const once = applyMergePatch(target, change);
        expect(JSON.stringify([target, change])).toBe(before);
        expect(applyMergePatch(once, change)).toEqual(once);
      }),
    );
  });

  it('treats __proto__ as a name', () => {
    const patched = patch('{"metadata":{"labels":{"__proto__":"x"}},"__proto__":{"polluted":true}}', MERGE_PATCH)({ metadata: {} });
    expect(JSON.stringify(patched)).toBe('{"metadata":{"labels":{"__proto__":"x"}},"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('JSON patch', () => {
  const stream = { metadata: { name: 'x', labels: { 'a/b': '1' } }, spec: { tags: [{ name: 'one' }, { name: 'two' }] } };

  it('applies operations in order, to a copy', () => {
    const before = structuredClone(stream);
    const change = patch(
      [
        { op: 'test', path: '/spec/tags/0/name', value: 'one' },
        { op: 'remove', path: '/metadata/labels/a~1b' },
        { op: 'add', path: '/spec/tags/-', value: { name: 'three' } },
        { op: 'replace', path: '/spec/tags/1/name', value: '2' },
        { op: 'copy', from: '/spec/tags/0', path: '/spec/first' },
        { op: 'move', from: '/metadata/name', path: '/metadata/uid' },
      ],
      JSON_PATCH,
    );
    const expected = {
      metadata: { uid: 'x', labels: {} },
      spec: { tags: [{ name: 'one' }, { name: '2' }, { name: 'three' }], first: { name: 'one' } },
    };
    expect(change(stream)).toEqual(expected);
    expect(change(stream)).toEqual(expected);
    expect(stream).toEqual(before);
  });

  it('replaces the whole document', () => {
    expect(patch([{ op: 'replace', path: '', value: { a: 1 } }], JSON_PATCH)(stream)).toEqual({ a: 1 });
  });

  it.each([
    [{ op: 'test', path: '/spec/tags/0/name', value: 'two' }],
    [{ op: 'remove', path: '/spec/none' }],
    [{ op: 'replace', path: '/spec/tags/9', value: 1 }],
    [{ op: 'add', path: '/none/at/all', value: 1 }],
    [{ op: 'move', from: '/none', path: '/spec/x' }],
    [{ op: 'add', path: '/spec/tags/09', value: 1 }],
  ])('%j does not fit: 422', (operation) => {
    expect(refusal(() => patch([operation], JSON_PATCH)(stream))).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'the server rejected our request due to an error in our request',
      reason: 'Invalid',
      details: {},
      code: 422,
    });
  });

  it.each([{}, 'x', [1]])('%j is no JSON patch: 400', (document) => {
    expect(refusal(() => patch(JSON.stringify(document), JSON_PATCH)).code).toBe(400);
  });

  it.each([
    { op: 'add', path: '/a' },
    { op: 'add', path: 'a', value: 1 },
    { op: 'copy', path: '/a' },
    { op: 'sort', path: '/a' },
    { path: '/a' },
  ])('%j is an operation that fails: 422', (operation) => {
    expect(refusal(() => patch(JSON.stringify([operation]), JSON_PATCH))).toMatchObject({ code: 422, reason: 'Invalid' });
  });

  it('takes 10,000 operations and no more', () => {
    const operations = Array.from({ length: 10_000 }, () => ({ op: 'test', path: '/metadata/name', value: 'x' }));
    expect(patch(operations, JSON_PATCH)(stream)).toEqual(stream);
    expect(refusal(() => patch([...operations, operations[0]], JSON_PATCH))).toMatchObject({
      code: 413,
      message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
  });

  it('stops copies that double the object', () => {
    const operations = Array.from({ length: 60 }, (_, index) => ({ op: 'copy', from: '/spec', path: `/spec/copy${index}` }));
    expect(refusal(() => patch(operations, JSON_PATCH)(stream)).code).toBe(413);
  });

  it('does not reach prototypes', () => {
    for (const path of ['/__proto__/polluted', '/constructor/prototype/polluted', '/metadata/__proto__/polluted']) {
      refusalOrNothing(() => patch([{ op: 'add', path, value: true }], JSON_PATCH)(stream));
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('other patches', () => {
  it.each(['application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/json', ''])(
    '%j is 415',
    (contentType) => {
      expect(refusal(() => patch({}, contentType))).toMatchObject({
        code: 415,
        message:
          'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json',
      });
    },
  );

  it.each([
    ['', MERGE_PATCH, 400],
    ['{', MERGE_PATCH, 400],
    ['[]', MERGE_PATCH, 400],
    ['{', JSON_PATCH, 400],
    [`"${'x'.repeat(3 * 1024 * 1024)}"`, MERGE_PATCH, 413],
  ])('%.20j as %s is %d', (document, contentType, code) => {
    expect(refusal(() => patch(document, contentType)).code).toBe(code);
  });
});

function refusalOrNothing(attempt: () => unknown): void {
  try {
    attempt();
  } catch (error) {
    expect(
      refusal(() => {
        throw error;
      }).code,
    ).toBe(422);
  }
}
