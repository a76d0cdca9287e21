/** Whatever body comes with whatever verb to whatever resource: a Status or an object in bounded time, never a 500, and a sound table after it. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KIND_SCHEMAS } from '../../functions/resources/kind-schemas.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import type { ResourceEntry } from '../../functions/resources/table/entry.ts';
import { allItems, violations } from '../store/stored-stream.ts';
import { fieldPaths, withField } from '../support/field-paths.ts';
import { type HttpFunctions, loadHttpFunctions } from '../support/http-functions.ts';
import { checkedSender, EXISTING, seedObjects, type CheckedSend, urlOf } from './hostile.ts';

let functions: HttpFunctions;
let send: CheckedSend;

beforeAll(async () => {
  functions = await loadHttpFunctions();
  send = checkedSender(functions.send);
  await seedObjects(functions.send);
});
afterAll(() => functions.stop());

const MIB = 1024 * 1024;
const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

/** Sent as each resource's own kind where they are objects, so that they get past the first check. */
const BODIES: Readonly<Record<string, string | Uint8Array>> = {
  nothing: '',
  spaces: '  \n',
  null: 'null',
  'a number': '7',
  'a text': '"x"',
  'a list': '[]',
  'a list of nonsense': '[1,null,{},"a",[]]',
  'half an object': '{"metadata":{"name":"app"',
  'something behind the object': '{} {}',
  NaN: '{"spec":NaN,"metadata":{"generation":Infinity}}',
  'numbers past all bounds': '{"metadata":{"generation":1e999},"spec":{"tags":[{"name":"a","generation":123456789012345678901234567890}]}}',
  'names twice': '{"metadata":{"name":"a","name":"app"},"spec":{"tags":[]},"spec":null}',
  '__proto__ and constructor':
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"metadata":{"__proto__":{"polluted":1}},"spec":{"__proto__":{"polluted":1},"tags":[{"__proto__":{"polluted":1}}]}}',
  'lone surrogates': '{"metadata":{"name":"\\ud800","labels":{"\\udfff":"\\ud83d"}},"tag":"\\udc00"}',
  'control characters': '{"metadata":{"name":"a\\u0000b","annotations":{"\\u0000":"\\u0001"}}}',
  'bytes that are no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x22, 0x3a, 0x31, 0x7d]),
  'a byte order mark': '\ufeff{"metadata":{"name":"app"}}',
  'UTF-16': Buffer.from('\ufeff{"metadata":{"name":"app"}}', 'utf16le'),
  gzip: gzipSync('{"metadata":{"name":"app"}}'),
  'protobuf of nothing': Buffer.from('6b3873000a', 'hex'),
  'protobuf that says it is endless': Buffer.from('6b3873000affffffffffffffff7f12ffffffff0f', 'hex'),
  'fields of the wrong kind of thing': '{"metadata":[],"spec":7,"status":"x","tag":{},"image":[],"data":true,"tags":{}}',
  'a JSON patch': '[{"op":"add","path":"/metadata/labels","value":7},{"op":"replace","path":"","value":[]}]',
  'a JSON patch of prototypes': '[{"op":"add","path":"/__proto__/polluted","value":1},{"op":"copy","from":"/constructor","path":"/spec"}]',
  directives: '{"$patch":"sort","$retainKeys":7,"$setElementOrder/tags":{},"spec":{"$patch":"delete","tags":[{"$patch":"merge"}]}}',
  'YAML aliases': 'a: &a [x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n',
};

/** Those that take long to make or to read. */
const LARGE: Readonly<Record<string, string>> = {
  'lists 10,000 deep': nested('[', ']', 10_000),
  'objects 10,000 deep': nested('{"a":', '}', 10_000).replace('}', '1}'),
  'labels 10,000 deep': `{"metadata":{"name":"app","labels":${nested('{"a":', '}', 9_999).replace('}', '1}')}}}`,
  '3 MiB and one byte': `{"a":"${'x'.repeat(3 * MIB - 7)}"}`,
  '3 MiB of open lists': '['.repeat(3 * MIB),
  'a million members': `{${Array.from({ length: 200_000 }, (_, index) => `"${index}":0`).join(',')}}`,
};

