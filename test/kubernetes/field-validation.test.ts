import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDuplicateFields } from '../../functions/kubernetes/duplicate-fields.ts';
import { findUnknownFields, findWrongType } from '../../functions/kubernetes/field-types.ts';
import type { ApiRequest, ResourceHandlers } from '../../functions/kubernetes/handlers.ts';
import { createApi } from '../../functions/kubernetes/pipeline.ts';
import type { KubernetesObject } from '../../functions/kubernetes/types.ts';
import { withWarnings } from '../../functions/kubernetes/warnings.ts';
import { ENTRIES, WIDGETS } from './toy-resource.ts';
import { WIDGET } from './widget-schema.ts';
import { EVERYBODY_MAY } from '../support/everybody-may.ts';

describe('duplicate fields', () => {
  it.each<[string, readonly string[]]>([
    ['{}', []],
    ['{"a":1,"b":{"a":1},"c":["a","a"]}', []],
    ['{"a":1,"a":2,"a":3}', ['a']],
    ['{"spec":{"tags":[{"name":"x"},{"name":"y","name":"z"}]}}', ['spec.tags[1].name']],
    ['{"a":{"b":1,"b":2},"a":{"b":1,"b":2}}', ['a.b', 'a']],
    ['{"a\\u0062":1,"ab":2}', ['ab']],
    ['{"a":"\\"a\\":{","a\\\\":1, "b" : [ [ {"c":1,"c":2} ] ] }', ['b[0][0].c']],
    ['[{"op":1,"op":2}]', ['[0].op']],
    ['{"":1,"":2}', ['']],
  ])('%s: %j', (json, paths) => {
    expect(findDuplicateFields(Buffer.from(json))).toEqual(paths);
  });

  it('finds none in what was never written twice', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => findDuplicateFields(Buffer.from(JSON.stringify(value))).length === 0));
  });

  it('tells a hundred at most', () => {
    const names = Array.from({ length: 500 }, (_, index) => `"k${index}":1,"k${index}":2`);
    expect(findDuplicateFields(Buffer.from(`{${names.join()}}`))).toHaveLength(100);
  });
});

