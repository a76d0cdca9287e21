import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../functions/kubernetes/json-text.ts';

const parse = (text: string) => parseJson(Buffer.from(text));

describe('JSON from clients', () => {
  it.each([
    ['"\\ud83d\\ude00"', '\u{1f600}'],
    ['"\\uD83D\\uDE00\\uD83D"', '\u{1f600}\ufffd'],
    ['"\\ude00\\ud83d"', '\ufffd\ufffd'],
    ['"\\ud83d\\ud83d\\ude00"', '\ufffd\u{1f600}'],
    ['"\\ud83dx\\n"', '\ufffdx\n'],
    ['"\\\\ud83d"', '\\ud83d'],
    ['"\\\\\\ud83d"', '\\\ufffd'],
  ])('%s is well-formed text', (text, value) => {
    expect(parse(text)).toEqual({ ok: true, value });
  });

  it('takes names of members alike', () => {
    expect(parse('{"\\ud800":{"\\udc00":1}}')).toEqual({ ok: true, value: { '\ufffd': { '\ufffd': 1 } } });
  });

  it('is what JSON.parse makes of it, made well-formed', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: 'binary' }),
        fc.string({ unit: fc.constantFrom('\ud800', '\udfff', '\\', 'u', 'd800', 'x') }),
        (value, odd) => {
          expect(parse(JSON.stringify({ value, odd }))).toEqual({
            ok: true,
            value: { value: JSON.parse(JSON.stringify(value)), odd: odd.toWellFormed() },
          });
        },
      ),
    );
  });

  it.each(['', '{', `${'['.repeat(1001)}${']'.repeat(1001)}`, 'NaN', '1 2', '{"a":\\u0031}'])('%.20j is none', (text) => {
    expect(parse(text).ok).toBe(false);
  });
});