/** One resource of each way to be served: a stream, a part of one, a plain object, a kind that checks its own types. */
const READS_LARGE = new Set(['imagestreams', 'imagestreamtags', 'secrets', 'imagetriggers']);

const JSON_TYPES = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];
const PATCH_TYPES = ['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml'].map(
  (type) => `application/${type}`,
);

const WRITES: readonly (readonly [verb: string, method: string, types: readonly string[]])[] = [
  ['create', 'POST', JSON_TYPES],
  ['update', 'PUT', JSON_TYPES],
  ['patch', 'PATCH', PATCH_TYPES],
  ['delete', 'DELETE', ['application/json']],
];

function writesOf(entry: ResourceEntry) {
  return WRITES.filter(([verb]) => entry.verbs.some((served) => served === verb));
}

const written = RESOURCE_TABLE.filter((entry) => writesOf(entry).length > 0).map((entry) => ({
  name: `${entry.resource}${entry.subresource === undefined ? '' : `/${entry.subresource}`}`,
  entry,
}));

describe.each(written)('$name', ({ entry }) => {
  it('answers any body', async () => {
    for (const [, method, types] of writesOf(entry)) {
      // What is to be deleted is not there: DeleteOptions are read first.
      const name = method === 'DELETE' ? 'nosuch:x' : EXISTING[entry.resource];
      const url = urlOf(entry, method === 'POST' ? undefined : name);
      for (const type of types) {
        for (const [what, body] of Object.entries(BODIES)) await send(method, url, body, { 'content-type': type }, what);
      }
      const [type = ''] = types;
      const large = READS_LARGE.has(entry.resource) ? LARGE : {};
      for (const [what, body] of Object.entries(large)) await send(method, url, body, { 'content-type': type }, what);
      await send(method, url, BODIES['gzip'], { 'content-type': type, 'content-encoding': 'gzip' }, 'gzip that says so');
    }
  });
});

describe('a body of the right kind with something odd in one field', () => {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(
      null,
      -1,
      1e308,
      2 ** 53,
      '',
      '\u0000',
      '\ud800',
      'a'.repeat(300),
      '../..',
      'a:b@c',
      '__proto__',
      [],
      {},
      [null],
      [[]],
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  const place = fc.constantFrom(
    ...written.flatMap(({ entry }) =>
      writesOf(entry)
        .slice(0, 3)
        .map((write) => ({ entry, write })),
    ),
  );
  const request = place.chain(({ entry, write }) => {
    const schema = KIND_SCHEMAS.find(({ kind }) => kind === entry.kind);
    const paths = schema === undefined ? [['spec']] : fieldPaths(schema);
    return fc.record({ entry: fc.constant(entry), write: fc.constant(write), path: fc.constantFrom(...paths), value: odd });
  });

  it('is answered', async () => {
    const property = fc.asyncProperty(request, async ({ entry, write: [verb, method, types], path, value }) => {
      if (verb === 'delete') return;
      const name = EXISTING[entry.resource];
      const body = withField({ metadata: { name } }, path, value);
      const type = types.find((each) => each.includes('merge-patch')) ?? 'application/json';
      await send(
        method,
        urlOf(entry, method === 'POST' ? undefined : name),
        JSON.stringify(body),
        { 'content-type': type },
        path.join('.'),
      );
    });
    await fc.assert(property, { numRuns: 400 });
  });
});

it('leaves a sound table and clean prototypes', async () => {
  const items = await allItems(functions.dynamoDb.client, functions.dynamoDb.table);
  const ofApp = items.filter(({ pk, sk }) => pk.startsWith('ST#default#app#') || (pk === 'NS#default' && /^IS#app(#|$)/.test(sk)));
  expect(ofApp.length).toBeGreaterThan(2);
  expect(violations(ofApp)).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});
