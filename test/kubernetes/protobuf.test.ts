import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBody } from '../../functions/kubernetes/body.ts';
import { decodeMessage, decodeProtobuf, type MessageSchema, OBJECT_META } from '../../functions/kubernetes/protobuf.ts';
import { refusal } from './refusal.ts';

const WIDGET: MessageSchema = {
  1: { name: 'metadata', type: 'message', fields: OBJECT_META },
  2: { name: 'size', type: 'int' },
  3: { name: 'open', type: 'bool' },
  4: { name: 'parts', type: 'string', repeated: true },
  5: { name: 'data', type: 'bytes' },
};
const TYPE = 'application/vnd.kubernetes.protobuf';
const EXPECTED = { kind: 'Widget', apiVersion: 'v1', protobuf: WIDGET };

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 0x80n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

const number = (field: number, value: bigint) => [...varint(BigInt(field << 3)), ...varint(value)];
function block(field: number, content: readonly number[] | string): number[] {
  const bytes = typeof content === 'string' ? [...Buffer.from(content)] : content;
  return [...varint(BigInt((field << 3) | 2)), ...varint(BigInt(bytes.length)), ...bytes];
}
const entry = (key: string, value: string) => [...block(1, key), ...block(2, value)];

function envelope(raw: readonly number[], kind = 'Widget', apiVersion = 'v1'): Uint8Array {
  return Uint8Array.from([
    0x6b,
    0x38,
    0x73,
    0,
    ...block(1, [...block(1, apiVersion), ...block(2, kind)]),
    ...block(2, raw),
    ...block(3, ''),
    ...block(4, ''),
  ]);
}

describe('protobuf bodies', () => {
  it('carry what JSON carries', () => {
    const meta = [...block(1, 'x'), ...block(2, ''), ...block(8, []), ...block(11, entry('a', '1')), ...block(11, entry('b', '2'))];
    const raw = [...block(1, meta), ...number(2, -5n), ...number(3, 1n), ...block(4, 'p'), ...block(4, 'q'), ...block(5, [1, 2])];
    expect(decodeBody(envelope(raw), TYPE, EXPECTED)).toEqual({
      kind: 'Widget',
      apiVersion: 'v1',
      metadata: { name: 'x', generateName: '', labels: { a: '1', b: '2' } },
      size: -5,
      open: true,
      parts: ['p', 'q'],
      data: Uint8Array.of(1, 2),
    });
  });

  it('skip fields nobody asked for, of every wire type', () => {
    const raw = [...number(90, 3n), 0x91 | 0, 0x08, 1, 2, 3, 4, 5, 6, 7, 8, ...block(91, 'x'), 0x95, 0x08, 1, 2, 3, 4, ...block(4, 'p')];
    expect(decodeMessage(Uint8Array.from(raw), WIDGET)).toEqual({ parts: ['p'] });
  });

  it('of another kind are refused like JSON', () => {
    expect(refusal(() => decodeBody(envelope([], 'Gadget'), TYPE, EXPECTED)).message).toMatch(
      /^Gadget in version "v1" cannot be handled as a Widget/,
    );
  });

  it.each([
    ['nothing', []],
    ['JSON', [...Buffer.from('{"kind":"Widget"}')]],
    ['a cut message', [...envelope(block(1, block(1, 'name'))).subarray(0, -6)]],
    ['a length past the end', [0x6b, 0x38, 0x73, 0, 0x12, 0x7f, 1]],
    ['a number without end', [0x6b, 0x38, 0x73, 0, ...Array.from({ length: 12 }, () => 0xff)]],
    ['a group', [0x6b, 0x38, 0x73, 0, 0x0b]],
    ['a number for text', [...envelope([...block(1, number(1, 5n))])]],
    ['text for a number', [...envelope(block(2, 'x'))]],
  ])('%s is 400', (_, bytes) => {
    const status = refusal(() => decodeBody(Uint8Array.from(bytes), TYPE, EXPECTED));
    expect(status.code).toBe(400);
    expect(status.message).toMatch(/^the object provided is unrecognized \(must be of type Widget\)/);
  });

  it('of many small entries are read in no time', () => {
    const labels = Array.from({ length: 100_000 }, (_, index) => block(11, entry(String(index), ''))).flat();
    const started = performance.now();
    const { metadata } = decodeProtobuf(envelope(block(1, labels)), WIDGET) as { metadata: { labels: object } };
    expect(Object.keys(metadata.labels)).toHaveLength(100_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('decode or fail as a body, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeMessage(bytes, WIDGET);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

it('maps of bytes become maps of base64', () => {
  const raw = [...block(1, entry('a', 'x')), ...block(1, block(1, 'empty'))];
  expect(decodeMessage(Uint8Array.from(raw), { 1: { name: 'data', type: 'bytesMap' } })).toEqual({ data: { a: 'eA==', empty: '' } });
});