describe('unknown fields', () => {
  it.each<[object, readonly string[]]>([
    [{ size: 1, labels: { anything: 'x' }, box: { rest: { any: { thing: 1 } } } }, []],
    [{ sise: 1, box: { parts: [{ name: 'a' }, { form: 1 }], x: {} } }, ['sise', 'box.parts[1].form', 'box.x']],
    [{ metadata: { name: 'a', label: {} } }, ['metadata.label']],
    [{ toString: 1, constructor: 1 }, ['toString', 'constructor']],
    [{ size: { a: 1 }, plain: { a: 1 }, box: [1] }, []],
  ])('%j: %j', (object, paths) => {
    expect(findUnknownFields(object, WIDGET)).toEqual(paths);
  });

  it('tells a hundred at most', () => {
    expect(findUnknownFields(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x${index}`, 1])), WIDGET)).toHaveLength(100);
  });
});

describe('bytes', () => {
  const schema = { name: 'Packed', description: '', fields: { it: { description: '', value: 'bytes' } } } as const;
  it.each<[string, number | null]>([
    ['', null],
    ['AAEC', null],
    ['AA==', null],
    ['AA\r\nEC', null],
    ['!AEC', 0],
    ['AAEC*', 4],
    ['AAECA', 4],
    ['A===', 1],
  ])('%j', (text, index) => {
    expect(findWrongType({ it: text }, schema)).toBe(index === null ? null : `illegal base64 data at input byte ${index}`);
  });
});

describe('types', () => {
  const struct = 'into Go struct field';
  it.each<[object, string | null]>([
    [{ size: 1, plain: null, labels: null, parts: [null], box: { rest: [1], since: '2026-01-01T00:00:00Z', sealed: false } }, null],
    [{ size: '1' }, `string ${struct} Widget.size of type int64`],
    [{ size: 1.5 }, `number 1.5 ${struct} Widget.size of type int64`],
    [{ plain: 'x' }, `string ${struct} Widget.plain of type []string`],
    [{ plain: [1] }, `number ${struct} Widget.plain of type string`],
    [{ labels: ['x'] }, `array ${struct} Widget.labels of type map[string]string`],
    [{ labels: { a: true } }, `bool ${struct} Widget.labels of type string`],
    [{ box: 'x' }, `string ${struct} Widget.box of type v1.Box`],
    [{ box: { parts: {} } }, `object ${struct} Box.box.parts of type []v1.Part`],
    [{ box: { parts: [{ name: {} }] } }, `object ${struct} Part.box.parts.name of type string`],
    [{ box: { since: 'yesterday' } }, `string ${struct} Box.box.since of type Time`],
  ])('%j: %s', (object, problem) => {
    expect(findWrongType(object, WIDGET)).toBe(problem === null ? null : `json: cannot unmarshal ${problem}`);
  });
});

describe('fieldValidation', () => {
  const subject = 'Widget in version "v1" cannot be handled as a Widget';
  const typo = '{"metadata":{"name":"a"},"sise":1,"box":{"a":1,"a":2}}';
  const problems = 'strict decoding error: duplicate field "box.a", unknown field "sise"';

  it.each([
    ['POST', WIDGETS, 'application/json', 201],
    ['PUT', `${WIDGETS}/a`, 'application/json', 200],
    ['PATCH', `${WIDGETS}/a`, 'application/merge-patch+json', 200],
    ['PATCH', `${WIDGETS}/a`, 'application/strategic-merge-patch+json', 200],
  ])('%s %s as %s', async (method, path, type, code) => {
    const send = (directive: string) => request(method, `${path}?fieldValidation=${directive}`, type, typo);
    expect(await send('Strict')).toMatchObject({ code: 400, body: { reason: 'BadRequest', message: `${subject}: ${problems}` } });
    const warned = await send('Warn');
    expect(warned.code).toBe(code);
    expect(warned.headers['warning']).toBe('299 - "duplicate field \\"box.a\\"", 299 - "unknown field \\"sise\\""');
    const ignored = await send('Ignore');
    expect(ignored.code).toBe(code);
    expect(ignored.headers).not.toHaveProperty('warning');
    expect((await request(method, path, type, typo)).headers['warning']).toBe(warned.headers['warning']);
  });

  it('refuses a patch of no known type before its options', async () => {
    const answer = await request('PATCH', `${WIDGETS}/a?force=false`, 'application/apply-patch+yaml', '{}');
    expect(answer.code).toBe(415);
    expect((await request('PATCH', `${WIDGETS}/a?force=false`, 'application/merge-patch+json', '{}')).code).toBe(422);
  });

  it('names a wrong type, whatever the directive', async () => {
    for (const directive of ['Strict', 'Warn', 'Ignore']) {
      expect(await request('POST', `${WIDGETS}?fieldValidation=${directive}`, 'application/json', '{"size":"x"}')).toMatchObject({
        code: 400,
        body: { message: `${subject}: json: cannot unmarshal string into Go struct field Widget.size of type int64` },
      });
    }
  });

  it('keeps headers to what a gateway takes', () => {
    const response = { code: 200, headers: {}, body: '' };
    expect(withWarnings(response, [])).toBe(response);
    expect(withWarnings(response, ['a "b" \\ é\r\nx: y'])).toMatchObject({ headers: { warning: '299 - "a \\"b\\" \\\\ ???x: y"' } });
    const many = withWarnings(
      response,
      Array.from({ length: 100 }, () => 'x'.repeat(100)),
    );
    expect((many.headers['warning'] ?? '').length).toBeLessThanOrEqual(4096);
  });
});

/** A resource that keeps nothing and answers what it was sent. */
function request(method: string, url: string, type: string, body: string) {
  const stored: KubernetesObject = { kind: 'Widget', apiVersion: 'example.io/v1', metadata: { name: 'a' } };
  const widgets: ResourceHandlers = {
    create: async (_context, object) => object,
    update: async (_context, _name, next) => {
      next(stored); // lost a race: asked again
      return { object: next(stored), created: false };
    },
    schema: WIDGET,
  };
  const api = createApi({
    entries: ENTRIES,
    resources: new Map([['example.io/v1/widgets', widgets]]),
    authorizer: EVERYBODY_MAY,
    clock: () => 0,
    mapError: () => null,
    onError: () => undefined,
  });
  const [path = '', query] = url.split('?');
  const sent: ApiRequest = {
    method,
    path,
    query: new URLSearchParams(query),
    headers: { 'content-type': type },
    body: Buffer.from(body),
    identity: { user: 'alice', groups: [] },
    requestId: 'r-1',
  };
  return api(sent);
}
